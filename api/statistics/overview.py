"""A year at a glance, put together from what each file here counts."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.access.roles import OrganisationKind
from api.db.base import now
from api.db.tables import Organisation
from api.statistics.contracts import ContractCounts, contract_counts
from api.statistics.counts import Count
from api.statistics.introductions import IntroductionCounts, introduction_counts
from api.statistics.levels import level_counts
from api.statistics.records import SideCounts, side_counts
from api.statistics.targets import Measure, Targets, read_targets
from api.statistics.year import Year
from matcher.records import Side

__all__ = ["Overview", "Progress", "overview"]

_KINDS = {
    OrganisationKind.ENTERPRISE: "企业",
    OrganisationKind.INSTITUTION: "高校院所",
    OrganisationKind.BROKERAGE: "技术转移机构",
    OrganisationKind.BUREAU: "管理部门",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What was reached in the year beside its target, None where none is set; both ≥ 0."""

    measure: Measure
    target: float | None
    reached: float

    @property
    def label(self) -> str:
        """The Chinese name of the measure."""
        return self.measure.label

    @property
    def share(self) -> float | None:
        """Reached ÷ target; None without a target, or with one of nothing."""
        return round(self.reached / self.target, 4) if self.target else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """The counts of one year; states, stages and levels are those of the moment `at`."""

    year: int
    at: dt.datetime
    needs: SideCounts
    achievements: SideCounts
    organisations: tuple[Count, ...]
    levels: tuple[Count, ...]
    introductions: IntroductionCounts
    contracts: ContractCounts
    progress: tuple[Progress, ...]


def overview(session: Session, number: int) -> Overview:
    """Count now for one year."""
    year = Year(number)
    sides = side_counts(session, year)
    introductions, contracts = introduction_counts(session, year), contract_counts(session, year)
    reached = {
        Measure.CONTRACTS_CNY: contracts.amount_cny,
        Measure.CONTRACTS: float(contracts.count),
        Measure.INTRODUCTIONS: float(introductions.total),
        Measure.NEEDS: float(sides[Side.NEED].new),
        Measure.ACHIEVEMENTS: float(sides[Side.ACHIEVEMENT].new),
    }
    return Overview(
        year=number,
        at=now(),
        needs=sides[Side.NEED],
        achievements=sides[Side.ACHIEVEMENT],
        organisations=_organisations(session),
        levels=level_counts(session),
        introductions=introductions,
        contracts=contracts,
        progress=_progress(read_targets(session, number), reached),
    )


def _organisations(session: Session) -> tuple[Count, ...]:
    rows = session.execute(
        select(Organisation.kind, func.count()).where(Organisation.disabled_at.is_(None)).group_by(Organisation.kind)
    )
    found = {kind: int(number) for kind, number in rows}
    return tuple(Count(kind.value, label, found.get(kind, 0)) for kind, label in _KINDS.items())


def _progress(targets: Targets, reached: dict[Measure, float]) -> tuple[Progress, ...]:
    return tuple(
        Progress(measure=measure, target=targets.values.get(measure), reached=reached[measure]) for measure in Measure
    )
