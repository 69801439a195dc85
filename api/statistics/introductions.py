"""Introductions asked for in a year, as they stand now: how far, how many were accepted, how fast, and why not."""

from dataclasses import dataclass
from statistics import median

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import Session

from api.db.tables import Introduction
from api.introductions.reasons import Reason
from api.introductions.stages import OPEN, Answer, Stage
from api.statistics.counts import Count, counted
from api.statistics.year import MONTHS, Year

__all__ = ["IntroductionCounts", "introduction_counts"]

_DAY_S = 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class IntroductionCounts:
    """`accepted`: both sides; `declined`: at least one, and never both accepted; `waiting`: neither, and not over.

    What was ended before it was answered is in none of them. The median is in days.
    """

    by_month: tuple[int, ...]
    stages: tuple[Count, ...]
    accepted: int
    declined: int
    waiting: int
    median_days_to_acceptance: float | None
    refusals: tuple[Count, ...]

    @property
    def total(self) -> int:
        """Asked for in the year."""
        return sum(self.by_month)

    @property
    def acceptance_rate(self) -> float | None:
        """Of those that were answered, in [0, 1]; None where none was."""
        answered = self.accepted + self.declined
        return round(self.accepted / answered, 4) if answered else None


def introduction_counts(session: Session, year: Year) -> IntroductionCounts:
    """Count those that were asked for in the year."""
    asked = year.has(Introduction.created_at)
    # What is open cannot be declined any more, so nothing is counted as both.
    no = or_(Introduction.need_answer == Answer.DECLINED, Introduction.achievement_answer == Answer.DECLINED)
    rows = session.execute(
        select(
            Introduction.stage,
            func.count(),
            func.count(Introduction.opened_at),
            func.count(case((no, 1))),
            *year.counts(Introduction.created_at),
        )
        .where(asked)
        .group_by(Introduction.stage)
    ).all()
    reasons = session.execute(
        select(Introduction.reason_code, func.count())
        .where(asked, Introduction.stage == Stage.LOST, Introduction.reason_code != "")
        .group_by(Introduction.reason_code)
    )
    refusals = counted(Reason, {code: int(number) for code, number in reasons})
    return IntroductionCounts(
        by_month=tuple(sum(int(row[3 + month]) for row in rows) for month in MONTHS),
        stages=counted(Stage, {row[0]: row[1] for row in rows}),
        accepted=sum(row[2] for row in rows),
        declined=sum(row[3] for row in rows),
        waiting=sum(row[1] - row[2] - row[3] for row in rows if row[0] in OPEN),
        median_days_to_acceptance=_median_days(session, year),
        refusals=tuple(sorted(refusals, key=lambda refusal: -refusal.count)),
    )


def _median_days(session: Session, year: Year) -> float | None:
    # No database has the same word for the difference of two moments, and a median needs them all.
    spans = session.execute(
        select(Introduction.created_at, Introduction.opened_at).where(
            year.has(Introduction.created_at), Introduction.opened_at.is_not(None)
        )
    )
    days = [(opened - asked).total_seconds() / _DAY_S for asked, opened in spans if opened is not None]
    return round(median(days), 1) if days else None
