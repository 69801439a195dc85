"""A figure that can be computed for any resampling of the needs.

Drawing needs with replacement is giving each an integer weight: 0 when not drawn, 2 when drawn twice. So a measure
answers for a whole matrix of weights at once, and the figure itself is the row of ones.
"""

from typing import Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = ["Floats", "MeanByNeed", "Measure", "ratio"]

Floats: TypeAlias = npt.NDArray[np.float64]


class Measure(Protocol):
    """One figure over a fixed list of needs."""

    def values(self, weights: Floats) -> Floats:
        """The figure under each resampling.

        Args:
            weights: float64 (draws, needs), how often each need was drawn, ≥ 0.

        Returns:
            float64 (draws,); NaN where the drawn needs cannot define the figure.
        """
        ...

    def by_need(self) -> Floats | None:
        """float64 (needs,), NaN where a need has no such figure; None for figures that exist only over all pairs."""
        ...


def ratio(numerator: Floats, denominator: Floats) -> Floats:
    """Element-wise quotient, NaN where the denominator is 0."""
    found = np.full(numerator.shape, np.nan)
    np.divide(numerator, denominator, out=found, where=denominator != 0.0)
    return found


class MeanByNeed:
    """The mean over those needs that define the figure; the others count neither above nor below the line."""

    def __init__(self, per_need: Floats) -> None:
        """Keep float64 (needs,), NaN where a need does not define the figure."""
        self._per_need = per_need
        self._defined = ~np.isnan(per_need)

    def values(self, weights: Floats) -> Floats:
        """Weighted mean of the defined entries."""
        return ratio(weights @ np.where(self._defined, self._per_need, 0.0), weights @ self._defined.astype(np.float64))

    def by_need(self) -> Floats:
        """The entries themselves."""
        return self._per_need
