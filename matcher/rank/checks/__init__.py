"""Each target of a need against what an achievement states: 满足, 不满足 or 未说明, with the evidence on both sides."""

from matcher.rank.checks.base import Similarity
from matcher.rank.checks.checker import Checker, check_indicators

__all__ = ["Checker", "Similarity", "check_indicators"]
