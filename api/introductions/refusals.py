"""Why an organisation's introductions came to nothing: how often for each reason, what to do about it, the newest."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from sqlalchemy import ColumnElement, and_, case, func, or_, select, true
from sqlalchemy.orm import Session

from api.access.caller import Caller
from api.db.tables import Introduction
from api.introductions.reasons import Reason
from api.introductions.stages import Answer, Stage
from matcher.records import Side

__all__ = ["After", "ReasonCount", "advice", "newest_refusals", "reason_counts"]

After = tuple[dt.datetime, str]
"""When the last one of the page before was changed last, and its id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonCount:
    """One reason on one side of ours; `declined` of them by the other side's answer, the rest given up later."""

    side: Side
    reason: Reason
    count: int
    declined: int
    last_at: dt.datetime


def reason_counts(session: Session, caller: Caller) -> list[ReasonCount]:
    """The reasons, commonest first. What the organisation declined itself is not counted."""
    found = []
    for side in Side:
        other = Introduction.achievement_answer if side is Side.NEED else Introduction.need_answer
        rows = session.execute(
            select(Introduction.reason_code, func.count(), func.max(Introduction.updated_at))
            .add_columns(func.sum(case((other == Answer.DECLINED.value, 1), else_=0)))
            .where(_lost(caller, side))
            .group_by(Introduction.reason_code)
        )
        found += [
            ReasonCount(side=side, reason=Reason(code), count=count, declined=int(declined), last_at=last_at)
            for code, count, last_at, declined in rows
            if code
        ]
    return sorted(found, key=lambda item: (-item.count, item.side, item.reason))


def newest_refusals(
    session: Session, caller: Caller, *, reason: Reason | None, after: After | None, limit: int
) -> Sequence[Introduction]:
    """Those that were changed last, newest first, `limit` at most."""
    row = Introduction
    wanted = select(row).where(or_(*(_lost(caller, side) for side in Side)))
    if reason is not None:
        wanted = wanted.where(row.reason_code == reason.value)
    if after is not None:
        at, last = after
        wanted = wanted.where(or_(row.updated_at < at, and_(row.updated_at == at, row.id < last)))
    return session.scalars(wanted.order_by(row.updated_at.desc(), row.id.desc()).limit(limit)).all()


def advice(side: Side, reason: Reason) -> str:
    """What the side that reads it can do about a reason: one Chinese sentence."""
    return _advice()[side, reason]


def _lost(caller: Caller, side: Side) -> ColumnElement[bool]:
    """Lost with the caller's organisation on that side, which did not decline and from which it is not withheld."""
    need = side is Side.NEED
    owner = Introduction.need_owner_id if need else Introduction.achievement_owner_id
    answer = Introduction.need_answer if need else Introduction.achievement_answer
    organisation = caller.organisation_id or ""
    # Of a pair within one organisation the need speaks, as in `part_of`.
    once = true() if need else Introduction.need_owner_id != organisation
    return and_(
        owner == organisation,
        once,
        Introduction.withheld != side.value,
        Introduction.stage == Stage.LOST.value,
        Introduction.reason_code != "",
        answer != Answer.DECLINED.value,
    )


@lru_cache(maxsize=1)
def _advice() -> Mapping[tuple[Side, Reason], str]:
    text = resources.files("api.introductions").joinpath("advice.tsv").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    return {(Side(side), Reason(code)): told for side, code, told in rows}
