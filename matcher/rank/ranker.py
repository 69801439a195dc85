"""Grade candidates: features → P(level) → order."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matcher.index.base import Allowed, QueryText
from matcher.index.side import SideIndex
from matcher.rank.features import FEATURES, pair_features
from matcher.rank.levels import LevelModel, Probs, column_order, expected_levels, fits, levels_of

__all__ = ["Graded", "Ranker"]

Positions = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Graded:
    """Candidates of one query, all arrays in the same order.

    positions: int64 (n,), rows of the side. features: float64 (n, len(FEATURES)).
    probs: float64 (n, 4), P(level = 1..4). scores: float64 (n,), expected level in [1, 4].
    levels: int64 (n,) in 1..4. fits: float64 (n,), P(level ≥ 3).
    """

    positions: Positions
    features: npt.NDArray[np.float64]
    probs: Probs
    scores: npt.NDArray[np.float64]
    levels: npt.NDArray[np.int64]
    fits: npt.NDArray[np.float64]

    def take(self, order: Positions) -> "Graded":
        """The candidates at these places, in this order."""
        return Graded(
            self.positions[order],
            self.features[order],
            self.probs[order],
            self.scores[order],
            self.levels[order],
            self.fits[order],
        )

    def first(self, k: int) -> "Graded":
        """The first k candidates."""
        return self.take(np.arange(min(k, len(self.positions))))


class Ranker:
    """Grades records of one side with one level model."""

    def __init__(self, side: SideIndex, model: LevelModel) -> None:
        """Raises ModelError where the model wants a feature this version does not compute."""
        self._side = side
        self._model = model
        self._columns = column_order(FEATURES, model.features)

    def rank(self, queries: Sequence[QueryText], k: int, allowed: Allowed | None = None) -> list[Graded]:
        """The `k` most promising records of each query by rank fusion, graded and ordered best first.

        Raises:
            ValueError: k < 1, or `allowed` of another length than the corpus.
            ModelError: the encoder's files are missing or damaged.
        """
        hits = self._side.hybrid.search(queries, k, allowed)
        return self.order(queries, [hit.positions for hit in hits])

    def order(self, queries: Sequence[QueryText], positions: Sequence[Positions]) -> list[Graded]:
        """The given records of each query, graded and ordered best first."""
        return [_ordered(graded) for graded in self.grade(queries, positions)]

    def grade(self, queries: Sequence[QueryText], positions: Sequence[Positions]) -> list[Graded]:
        """Exactly the given records of each query, in the order given."""
        return [
            self._graded(where, features)
            for where, features in zip(positions, pair_features(self._side, queries, positions), strict=True)
        ]

    def _graded(self, positions: Positions, features: npt.NDArray[np.float64]) -> Graded:
        probs = self._model.probs(features[:, self._columns])
        return Graded(positions, features, probs, expected_levels(probs), levels_of(probs), fits(probs))


def _ordered(graded: Graded) -> Graded:
    """Best score first, ties by position (records of a side are sorted by id)."""
    return graded.take(np.lexsort((graded.positions, -graded.scores)))
