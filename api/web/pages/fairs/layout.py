"""A plan laid out as people read it: one day and hall at a time, slots downwards and tables across."""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from api.routes.bodies.fair_boards import BoardOut, MeetingOut, PartyOut, SlotOut, TableOut

__all__ = ["EVERYWHERE", "Cell", "Layout", "Row", "lay_out"]

EVERYWHERE = "*"
"""The choice of all halls together."""

_TOGETHER = 14
"""So many tables fit beside one another: below, all halls are shown together at first."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One slot at one table. `free`: the chosen meeting can go there without a conflict."""

    table: TableOut
    meeting: MeetingOut | None
    closed: bool
    free: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One slot; `names_session` where it is the first of its session."""

    slot: SlotOut
    names_session: bool
    cells: tuple[Cell, ...]

    @property
    def meetings(self) -> int:
        """In this slot and hall."""
        return sum(cell.meeting is not None for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Layout:
    """What is on the page: `day` and `hall` are those that were chosen, or the first."""

    days: tuple[dt.date, ...]
    day: dt.date
    halls: tuple[str, ...]
    hall: str
    tables: tuple[TableOut, ...]
    rows: tuple[Row, ...]
    parties: Mapping[str, PartyOut]
    lit: frozenset[str]
    """Codes of the meetings of who was looked for."""


def lay_out(
    board: BoardOut,
    *,
    day: str = "",
    hall: str = "",
    who: str = "",
    chosen: MeetingOut | None = None,
    free: Collection[tuple[int, int]] = (),
) -> Layout:
    """Lay out a plan.

    Args:
        board: the plan.
        day: ISO date; else the day of the chosen meeting, else the first.
        hall: name, or EVERYWHERE; else that of the chosen meeting's table, else all where they fit, else the first.
        who: part of the name of whom to look for.
        chosen: a meeting that is looked at.
        free: slots and tables to which it can go.
    """
    days = tuple(sorted({slot.date for slot in board.slots}))
    halls = tuple(dict.fromkeys(table.hall for table in board.tables))
    at = _day(board, days, day, chosen)
    place = _hall(board, halls, hall, chosen)
    tables = tuple(table for table in board.tables if place in (EVERYWHERE, table.hall))
    placed = {(meeting.slot, meeting.table): meeting for meeting in board.meetings}
    rows, session = [], None
    for slot in board.slots:
        if slot.date != at:
            continue
        cells = tuple(
            Cell(
                table=table,
                meeting=placed.get((slot.index, table.index)),
                closed=slot.index in table.closed,
                free=(slot.index, table.index) in free,
            )
            for table in tables
        )
        rows.append(Row(slot, slot.session != session, cells))
        session = slot.session
    parties = {party.id: party for party in board.parties}
    lit = frozenset(
        meeting.code
        for meeting in board.meetings
        if who and any(who in parties[one].name for one in (meeting.enterprise, meeting.team))
    )
    return Layout(days, at, halls, place, tables, tuple(rows), parties, lit)


def _day(board: BoardOut, days: tuple[dt.date, ...], wanted: str, chosen: MeetingOut | None) -> dt.date:
    found = next((day for day in days if day.isoformat() == wanted), None)
    if found is not None:
        return found
    return board.slots[chosen.slot].date if chosen is not None else days[0]


def _hall(board: BoardOut, halls: tuple[str, ...], wanted: str, chosen: MeetingOut | None) -> str:
    if wanted == EVERYWHERE or (wanted and wanted in halls):
        return wanted
    if len(halls) == 1 or len(board.tables) <= _TOGETHER:
        return EVERYWHERE
    return board.tables[chosen.table].hall if chosen is not None else halls[0]
