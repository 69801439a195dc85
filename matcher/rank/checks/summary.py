"""The checks of one pair as counts, for ranking."""

from collections.abc import Iterable
from dataclasses import dataclass

from matcher.records import CheckState, IndicatorCheck

__all__ = ["Summary", "summary"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """How many targets are met, unmet, unmet though indispensable (also among the unmet), and unknown."""

    met: int
    unmet: int
    unmet_must: int
    unknown: int


def summary(checks: Iterable[IndicatorCheck]) -> Summary:
    """Count the checks of one pair."""
    found = tuple(checks)
    unmet = [check for check in found if check.state is CheckState.UNMET]
    return Summary(
        met=sum(check.state is CheckState.MET for check in found),
        unmet=len(unmet),
        unmet_must=sum(check.must for check in unmet),
        unknown=sum(check.state is CheckState.UNKNOWN for check in found),
    )
