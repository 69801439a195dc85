"""Grade candidates: features → P(level) → order; the best are read together with the query and graded again."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matcher.index.base import Allowed, QueryText
from matcher.index.side import SideIndex
from matcher.rank.features import FEATURES, pair_features
from matcher.rank.levels import LevelModel, Probs, column_order, expected_levels, fits, levels_of
from matcher.rank.rerank import CROSS, Reranker

__all__ = ["Graded", "Ranker"]

Positions = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Graded:
    """Candidates of one query, all arrays in the same order.

    positions: int64 (n,), rows of the side. features: float64 (n, len(FEATURES)).
    probs: float64 (n, 4), P(level = 1..4). scores: float64 (n,), expected level in [1, 4].
    levels: int64 (n,) in 1..4. fits: float64 (n,), P(level ≥ 3). cross: float64 (n,), the re-ranker's logit, NaN for a
    candidate it did not read.
    """

    positions: Positions
    features: npt.NDArray[np.float64]
    probs: Probs
    scores: npt.NDArray[np.float64]
    levels: npt.NDArray[np.int64]
    fits: npt.NDArray[np.float64]
    cross: npt.NDArray[np.float64]

    @classmethod
    def of(
        cls,
        positions: Positions,
        features: npt.NDArray[np.float64],
        probs: Probs,
        cross: npt.NDArray[np.float64] | None = None,
    ) -> "Graded":
        """Everything that follows from the probabilities; None: the re-ranker read no candidate."""
        return cls(
            positions,
            features,
            probs,
            expected_levels(probs),
            levels_of(probs),
            fits(probs),
            np.full(len(positions), np.nan) if cross is None else cross,
        )

    def take(self, order: Positions) -> "Graded":
        """The candidates at these places, in this order."""
        return Graded(
            self.positions[order],
            self.features[order],
            self.probs[order],
            self.scores[order],
            self.levels[order],
            self.fits[order],
            self.cross[order],
        )

    def first(self, k: int) -> "Graded":
        """The first k candidates."""
        return self.take(np.arange(min(k, len(self.positions))))


class Ranker:
    """Grades records of one side with one level model, and with a second one where a re-ranker has read them."""

    def __init__(self, side: SideIndex, model: LevelModel, reranker: Reranker | None = None) -> None:
        """Raises ModelError where a model wants a feature this version does not compute."""
        self._side = side
        self._model = model
        self._columns = column_order(FEATURES, model.features)
        self._reranker = reranker
        self._read_columns = column_order((*FEATURES, CROSS), reranker.model.features) if reranker else []

    @property
    def bar(self) -> float:
        """The best `fit` of a query below which nothing fits, in [0, 1]."""
        return (self._reranker.model if self._reranker else self._model).none_fits_below

    def rank(self, queries: Sequence[QueryText], k: int, allowed: Allowed | None = None) -> list[Graded]:
        """The `k` most promising records of each query by rank fusion, graded and ordered best first.

        Raises:
            ValueError: k < 1, or `allowed` of another length than the corpus.
            ModelError: the files of the encoder or the re-ranker are missing or damaged.
        """
        return self.order(queries, self.candidates(queries, k, allowed))

    def candidates(self, queries: Sequence[QueryText], k: int, allowed: Allowed | None = None) -> list[Positions]:
        """The `k` most promising records of each query by rank fusion, not graded; errors as in `rank`."""
        return [hit.positions for hit in self._side.hybrid.search(queries, k, allowed)]

    def order(self, queries: Sequence[QueryText], positions: Sequence[Positions]) -> list[Graded]:
        """The given records of each query, graded and ordered best first."""
        return [_ordered(graded) for graded in self.grade(queries, positions)]

    def grade(self, queries: Sequence[QueryText], positions: Sequence[Positions]) -> list[Graded]:
        """Exactly the given records of each query, in the order given."""
        plain = [
            Graded.of(where, features, self._model.probs(features[:, self._columns]))
            for where, features in zip(positions, pair_features(self._side, queries, positions), strict=True)
        ]
        return plain if self._reranker is None else self._read(self._reranker, queries, plain)

    def _read(self, reranker: Reranker, queries: Sequence[QueryText], plain: Sequence[Graded]) -> list[Graded]:
        """The best of each query read and graded again; the others stay as they are."""
        best = [_order(graded)[: reranker.top] for graded in plain]
        logits = reranker.read(self._side, queries, [g.positions[at] for g, at in zip(plain, best, strict=True)])
        found = []
        for graded, at, read in zip(plain, best, logits, strict=True):
            cross, probs = graded.cross.copy(), graded.probs.copy()
            cross[at] = read
            probs[at] = reranker.model.probs(np.column_stack([graded.features[at], read])[:, self._read_columns])
            found.append(Graded.of(graded.positions, graded.features, probs, cross))
        return found


def _order(graded: Graded) -> Positions:
    """Best score first, ties by position (records of a side are sorted by id)."""
    return np.lexsort((graded.positions, -graded.scores))


def _ordered(graded: Graded) -> Graded:
    return graded.take(_order(graded))
