"""All records of one organisation, the worst filled first: read in a stream, so that any number may be own."""

import datetime as dt
import heapq
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.access.caller import Caller
from api.db.tables import RecordRow
from api.quality.fields import FieldInfo, fields_of
from api.quality.filling import Filling, filling
from api.records.reading import Reader
from api.records.states import State
from matcher.records import Side

__all__ = ["COUNTED", "Lack", "Line", "Place", "Survey", "survey"]

COUNTED = (State.DRAFT, State.REVIEW, State.PUBLISHED)
"""States of records that somebody may still find, or will."""
_AT_ONCE = 500
Place = tuple[int, str]
"""Where a record stands in the list: how many fields are filled, and its id."""


@dataclass(frozen=True, slots=True)
class Line:
    """One record: `share` filled in [0, 1], and what is missing."""

    place: Place
    title: str
    external_id: str
    state: State
    share: float
    missing: tuple[FieldInfo, ...]
    updated_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Lack:
    """A field, and how many records lack it (≥ 1)."""

    field: FieldInfo
    count: int


@dataclass(frozen=True, slots=True)
class Survey:
    """Totals over all records, and one page; `more` says whether there is a next one. `mean` is None without any."""

    count: int
    mean: float | None
    lacks: tuple[Lack, ...]
    lines: tuple[Line, ...]
    more: bool


def survey(session: Session, caller: Caller, side: Side, *, after: Place | None, limit: int) -> Survey:
    """The caller's organisation's records of a side, worst first from `after` on, ties by id."""
    lacking: Counter[FieldInfo] = Counter()
    shares: list[float] = []

    def counted() -> Iterator[Place]:
        for record_id, filled in _fillings(session, caller, side):
            shares.append(filled.share)
            lacking.update(filled.missing)
            place = (filled.count - len(filled.missing), record_id)
            if after is None or place > after:
                yield place

    page = heapq.nsmallest(limit + 1, counted())
    lacks = [Lack(field, lacking[field]) for field in fields_of(side) if lacking[field]]
    return Survey(
        count=len(shares),
        mean=sum(shares) / len(shares) if shares else None,
        lacks=tuple(sorted(lacks, key=lambda lack: -lack.count)),
        lines=_lines(session, side, page[:limit]),
        more=len(page) > limit,
    )


def _fillings(session: Session, caller: Caller, side: Side) -> Iterator[tuple[str, Filling]]:
    wanted = select(RecordRow.id, RecordRow.content).where(
        RecordRow.owner_id == (caller.organisation_id or ""),
        RecordRow.side == side.value,
        # Said this way round, no database begins with the index of all published records of everybody.
        RecordRow.state.not_in([state.value for state in State if state not in COUNTED]),
        Reader(session, caller).visible,
    )
    # From the database in parts: what an organisation has may not fit into memory at once.
    for record_id, content in session.execute(wanted.execution_options(yield_per=_AT_ONCE)):
        yield record_id, filling(side, content)


def _lines(session: Session, side: Side, page: Sequence[Place]) -> tuple[Line, ...]:
    """What is shown of the records of one page, read once more, whole."""
    rows = session.scalars(select(RecordRow).where(RecordRow.id.in_([record_id for _, record_id in page])))
    there = {row.id: row for row in rows}
    lines = []
    for place in page:
        row = there[place[1]]
        found = filling(side, row.content)
        lines.append(
            Line(place, row.title, row.external_id, State(row.state), found.share, found.missing, row.updated_at)
        )
    return tuple(lines)
