"""What is measured (a `Grader`) and what comes out (an `Evaluation`)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from matcher.evaluate.metrics.base import Measure
from matcher.records import Need

__all__ = ["Evaluation", "Graded", "Grader", "Interval", "Mode"]


class Mode(StrEnum):
    """Rank the judged candidates of each need, or retrieve from the whole corpus."""

    PAIRS = "pairs"
    CORPUS = "corpus"


@dataclass(frozen=True, slots=True)
class Graded:
    """One achievement as a system sees it for one need.

    `score` orders candidates (higher is better); `level` in 1..4; `probs` are P(level = 1..4), summing to 1.
    """

    achievement_id: str
    score: float
    level: int
    probs: tuple[float, float, float, float]

    @property
    def fit(self) -> float:
        """P(level ≥ 3)."""
        return self.probs[2] + self.probs[3]


class Grader(Protocol):
    """A system under test. Many needs come in one call, so that it can encode them in batches."""

    @property
    def name(self) -> str:
        """What the report calls it: encoder, level model and settings, as far as they matter."""
        ...

    def rank_many(self, needs: Sequence[Need], k: int) -> Sequence[Sequence[Graded]]:
        """The best `k` achievements of the whole corpus for each need, best first."""
        ...

    def grade_many(self, pairs: Sequence[tuple[Need, Sequence[str]]]) -> Sequence[Sequence[Graded]]:
        """Exactly the achievements named for each need, in any order."""
        ...


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure and its 95 % interval; all three are NaN where the data cannot define the figure."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """Figures of one system on one set of judgements.

    `metrics` in the order of the report; `measures` hold each figure need by need, in the order of `need_ids`, for
    paired comparisons.
    """

    model: str
    mode: Mode
    pairs: int
    need_ids: tuple[str, ...]
    metrics: Mapping[str, Interval]
    measures: Mapping[str, Measure]

    @property
    def needs(self) -> int:
        """How many needs were evaluated."""
        return len(self.need_ids)
