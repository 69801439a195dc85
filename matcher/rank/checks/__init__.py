"""Each target of a need against what an achievement states: 满足, 不满足 or 未说明, with the evidence on both sides."""

from matcher.rank.checks.base import Similarity
from matcher.rank.checks.checker import Checker, check_indicators
from matcher.rank.checks.summary import Summary, summary

__all__ = ["Checker", "Similarity", "Summary", "check_indicators", "summary"]
