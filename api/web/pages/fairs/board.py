"""The plan as a board, and one meeting of it: what it is about, where it could go, what stands against a place."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from starlette.responses import Response

from api.access.roles import STAFF
from api.routes.bodies.fair_boards import (
    BoardOut,
    MeetingOut,
    MoveBody,
    MoveCheckOut,
    PlaceOut,
    PlacesOut,
    PlanLine,
    SlotOut,
    StandByOut,
    TableOut,
)
from api.routes.bodies.fairs import FairOut
from api.web.asking import RefusedError
from api.web.page import reading
from api.web.pages.fairs.asking import REFUSED, fair_of, number, root
from api.web.pages.fairs.layout import lay_out
from api.web.visit import Visit

__all__ = ["PAGES", "Wanted", "draw_board"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A place that was thought of for a meeting."""

    slot: int
    table: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the checker says of a place; `there` is who sits at it, `swap` what it says of changing places."""

    wanted: Wanted
    slot: SlotOut
    table: TableOut
    there: MeetingOut | None
    alone: MoveCheckOut
    swap: MoveCheckOut | None


@dataclass(frozen=True, slots=True)
class Chosen:
    """A meeting that is looked at. `places` are those it can go to, by slot."""

    meeting: MeetingOut
    places: Sequence[tuple[SlotOut, list[TableOut]]] = ()
    standby: Sequence[StandByOut] = ()
    verdict: Verdict | None = None
    free: frozenset[tuple[int, int]] = field(default=frozenset())


async def _board(visit: Visit) -> Response:
    slot, table = (number(visit.query.get(name, "")) for name in ("slot", "table"))
    wanted = Wanted(slot, table) if slot is not None and table is not None else None
    return await draw_board(visit, code=visit.query.get("meeting", ""), wanted=wanted)


async def draw_board(
    visit: Visit, *, code: str = "", wanted: Wanted | None = None, status: int = 200, fault: str = ""
) -> Response:
    """The board with a meeting chosen, or its panel alone where htmx asks for one."""
    try:
        fair, board, plans = await asyncio.gather(
            fair_of(visit),
            visit.api.get(BoardOut, f"{root(visit)}/board"),
            visit.api.get(list[PlanLine], f"{root(visit)}/plans"),
        )
    except RefusedError as error:
        if error.status == REFUSED:
            # Nothing is planned yet: the fair says what is to be done first.
            return visit.go(root(visit))
        raise
    chosen = await _chosen(visit, board, code, wanted)
    shown = {name: visit.query.get(name, "") for name in ("day", "hall", "who")}
    if status != 200 or visit.request.method == "POST":
        form = await visit.form()
        shown = {name: form.text(name) for name in shown}
    layout = lay_out(
        board,
        day=shown["day"],
        hall=shown["hall"],
        who=shown["who"].strip(),
        chosen=chosen.meeting if chosen else None,
        free=chosen.free if chosen else (),
    )
    return visit.page(
        "fairs/panel.html" if visit.partial else "fairs/board.html",
        status=status,
        fair=fair,
        board=board,
        layout=layout,
        chosen=chosen,
        who=shown["who"].strip(),
        undo=_undo(plans),
        linked=_linked(fair),
        fault=fault,
        code=code,
    )


def _undo(plans: Sequence[PlanLine]) -> PlanLine | None:
    """The plan that was there before the one that counts."""
    current = next((plan for plan in plans if plan.current), None)
    before = current.before if current else None
    return next((plan for plan in plans if plan.number == before), None)


def _linked(fair: FairOut) -> dict[str, bool]:
    """Of which lists the records have pages of their own here."""
    return {one.part: one.source == "database" for one in fair.lists}


async def _chosen(visit: Visit, board: BoardOut, code: str, wanted: Wanted | None) -> Chosen | None:
    meeting = next((one for one in board.meetings if one.code == code), None)
    if meeting is None:
        return None
    found = await visit.api.get(PlacesOut, f"{root(visit)}/meetings/{meeting.code}/places")
    return Chosen(
        meeting,
        places=_by_slot(board, found.places),
        standby=[one for one in board.standby if one.meeting == code],
        verdict=await _verdict(visit, board, meeting, wanted) if wanted else None,
        free=frozenset((place.slot, place.table) for place in found.places),
    )


def _by_slot(board: BoardOut, places: Sequence[PlaceOut]) -> list[tuple[SlotOut, list[TableOut]]]:
    tables: dict[int, list[TableOut]] = {}
    for place in places:
        tables.setdefault(place.slot, []).append(board.tables[place.table])
    return [(board.slots[slot], found) for slot, found in tables.items()]


async def _verdict(visit: Visit, board: BoardOut, meeting: MeetingOut, wanted: Wanted) -> Verdict | None:
    """What stands against a place, None where the meeting is at it or there is no such place."""
    at = (wanted.slot, wanted.table)
    if at == (meeting.slot, meeting.table) or at[0] >= len(board.slots) or at[1] >= len(board.tables):
        return None
    there = next((one for one in board.meetings if (one.slot, one.table) == at), None)
    checks = [
        visit.api.ask(
            MoveCheckOut,
            f"{root(visit)}/moves/check",
            MoveBody(code=meeting.code, slot=wanted.slot, table=wanted.table, swap=swap),
        )
        for swap in ((False, True) if there else (False,))
    ]
    alone, *swapped = await asyncio.gather(*checks)
    return Verdict(
        wanted,
        board.slots[wanted.slot],
        board.tables[wanted.table],
        there,
        alone,
        swapped[0] if swapped else None,
    )


PAGES = (reading("/fairs/{id}/board", _board, STAFF),)
