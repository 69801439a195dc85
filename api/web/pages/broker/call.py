"""A sheet for a call: whom to call, why it fits, what to ask and what not to say."""

import asyncio
from dataclasses import dataclass

from starlette.responses import Response

from api.access.groups import Group
from api.routes.bodies.introductions import IntroductionOut
from api.schemas.matching import MatchOut
from api.schemas.records import AchievementOut, NeedOut, RecordOut
from api.web.asking import RefusedError
from api.web.pages.broker.today import result_values
from api.web.pages.introductions.asking import explained
from api.web.pages.introductions.phones import dialled
from api.web.visit import Visit
from matcher.records import GateState, Side, Tier

__all__ = ["call"]

_SENTENCES = 3
_HOW_TO_REACH = "怎样联系"
_CONTACT = "联系方式"
_GONE = 404


@dataclass(frozen=True, slots=True)
class _Told:
    """What of a record may not be passed on: groups, and whether the other side may not know of it at all.

    `kept`: the broker reads of it what the other side may not.
    """

    closed: tuple[Group, ...]
    hidden: bool
    kept: bool


async def call(visit: Visit) -> Response:
    """The sheet of one introduction."""
    item = await visit.api.get(IntroductionOut, f"/introductions/{visit.path('id')}")
    ask_holder, ask_enterprise, need, achievement = await asyncio.gather(
        explained(visit, item.need.id, item.achievement.id),
        explained(visit, item.need.id, item.achievement.id, Side.NEED),
        _record(visit, NeedOut, item.need.id, "needs"),
        _record(visit, AchievementOut, item.achievement.id, "achievements"),
    )
    # The index holds no contacts: it asks for them although they stand on the sheet.
    known = bool(item.contacts)
    told = {Side.NEED: _told(item, need), Side.ACHIEVEMENT: _told(item, achievement)}
    return visit.page(
        "broker/call.html",
        item=item,
        match=ask_holder,
        sentences=_sentences(ask_holder),
        questions={
            # What is asked of one side is taken from the record of the other.
            Side.NEED: [] if told[Side.ACHIEVEMENT].kept else _questions(ask_enterprise, known=known),
            Side.ACHIEVEMENT: [] if told[Side.NEED].kept else _questions(ask_holder, known=known),
        },
        doubts=_doubts(ask_holder, known=known),
        records={Side.NEED: need, Side.ACHIEVEMENT: achievement},
        told=told,
        dialled=dialled,
        **result_values(),
    )


async def _record(
    visit: Visit, kind: type[NeedOut | AchievementOut], record_id: str | None, many: str
) -> NeedOut | AchievementOut | None:
    """A record as the broker reads it; None where it is not to be seen."""
    if not record_id:
        return None
    try:
        return await visit.api.get(kind, f"/{many}/{record_id}")
    except RefusedError as error:
        if error.status == _GONE:
            return None
        raise


def _sentences(match: MatchOut | None) -> list[str]:
    """Why it fits, in three sentences: what both speak of, then either's own words."""
    return [] if match is None else list(match.lines[:_SENTENCES])


def _questions(match: MatchOut | None, *, known: bool) -> list[str]:
    return [text for text in match.questions if not (known and _HOW_TO_REACH in text)] if match is not None else []


def _doubts(match: MatchOut | None, *, known: bool) -> list[str]:
    """What speaks against it or is not known, each once, what speaks against it first."""
    if match is None:
        return []
    failed = [gate.reason for gate in match.gates if gate.state is GateState.FAIL]
    unmet = [check.reason for check in match.checks if check.state.value == "unmet"]
    unknown = [text for text in match.unknowns if not (known and text.startswith(_CONTACT))]
    return list(dict.fromkeys((*failed, *unmet, *unknown)))


def _told(item: IntroductionOut, record: RecordOut | None) -> _Told:
    """What must not be said of a record: what is closed to the broker, before acceptance more."""
    if record is None:
        return _Told(tuple(Group), hidden=True, kept=True)
    closed = set(record.closed) | {Group.OWN}
    if item.opened_at is None:
        # Both sides open these only by accepting, whatever the broker reads.
        closed |= {Group.CONTACT, Group.CONFIDENTIAL, *record.restricted}
    hidden = item.opened_at is None and record.content.visibility > Tier.REGISTERED
    kept = hidden or (item.opened_at is None and bool(record.restricted))
    return _Told(tuple(group for group in Group if group in closed), hidden=hidden, kept=kept)
