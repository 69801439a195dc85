"""Two systems on the same needs: is the difference more than the luck of the draw?"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import stats

from matcher.errors import EvaluationError
from matcher.evaluate.base import Evaluation
from matcher.evaluate.bootstrap import DRAWS, SEED, draw_needs, percentiles
from matcher.evaluate.metrics import Floats, Measure

__all__ = ["Comparison", "compare", "compare_all", "holm"]

_SIGN_FLIPS = 9_999


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """`second` against `first` on one figure, need by need.

    `low`, `high`: 95 % interval of the difference (paired bootstrap). `higher`, `lower`, `equal`: needs where the
    second figure is so. `wilcoxon`, `randomisation`: two-sided p-values; `holm`: the
    latter corrected for the number of systems compared, where there are several. None for figures that no single need
    has (kappa, …).
    """

    metric: str
    first: float
    second: float
    difference: float
    low: float
    high: float
    higher: int | None = None
    lower: int | None = None
    equal: int | None = None
    wilcoxon: float | None = None
    randomisation: float | None = None
    holm: float | None = None


def compare(first: Evaluation, second: Evaluation, *, draws: int = DRAWS, seed: int = SEED) -> tuple[Comparison, ...]:
    """Compare two systems on the figures both have; the same needs are drawn for both.

    Raises:
        EvaluationError: the two were not measured on the same needs in the same mode.
    """
    if (first.need_ids, first.mode, first.pairs) != (second.need_ids, second.mode, second.pairs):
        raise EvaluationError(
            f"“{first.model}”（{first.needs} 个需求、{first.pairs} 对）与“{second.model}”（{second.needs} 个需求、"
            f"{second.pairs} 对）不是用同一份标注、同一种方式评测的，无法逐需求比较；请用同样的参数重新评测两者。"
        )
    weights = draw_needs(first.needs, draws, seed)
    return tuple(
        _compared(name, measure, second.measures[name], weights, seed)
        for name, measure in first.measures.items()
        if name in second.measures
    )


def compare_all(
    firsts: Sequence[Evaluation], second: Evaluation, *, draws: int = DRAWS, seed: int = SEED
) -> tuple[tuple[Comparison, ...], ...]:
    """Compare one system with each of several others, p-values corrected by `holm`.

    The family is one figure over all the systems: with many variants some would win by luck. Figures are not corrected
    against each other, so say which one counts before looking.

    Raises:
        EvaluationError: as `compare` says.
    """
    compared = [compare(first, second, draws=draws, seed=seed) for first in firsts]
    families: dict[str, list[tuple[int, float]]] = {}
    for at, comparisons in enumerate(compared):
        for found in comparisons:
            if found.randomisation is not None:
                families.setdefault(found.metric, []).append((at, found.randomisation))
    corrected = {
        (name, at): value
        for name, family in families.items()
        for (at, _), value in zip(family, holm([p for _, p in family]), strict=True)
    }
    return tuple(
        tuple(replace(found, holm=corrected.get((found.metric, at))) for found in comparisons)
        for at, comparisons in enumerate(compared)
    )


def holm(p_values: Sequence[float]) -> list[float]:
    """Step-down corrected p-values, in the order given (Holm 1979, Scand. J. Statist. 6:65).

    The i-th smallest of m is multiplied by m − i + 1 and is never below a smaller one's; valid under any dependence.
    """
    corrected, reached = [0.0] * len(p_values), 0.0
    for step, at in enumerate(sorted(range(len(p_values)), key=lambda i: p_values[i])):
        reached = max(reached, min(1.0, (len(p_values) - step) * p_values[at]))
        corrected[at] = reached
    return corrected


def _compared(name: str, first: Measure, second: Measure, weights: Floats, seed: int) -> Comparison:
    ones = np.ones((1, weights.shape[1]))
    values = (float(first.values(ones)[0]), float(second.values(ones)[0]))
    low, high = percentiles(second.values(weights) - first.values(weights))
    before, after = first.by_need(), second.by_need()
    if before is None or after is None:
        return Comparison(
            metric=name, first=values[0], second=values[1], difference=values[1] - values[0], low=low, high=high
        )
    gaps = (after - before)[~np.isnan(after - before)]
    wilcoxon, randomisation = _p_values(gaps, seed)
    return Comparison(
        metric=name,
        first=values[0],
        second=values[1],
        difference=values[1] - values[0],
        low=low,
        high=high,
        higher=int((gaps > 0).sum()),
        lower=int((gaps < 0).sum()),
        equal=int((gaps == 0).sum()),
        wilcoxon=wilcoxon,
        randomisation=randomisation,
    )


def _p_values(gaps: Floats, seed: int) -> tuple[float, float]:
    """Wilcoxon's signed-rank test, and the share of random sign flips whose mean is at least as far from 0."""
    if not gaps.any():
        return 1.0, 1.0
    flipped = stats.permutation_test(
        (gaps,),
        np.mean,
        permutation_type="samples",
        vectorized=True,
        n_resamples=_SIGN_FLIPS,
        batch=1_000,
        rng=np.random.default_rng(seed),
    )
    return float(stats.wilcoxon(gaps).pvalue), float(flipped.pvalue)
