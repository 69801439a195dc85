"""How sure a figure is: needs drawn with replacement, percentile intervals (Efron 1979, Ann. Statist. 7:1)."""

import numpy as np

from matcher.evaluate.base import Interval
from matcher.evaluate.metrics import Floats, Measure

__all__ = ["DRAWS", "SEED", "draw_needs", "interval", "percentiles"]

DRAWS = 1_000
SEED = 20_250_101
_EDGES = (2.5, 97.5)


def draw_needs(needs: int, draws: int = DRAWS, seed: int = SEED) -> Floats:
    """How often each need is drawn: float64 (draws, needs), every row sums to `needs`. Equal seeds draw equally."""
    return np.random.default_rng(seed).multinomial(needs, np.full(needs, 1.0 / needs), size=draws).astype(np.float64)


def interval(measure: Measure, weights: Floats) -> Interval:
    """The figure on all needs, and where 95 % of its resamplings lie; draws that cannot define it are left out."""
    value = measure.values(np.ones((1, weights.shape[1])))[0]
    return Interval(float(value), *percentiles(measure.values(weights)))


def percentiles(drawn: Floats) -> tuple[float, float]:
    """The 2.5th and 97.5th percentile of the draws that are not NaN; NaN twice where none is left."""
    drawn = drawn[~np.isnan(drawn)]
    if not len(drawn):
        return float("nan"), float("nan")
    low, high = np.percentile(drawn, _EDGES)
    return float(low), float(high)
