"""Figures of the predicted level over all judged pairs: contest score, MAE, quadratic kappa, Spearman.

Every pair counts the same, as in the contest; resampling draws whole needs with their pairs.
"""

import numpy as np
import numpy.typing as npt

from matcher.evaluate.metrics.base import Floats, ratio

__all__ = ["Contest", "Kappa", "MeanAbsoluteError", "Spearman"]

Ints = npt.NDArray[np.int64]


class MeanAbsoluteError:
    """Mean of |predicted level − judged level|."""

    def __init__(self, need: Ints, judged: Ints, predicted: Ints, needs: int) -> None:
        """Keep sums by need; the arrays are int64 (pairs,): position of the need, levels 1..4."""
        self._sums = np.bincount(need, weights=np.abs(predicted - judged), minlength=needs).astype(np.float64)
        self._counts = np.bincount(need, minlength=needs).astype(np.float64)

    def values(self, weights: Floats) -> Floats:
        """MAE in [0, 3]."""
        return ratio(weights @ self._sums, weights @ self._counts)

    def by_need(self) -> Floats:
        """MAE of each need."""
        return ratio(self._sums, self._counts)


class Contest:
    """1 / (1 + MAE), the score of CCF BDCI 2019 task 359."""

    def __init__(self, error: MeanAbsoluteError) -> None:
        """Stand on an MAE."""
        self._error = error

    def values(self, weights: Floats) -> Floats:
        """In [1/4, 1]."""
        return 1.0 / (1.0 + self._error.values(weights))

    def by_need(self) -> None:
        """Not a mean of needs."""


class Kappa:
    """Cohen's kappa with quadratic weights (Cohen 1968, Psychol. Bull. 70:213)."""

    def __init__(self, need: Ints, judged: Ints, predicted: Ints, needs: int) -> None:
        """Keep one 4 × 4 table by need; arguments as for `MeanAbsoluteError`."""
        cell = need * 16 + (judged - 1) * 4 + (predicted - 1)
        self._tables = np.bincount(cell, minlength=needs * 16).reshape(needs, 16).astype(np.float64)

    def values(self, weights: Floats) -> Floats:
        """In [−1, 1]; NaN where both sides use one and the same level only."""
        tables = (weights @ self._tables).reshape(-1, 4, 4)
        away = (np.arange(4)[:, None] - np.arange(4)[None, :]) ** 2
        seen = (tables * away).sum(axis=(1, 2)) * tables.sum(axis=(1, 2))
        chance = np.einsum("di,ij,dj->d", tables.sum(axis=2), away, tables.sum(axis=1))
        return 1.0 - ratio(seen, chance)

    def by_need(self) -> None:
        """Defined over all pairs only."""


class Spearman:
    """Rank correlation of score and judged level; ties share the mean of their ranks."""

    def __init__(self, need: Ints, judged: Ints, score: Floats) -> None:
        """Keep the pairs: int64 (pairs,) position of the need and level, float64 (pairs,) score."""
        self._need = need
        self._groups = tuple(np.unique(side, return_inverse=True)[1] for side in (judged, score))

    def values(self, weights: Floats) -> Floats:
        """In [−1, 1]; NaN where levels or scores do not vary."""
        return np.array([self._one(row[self._need]) for row in weights])

    def _one(self, weight: Floats) -> float:
        """Pearson's correlation of the mid-ranks, each pair counted `weight` times."""
        total = weight.sum()
        sides = []
        for group in self._groups:
            size = np.bincount(group, weights=weight)
            rank = (np.cumsum(size) - size / 2.0)[group]
            sides.append(rank - (weight * rank).sum() / total if total else rank)
        spread = np.sqrt((weight * sides[0] ** 2).sum() * (weight * sides[1] ** 2).sum())
        return float((weight * sides[0] * sides[1]).sum() / spread) if spread > 0.0 else float("nan")

    def by_need(self) -> None:
        """Defined over all pairs only."""
