"""What a replan changed, told so that both sides can be phoned."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from matcher.fair.base import Meeting, Party, PartyKind, Plan
from matcher.fair.books.base import Change, ChangeKind, Contact, Held, day_of, place_of

__all__ = ["changes"]

_UNCONFIRMED = "原来未确认，这次重新安排"
_NEW = "这次重排新安排"
_ANSWERS: Mapping[ChangeKind, str] = {
    ChangeKind.CANCELLED: "因会务调整，这场会面取消，请谅解",
    ChangeKind.MOVED: "因会务调整，这场会面改期或换桌，请按现在的时间和桌位到场",
    ChangeKind.NEW: "为您新安排一场会面，请确认能否到场",
}


def changes(before: Plan, plan: Plan, held: Sequence[Held], contact: Callable[[Party], Contact]) -> Iterator[Change]:
    """Cancelled meetings, then those at another time or table, then new ones, each in order of time.

    Args:
        before: the plan that was replaced.
        plan: the one that replaces it.
        held: its meetings.
        contact: how to name and reach a party of either plan.
    """
    why = {move.code: move.why for move in plan.moves}
    old = {meeting.code: meeting for meeting in before.meetings}
    now = {one.meeting.code: one for one in held}
    for code, meeting in old.items():
        if code not in now:
            theirs = {
                PartyKind.ENTERPRISE: contact(before.enterprise(meeting)),
                PartyKind.TEAM: contact(before.team(meeting)),
            }
            yield Change(
                kind=ChangeKind.CANCELLED,
                code=code,
                parties=theirs,
                before=_spot(before, meeting),
                now="取消",
                answer=_ANSWERS[ChangeKind.CANCELLED],
                why=why.get(code, _UNCONFIRMED),
            )
    for kind in (ChangeKind.MOVED, ChangeKind.NEW):
        for code, one in now.items():
            if (code in old) != (kind is ChangeKind.MOVED):
                continue
            was, here = _spot(before, old[code]) if code in old else "", _spot(plan, one.meeting)
            if was != here:
                yield Change(
                    kind=kind,
                    code=code,
                    parties={
                        side: replace(contact(party), contact=one.contacts[side]) for side, party in one.parties.items()
                    },
                    before=was,
                    now=here,
                    answer=_ANSWERS[kind],
                    why=why.get(code, _UNCONFIRMED if was else _NEW),
                )


def _spot(plan: Plan, meeting: Meeting) -> str:
    """`11月18日 周二 09:00–09:20 A1（一号馆）`."""
    slot, table = plan.slot(meeting), plan.table(meeting)
    return f"{day_of(slot)} {slot.start:%H:%M}–{slot.end:%H:%M} {place_of(table)}"
