"""How many introductions a caller has at each stage, how many wait for its answer, and how many are due."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from api.access.caller import Caller
from api.access.roles import Role
from api.db.tables import Introduction
from api.introductions.brokers import claimable
from api.introductions.parts import Part, of_caller
from api.introductions.stages import OPEN, Answer, Stage
from api.records.reading import Reader

__all__ = ["Counts", "count_introductions", "waiting_for"]

_OPEN = Introduction.stage.in_([stage.value for stage in OPEN])


@dataclass(frozen=True, slots=True)
class Counts:
    """Numbers for a desk: by stage (all of them), to be answered by the caller's side, due today or late.

    `unclaimed` are those that a broker may claim, 0 for everybody else.
    """

    stages: Mapping[Stage, int]
    waiting: int
    due: int
    unclaimed: int


def count_introductions(session: Session, caller: Caller, today: dt.date) -> Counts:
    """Those in which the caller has a part, as in the list; `due` only those it works on."""
    counted = session.execute(
        select(Introduction.stage, func.count()).where(of_caller(caller)).group_by(Introduction.stage)
    )
    there = dict(counted.all())
    return Counts(
        stages={stage: there.get(stage.value, 0) for stage in Stage},
        waiting=_count(session, waiting_for(caller)),
        due=_count(session, and_(_OPEN, Introduction.due_on <= today, _works_on(caller))),
        unclaimed=_unclaimed(session, caller),
    )


def waiting_for(caller: Caller) -> ColumnElement[bool]:
    """The condition on `Introduction`: open, and a side that is the caller's has not answered."""
    return and_(_OPEN, or_(*_sides(caller, Answer.WAITING)))


def _unclaimed(session: Session, caller: Caller) -> int:
    if caller.role is not Role.BROKER:
        return 0
    return _count(session, and_(Introduction.broker_id.is_(None), claimable(Reader(session, caller))))


def _works_on(caller: Caller) -> ColumnElement[bool]:
    """As `parts.is_inside`: a side that has accepted, or the broker."""
    broker = Introduction.broker_id == (caller.account_id or "")
    return or_(broker, *_sides(caller, Answer.ACCEPTED))


def _sides(caller: Caller, answer: Answer) -> list[ColumnElement[bool]]:
    organisation = caller.organisation_id or ""
    return [
        and_(owner == organisation, Introduction.withheld != part.value, said == answer.value)
        for part, owner, said in (
            (Part.NEED, Introduction.need_owner_id, Introduction.need_answer),
            (Part.ACHIEVEMENT, Introduction.achievement_owner_id, Introduction.achievement_answer),
        )
    ]


def _count(session: Session, condition: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(Introduction).where(condition)) or 0
