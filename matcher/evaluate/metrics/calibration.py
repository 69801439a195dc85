"""Figures of the probability that a pair fits: is it honest, and does it know when nothing fits."""

import numpy as np
import numpy.typing as npt

from matcher.evaluate.metrics.base import Floats, ratio

__all__ = ["BINS", "CalibrationError", "NoneFitsAuc", "bin_of"]

BINS = 10


def bin_of(fit: Floats) -> npt.NDArray[np.int64]:
    """Which of the ten bins [0, 0.1), …, [0.9, 1] each fit falls into: int64, 0..9."""
    # 0.3 * 10 is 3 but 0.29999999999999998 * 10 is not: sums of two probabilities need the rounding.
    return np.clip(np.floor(np.round(fit * BINS, 9)).astype(np.int64), 0, BINS - 1)


class CalibrationError:
    """Expected calibration error (Naeini et al. 2015, AAAI) of fit = P(level ≥ 3).

    Σ over ten bins [0, 0.1), …, [0.9, 1] of |Σ fit − number of levels ≥ 3|, divided by the number of pairs.
    """

    def __init__(self, need: npt.NDArray[np.int64], fit: Floats, fits: npt.NDArray[np.bool_], needs: int) -> None:
        """Keep the excess by need and bin; arrays are (pairs,): position of the need, P(level ≥ 3), level ≥ 3."""
        cell = need * BINS + bin_of(fit)
        self._excess = np.bincount(cell, weights=fit - fits, minlength=needs * BINS).reshape(needs, BINS)
        self._counts = np.bincount(need, minlength=needs).astype(np.float64)

    def values(self, weights: Floats) -> Floats:
        """In [0, 1], 0 is best."""
        return ratio(np.abs(weights @ self._excess).sum(axis=1), weights @ self._counts)

    def by_need(self) -> None:
        """Defined over all pairs only."""


class NoneFitsAuc:
    """Area under the ROC curve of a need's best fit, telling needs that have a level-3 partner from those without.

    The probability that a need with a partner has the higher best fit, ties counting one half (Hanley & McNeil 1982).
    """

    def __init__(self, best_fit: Floats, has_partner: npt.NDArray[np.bool_]) -> None:
        """Keep float64 (needs,) best P(level ≥ 3) of any candidate and bool (needs,) whether a level ≥ 3 was judged."""
        self._with, self._without = np.flatnonzero(has_partner), np.flatnonzero(~has_partner)
        gap = best_fit[self._with][:, None] - best_fit[self._without][None, :]
        self._wins = 0.5 * (1.0 + np.sign(gap))

    def values(self, weights: Floats) -> Floats:
        """In [0, 1], 0.5 is chance; NaN where every drawn need has a partner, or none has."""
        with_, without = weights[:, self._with], weights[:, self._without]
        won = ((with_ @ self._wins) * without).sum(axis=1)
        return ratio(won, with_.sum(axis=1) * without.sum(axis=1))

    def by_need(self) -> None:
        """Defined over all needs only."""
