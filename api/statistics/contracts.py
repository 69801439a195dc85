"""Technology contracts signed in a year: number and amount by kind and by month."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.db.tables import Introduction
from api.introductions.contracts import ContractKind
from api.introductions.stages import Stage
from api.statistics.year import MONTHS, Year

__all__ = ["ContractCounts", "KindTotal", "MonthTotal", "contract_counts"]


@dataclass(frozen=True, slots=True)
class KindTotal:
    """Number and amount (CNY) of the contracts of one kind."""

    kind: ContractKind
    count: int
    amount_cny: float


@dataclass(frozen=True, slots=True)
class MonthTotal:
    """Number and amount (CNY) of the contracts of one month, 1 to 12."""

    month: int
    count: int
    amount_cny: float


@dataclass(frozen=True, slots=True)
class ContractCounts:
    """All five kinds and all twelve months, also those without a contract."""

    kinds: tuple[KindTotal, ...]
    months: tuple[MonthTotal, ...]

    @property
    def count(self) -> int:
        """Of all kinds."""
        return sum(kind.count for kind in self.kinds)

    @property
    def amount_cny(self) -> float:
        """Of all kinds."""
        return round(sum(kind.amount_cny for kind in self.kinds), 2)


def contract_counts(session: Session, year: Year) -> ContractCounts:
    """The contracts by the day they were signed, which is a day in China as it was entered."""
    rows = session.execute(
        select(
            Introduction.contract_kind,
            func.count(),
            func.sum(Introduction.contract_cny),
            *year.day_counts(Introduction.signed_on),
            *year.day_sums(Introduction.signed_on, Introduction.contract_cny),
        )
        .where(
            Introduction.stage == Stage.SIGNED,
            Introduction.contract_cny.is_not(None),
            Introduction.contract_kind.in_([kind.value for kind in ContractKind]),
            year.has_day(Introduction.signed_on),
        )
        .group_by(Introduction.contract_kind)
    ).all()
    return ContractCounts(_kinds(rows), _months(rows))


def _kinds(rows: Sequence[Any]) -> tuple[KindTotal, ...]:
    found = {row[0]: (row[1], round(float(row[2]), 2)) for row in rows}
    return tuple(KindTotal(kind, *found.get(kind.value, (0, 0.0))) for kind in ContractKind)


def _months(rows: Sequence[Any]) -> tuple[MonthTotal, ...]:
    return tuple(
        MonthTotal(
            month,
            sum(row[2 + month] for row in rows),
            round(sum(float(row[14 + month]) for row in rows), 2),
        )
        for month in MONTHS
    )
