"""The day of a fair on a phone: who came, and who steps in for whoever did not."""

import asyncio
from dataclasses import dataclass
from typing import cast
from urllib.parse import quote

from starlette.responses import Response

from api.access.roles import STAFF
from api.routes.bodies.fair_boards import (
    AttendanceBody,
    AttendanceOut,
    BoardOut,
    FilledOut,
    MeetingAttendanceBody,
    MeetingOut,
    NoShowBody,
    NoShowOut,
    PartyOut,
    PartyState,
    SlotOut,
)
from api.web.asking import RefusedError
from api.web.page import reading, writing
from api.web.pages.fairs.asking import REFUSED, number, root
from api.web.pages.fairs.clock import slot_now
from api.web.visit import Visit

__all__ = ["PAGES"]

_STATES = frozenset({"came", "not", "late"})
_SHOWN = 20
_TYPED = 2


@dataclass(frozen=True, slots=True)
class Day:
    """What the page shows. `noted` are states by party and meeting ("" for the fair), `filled` by meeting."""

    board: BoardOut
    slot: SlotOut
    parties: dict[str, PartyOut]
    noted: dict[tuple[str, str], AttendanceOut]
    found: list[PartyOut]
    more: int
    filled: dict[str, list[FilledOut]]

    def state(self, party: str, meeting: str = "") -> str:
        """What was noted, "" where nothing was."""
        found = self.noted.get((party, meeting))
        return found.state if found else ""

    def here(self) -> list[MeetingOut]:
        """The meetings of the slot, by table."""
        return sorted((one for one in self.board.meetings if one.slot == self.slot.index), key=lambda one: one.table)

    def of(self, party: str) -> list[MeetingOut]:
        """The meetings of a party on the day of the slot, in order."""
        return [
            one
            for one in self.board.meetings
            if party in (one.enterprise, one.team) and self.board.slots[one.slot].date == self.slot.date
        ]

    def count(self, state: str) -> int:
        """Of how many parties that was noted."""
        return sum(one.state == state for (_, meeting), one in self.noted.items() if not meeting)


async def _attendance(visit: Visit) -> Response:
    try:
        day = await _day(visit)
    except RefusedError as error:
        if error.status == REFUSED:
            return visit.go(root(visit))
        raise
    template = "fairs/found.html" if visit.partial else "fairs/attendance.html"
    return visit.page(template, day=day, q=_typed(visit), here=root(visit))


def _typed(visit: Visit) -> str:
    return visit.query.get("q", "").strip()


async def _day(visit: Visit) -> Day:
    board, noted = await asyncio.gather(
        visit.api.get(BoardOut, f"{root(visit)}/board"),
        visit.api.get(list[AttendanceOut], f"{root(visit)}/attendance"),
    )
    wanted = number(visit.query.get("slot", ""), most=len(board.slots) - 1)
    used = {meeting.slot for meeting in board.meetings}
    held = [slot for slot in board.slots if slot.index in used] or board.slots
    slot = board.slots[wanted] if wanted is not None else slot_now(held)
    typed = _typed(visit).casefold()
    found = [one for one in board.parties if len(typed) >= _TYPED and typed in one.name.casefold()]
    day = Day(
        board,
        slot,
        {party.id: party for party in board.parties},
        {(one.party, one.meeting): one for one in noted},
        found[:_SHOWN],
        max(0, len(found) - _SHOWN),
        {},
    )
    for one in await _filled(visit, day):
        day.filled.setdefault(one.meeting, []).append(one)
    return day


async def _filled(visit: Visit, day: Day) -> list[FilledOut]:
    """Stand-ins for whoever is missing in the slot."""
    missing = {
        party
        for meeting in day.here()
        for party in (meeting.enterprise, meeting.team)
        if (day.state(party, meeting.code) or day.state(party)) == "not"
    }
    if not missing:
        return []
    body = NoShowBody(missing=sorted(missing), slot=day.slot.index)
    return (await visit.api.ask(NoShowOut, f"{root(visit)}/noshows", body)).filled


async def _noting(visit: Visit) -> Response:
    """Note what was tapped; the same again changes nothing, so that a tap may be sent twice."""
    form = await visit.form()
    said = form.text("state")
    state = cast("PartyState", said) if said in _STATES else None
    meeting, party = form.text("meeting"), form.text("party")
    if meeting:
        await _note_meeting(visit, meeting, party, state)
    else:
        body = AttendanceBody(state=state)
        await visit.api.send("PUT", f"{root(visit)}/attendance/{quote(party, safe='')}", body=body)
    return visit.go(f"{root(visit)}/attendance", q=form.text("q"), slot=form.text("slot"), said="attended")


async def _note_meeting(visit: Visit, code: str, party: str, state: PartyState | None) -> None:
    """Of one side; what was noted of the other, also a moment ago by somebody else, stays."""
    board = await visit.api.get(BoardOut, f"{root(visit)}/board")
    meeting = next((one for one in board.meetings if one.code == code), None)
    body = MeetingAttendanceBody()
    if meeting is not None and party == meeting.enterprise:
        body = MeetingAttendanceBody(enterprise=state)
    elif meeting is not None and party == meeting.team:
        body = MeetingAttendanceBody(team=state)
    await visit.api.send("PUT", f"{root(visit)}/meetings/{quote(code, safe='')}/attendance", body=body)


PAGES = (
    reading("/fairs/{id}/attendance", _attendance, STAFF),
    writing("/fairs/{id}/attendance", _noting, STAFF),
)
