"""A broker's list of what pays most next, and of leads to claim; each line says why it stands where it does."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from api.access.caller import Caller
from api.db.tables import Introduction
from api.introductions.brokers import claimable
from api.introductions.parts import Part
from api.introductions.showing import Shower, Shown
from api.introductions.stages import OPEN, Answer, Stage
from api.introductions.weighing import MOST, Weight, weigh
from api.records.reading import Reader
from matcher.text.amounts import about

__all__ = ["MOST", "Item", "Worklist", "leads", "worklist"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Item:
    """A line: an introduction as it is shown, what it weighs, and why."""

    shown: Shown
    weight: Weight
    why: str


@dataclass(frozen=True, slots=True)
class Worklist:
    """One page, what showed it, and how many lines there are in all."""

    items: Sequence[Item]
    shower: Shower
    total: int


def worklist(session: Session, caller: Caller, page: tuple[int, int], today: dt.date) -> Worklist:
    """The caller's open introductions: late ones first, then those due today, then by expected value; ties by id.

    Args:
        session: to read in.
        caller: a broker.
        page: start and limit.
        today: the day that lateness is judged on.
    """
    return _listed(
        Reader(session, caller), [Introduction.broker_id == (caller.account_id or "")], Part.BROKER, page, today
    )


def leads(session: Session, caller: Caller, page: tuple[int, int], today: dt.date) -> Worklist:
    """Introductions without a broker of which the caller sees both records, by expected value.

    Arguments as for `worklist`.
    """
    reader = Reader(session, caller)
    return _listed(reader, [Introduction.broker_id.is_(None), claimable(reader)], Part.LEAD, page, today)


def _listed(
    reader: Reader, wanted: Sequence[ColumnElement[bool]], part: Part, page: tuple[int, int], today: dt.date
) -> Worklist:
    conditions = [Introduction.stage.in_([stage.value for stage in OPEN]), *wanted]
    weights = weigh(reader, conditions, part, today)
    start, limit = page
    shown = {weight.introduction_id: weight for weight in weights[start : start + limit]}
    # Asked for once more: between the two questions a lead may have been claimed.
    found = reader.session.scalars(select(Introduction).where(Introduction.id.in_(list(shown)), *conditions)).all()
    rows = {row.id: row for row in found}
    shower = Shower(reader, found)
    items = [_item(shower.show(rows[name], part), weight) for name, weight in shown.items() if name in rows]
    return Worklist(items, shower, len(weights))


def _item(shown: Shown, weight: Weight) -> Item:
    return Item(shown=shown, weight=weight, why=_why(shown.row, weight))


def _why(row: Introduction, weight: Weight) -> str:
    said = []
    late, fit, amount = weight.late_days, weight.fit, weight.amount
    if late is not None and late >= 0:
        said.append(f"已逾期 {late} 天" if late else "今天到期")
    waiting = [
        name
        for name, answer in (("需求方", row.need_answer), ("成果方", row.achievement_answer))
        if answer == Answer.WAITING
    ]
    if waiting:
        said.append(f"等待{'和'.join(waiting)}答复")
    matched = "匹配度未知" if fit is None else f"匹配度 {fit:.0%}"
    how = f"签约机会 {weight.chance:.1%}（{Stage(row.stage).label}，{matched}）× {about(amount.cny)}（{amount.basis}）"
    said.append(f"预计收益 {about(weight.value_cny)} = {how}")
    return "；".join(said)
