"""Does a candidate lose against the models in use? Asked on graded needs that both answer.

A figure is lost where the candidate is worse beyond the luck of the draw (the 95 % interval of the paired difference,
needs drawn with replacement, lies wholly on the bad side), or where it is worse by more than a tolerance, proven or
not: a small set can prove little, and the burden is on the candidate.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from matcher.config import Settings
from matcher.embed.promoted import GuardFigure
from matcher.engine import Matcher, Progress
from matcher.errors import EvaluationError
from matcher.evaluate import Evaluation, GradedSet, Mode, collect, compare, measure
from matcher.evaluate.system import MatcherGrader
from matcher.rank.models import Models
from matcher.records import Side

__all__ = ["TOLERATED", "Measured", "compare_on", "measure_models"]

# Rounding is no loss.
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class _Guarded:
    """A figure that must not be lost, where it is measured, which way is better, and how much worse it may be."""

    name: str
    mode: Mode
    better: int
    tolerated: float


_FIGURES = (
    _Guarded("ndcg@10", Mode.PAIRS, 1, 0.01),
    _Guarded("recall@50", Mode.CORPUS, 1, 0.01),
    _Guarded("none_fits_auc", Mode.PAIRS, 1, 0.02),
    _Guarded("ece", Mode.PAIRS, -1, 0.01),
)
TOLERATED: Mapping[str, float] = MappingProxyType({guarded.name: guarded.tolerated for guarded in _FIGURES})
"""Figure → how much worse it may be."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What models score on one set: ranking the judged candidates, and retrieving from the whole corpus."""

    pairs: Evaluation
    corpus: Evaluation


def measure_models(
    guard: GradedSet, models: Models, settings: Settings, *, progress: Progress | None = None
) -> Measured:
    """Index the set in memory with these models and measure their answers.

    Raises:
        MatcherError: as indexing and measuring say.
    """
    matcher = Matcher.build(
        achievements=guard.achievements.values(), settings=settings, models=models, progress=progress
    )
    found = collect(MatcherGrader(matcher), guard.needs, guard.judgements, mode=Mode.CORPUS)
    judged = replace(
        found,
        mode=Mode.PAIRS,
        ranked=[sorted(answer, key=lambda graded: (-graded.score, graded.achievement_id)) for answer in found.judged],
    )
    side = matcher.side(Side.ACHIEVEMENT)
    clusters = {i: side.canonical(i) for i in side.ids}
    return Measured(
        measure(judged, guard.judgements, seed=settings.seed),
        measure(found, guard.judgements, clusters=clusters, seed=settings.seed),
    )


def compare_on(guard: str, before: Measured, after: Measured, *, seed: int) -> tuple[GuardFigure, ...]:
    """The guarded figures that the set defines, the candidate's beside those of the models in use.

    Raises:
        EvaluationError: the set defines none of them.
    """
    compared = {
        (mode, found.metric): found
        for mode, first, second in (
            (Mode.PAIRS, before.pairs, after.pairs),
            (Mode.CORPUS, before.corpus, after.corpus),
        )
        for found in compare(first, second, seed=seed)
    }
    figures = []
    for guarded in _FIGURES:
        found = compared[guarded.mode, guarded.name]
        if math.isnan(found.difference) or math.isnan(found.low):
            continue
        best = guarded.better * (found.high if guarded.better > 0 else found.low)
        lost = best < -_ROUNDING or guarded.better * found.difference < -guarded.tolerated - _ROUNDING
        figures.append(
            GuardFigure(
                guard=guard,
                figure=guarded.name,
                before=found.first,
                after=found.second,
                low=found.low,
                high=found.high,
                lost=lost,
            )
        )
    if not figures:
        raise EvaluationError(f"守护集 {guard} 的标注里没有 2 级及以上的，什么也量不出来；请补充标注，或换一个守护集。")
    return tuple(figures)
