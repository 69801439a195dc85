"""The overview chart: time across, tables down, cut into pages that can be read."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TypeVar

from matcher.fair.base import Slot, Table
from matcher.fair.books.base import Books, Held, day_of

__all__ = ["Chart", "chart_pages", "split_evenly"]

_T = TypeVar("_T")

_COLUMNS = 6
_ROWS = 10


@dataclass(frozen=True, slots=True)
class Chart:
    """One page; `rows` are tables with a cell a slot: the meeting, None where free, "" where the table is closed."""

    day: str
    session: str
    slots: tuple[Slot, ...]
    rows: tuple[tuple[Table, tuple[Held | str | None, ...]], ...]


def chart_pages(books: Books) -> Iterator[Chart]:
    """A page for each session (or part of a long one) and each ten tables, without those closed throughout."""
    at = {(held.meeting.table, held.meeting.slot): held for held in books.held}
    for (day, session), grouped in groupby(books.plan.problem.slots, lambda slot: (day_of(slot), slot.session)):
        for slots in split_evenly(list(grouped), _COLUMNS):
            open_tables = [
                table for table in books.plan.problem.tables if any(slot.index not in table.closed for slot in slots)
            ]
            for tables in split_evenly(open_tables, _ROWS):
                rows = tuple(
                    (
                        table,
                        tuple("" if s.index in table.closed else at.get((table.index, s.index)) for s in slots),
                    )
                    for table in tables
                )
                yield Chart(day, session, tuple(slots), rows)


def split_evenly(items: Sequence[_T], most: int) -> list[Sequence[_T]]:
    """Stretches of at most `most` items that differ by as little as can be; none of nothing."""
    if not items:
        return []
    size = -(-len(items) // -(-len(items) // most))
    return [items[start : start + size] for start in range(0, len(items), size)]
