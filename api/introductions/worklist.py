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
from api.introductions.worth import Amount, chance, expected_amount, typical_amount
from api.records.reading import Reader
from matcher.records import Achievement, Need
from matcher.text.amounts import about

__all__ = ["MOST", "Item", "leads", "worklist"]

MOST = 2_000
"""No more introductions of one broker are weighed, newest first."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Item:
    """A line: `chance` in [0, 1], amounts in CNY, `late_days` since the next action was due, None where none is.

    `late_days` is 0 for what is due today and negative before.
    """

    shown: Shown
    chance: float
    amount: Amount
    late_days: int | None
    why: str

    @property
    def overdue_days(self) -> int:
        """At least 1 where the next action is late, else 0."""
        return max(0, self.late_days or 0)

    @property
    def urgency(self) -> int:
        """0 for what is late, 1 for what is due today, 2 for the rest."""
        return 0 if self.overdue_days else 1 if self.late_days == 0 else 2

    @property
    def value_cny(self) -> float:
        """Expected value: chance × amount."""
        return self.chance * self.amount.cny


def worklist(session: Session, caller: Caller, today: dt.date) -> tuple[Sequence[Item], Shower]:
    """The caller's open introductions: late ones first, then those due today, then by expected value; ties by id."""
    rows = _open(session, Introduction.broker_id == (caller.account_id or ""))
    return _weighed(Reader(session, caller), rows, Part.BROKER, today)


def leads(session: Session, caller: Caller, today: dt.date) -> tuple[Sequence[Item], Shower]:
    """Introductions without a broker of which the caller sees both records, by expected value."""
    reader = Reader(session, caller)
    rows = _open(session, Introduction.broker_id.is_(None), claimable(reader))
    return _weighed(reader, rows, Part.LEAD, today)


def _open(session: Session, *conditions: ColumnElement[bool]) -> Sequence[Introduction]:
    wanted = select(Introduction).where(Introduction.stage.in_([stage.value for stage in OPEN]), *conditions)
    return session.scalars(wanted.order_by(Introduction.id.desc()).limit(MOST)).all()


def _weighed(reader: Reader, rows: Sequence[Introduction], part: Part, today: dt.date) -> tuple[Sequence[Item], Shower]:
    shower = Shower(reader, rows)
    typical = typical_amount(reader.session)
    items = [_item(shower.show(row, part), typical, today) for row in rows]
    return sorted(items, key=lambda item: (item.urgency, -item.value_cny, item.shown.row.id)), shower


def _item(shown: Shown, typical: Amount, today: dt.date) -> Item:
    row = shown.row
    need = shown.need.seen.record if shown.need.seen is not None else None
    achievement = shown.achievement.seen.record if shown.achievement.seen is not None else None
    amount = expected_amount(
        need if isinstance(need, Need) else None, achievement if isinstance(achievement, Achievement) else None, typical
    )
    fit = row.fit if shown.graded else None
    likely = chance(Stage(row.stage), fit)
    # Whoever only looks at a lead has no business with what was planned in it.
    late = (today - row.due_on).days if row.due_on is not None and shown.inside else None
    why = _why(row, (likely, fit, amount), late)
    return Item(shown=shown, chance=likely, amount=amount, late_days=late, why=why)


def _why(row: Introduction, weighed: tuple[float, float | None, Amount], late: int | None) -> str:
    likely, fit, amount = weighed
    said = []
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
    how = f"签约机会 {likely:.1%}（{Stage(row.stage).label}，{matched}）× {about(amount.cny)}（{amount.basis}）"
    said.append(f"预计收益 {about(likely * amount.cny)} = {how}")
    return "；".join(said)
