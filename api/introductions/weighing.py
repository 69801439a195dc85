"""What weighs in a broker's list, of all that is open; no text of a record is read for it."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Bundle, aliased

from api.access.groups import Group
from api.db.tables import Introduction, RecordRow
from api.introductions.parts import Part
from api.introductions.stages import Stage
from api.introductions.worth import Amount, Range, chance, stated_amount, typical_amount
from api.records.reading import Reader

__all__ = ["MOST", "Weight", "weigh"]

MOST = 2_000
"""No more introductions of one broker are weighed, newest first."""
_NEED = aliased(RecordRow, name="need")
_ACHIEVEMENT = aliased(RecordRow, name="achievement")


@dataclass(frozen=True, slots=True, kw_only=True)
class Weight:
    """What an introduction is placed by: `chance` and `fit` in [0, 1], `fit` None where the caller may not know it.

    `late_days` since the next action was due are 0 for what is due today and negative before, None where none is due.
    """

    introduction_id: str
    fit: float | None
    chance: float
    amount: Amount
    late_days: int | None

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


@dataclass(frozen=True, slots=True)
class _Side:
    """One of the two records: who may see how much of it, and the range it states in CNY."""

    id: str
    owner_id: str
    state: str
    visibility: int
    deleted_at: dt.datetime | None
    tiers: Mapping[str, int]
    low_cny: float | None
    high_cny: float | None


def weigh(reader: Reader, conditions: Sequence[ColumnElement[bool]], part: Part, today: dt.date) -> list[Weight]:
    """The newest `MOST` introductions under the conditions: late ones first, then due today, then by value; ties by id.

    Args:
        reader: who asks; what it may not read does not weigh.
        conditions: on `Introduction`.
        part: of the reader in all of them.
        today: the day that lateness is judged on.
    """
    typical = typical_amount(reader.session)
    found = reader.session.execute(
        select(
            Introduction.id,
            Introduction.stage,
            Introduction.fit,
            Introduction.due_on,
            _columns("need", _NEED, ("budget_low_cny",), ("budget_high_cny",)),
            _columns("achievement", _ACHIEVEMENT, ("price", "low_cny"), ("price", "high_cny")),
        )
        .join(_NEED, _NEED.id == Introduction.need_id)
        .join(_ACHIEVEMENT, _ACHIEVEMENT.id == Introduction.achievement_id)
        .where(*conditions)
        .order_by(Introduction.id.desc())
        .limit(MOST)
    )
    weights = []
    for introduction_id, stage, fit, due_on, *bundles in found:
        need, achievement = (_Side(*bundle) for bundle in bundles)
        # Level and fit say something of both records.
        known = fit if reader.sees(need) and reader.sees(achievement) else None
        weight = Weight(
            introduction_id=introduction_id,
            fit=known,
            chance=chance(Stage(stage), known),
            amount=stated_amount(_stated(reader, need), _stated(reader, achievement), typical),
            # Whoever only looks at a lead has no business with what was planned in it.
            late_days=(today - due_on).days if due_on is not None and part is Part.BROKER else None,
        )
        weights.append(weight)
    return sorted(weights, key=lambda weight: (weight.urgency, -weight.value_cny, weight.introduction_id))


def _stated(reader: Reader, side: _Side) -> Range:
    opened = reader.sees(side) and reader.opens(side, Group.TERMS)
    return (side.low_cny, side.high_cny) if opened else (None, None)


def _columns(name: str, row: type[RecordRow], low: tuple[str, ...], high: tuple[str, ...]) -> Bundle[Any]:
    """The fields of a `_Side`, its numbers by their place in the content."""
    numbers = (row.content[path].as_float() for path in (low, high))
    return Bundle(name, row.id, row.owner_id, row.state, row.visibility, row.deleted_at, row.tiers, *numbers)
