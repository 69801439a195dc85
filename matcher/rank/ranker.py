"""Grade candidates: features → P(level) → order; the best are read together with the query and graded again."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from matcher.index.base import Allowed, QueryText
from matcher.index.side import SideIndex
from matcher.rank.features import FEATURES, pair_features
from matcher.rank.given import Given, moved
from matcher.rank.levels import LevelModel, Probs, column_order, expected_levels, fits, levels_of
from matcher.rank.rerank import READ_FEATURES, Reranker, read_columns

__all__ = ["Graded", "Ranker"]

Positions = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Graded:
    """Candidates of one query, all arrays in the same order.

    positions: int64 (n,), rows of the side. features: float64 (n, len(FEATURES)).
    probs: float64 (n, 4), P(level = 1..4). scores: float64 (n,), expected level in [1, 4].
    levels: int64 (n,) in 1..4. fits: float64 (n,), P(level ≥ 3). cross: float64 (n,), the re-ranker's logit, NaN for a
    candidate it did not read. raised: float64 (n,), by how much what was said of the query's candidates raised
    `scores`, NaN where nothing was. said: bool (n,), whether somebody who must know said what this candidate is.
    """

    positions: Positions
    features: npt.NDArray[np.float64]
    probs: Probs
    scores: npt.NDArray[np.float64]
    levels: npt.NDArray[np.int64]
    fits: npt.NDArray[np.float64]
    cross: npt.NDArray[np.float64]
    raised: npt.NDArray[np.float64]
    said: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, positions: Positions, features: npt.NDArray[np.float64], probs: Probs) -> "Graded":
        """Everything that follows from the probabilities of candidates nobody read or spoke of."""
        nothing = np.full(len(positions), np.nan)
        return cls(
            positions,
            features,
            probs,
            expected_levels(probs),
            levels_of(probs),
            fits(probs),
            cross=nothing,
            raised=nothing,
            said=np.zeros(len(positions), dtype=np.bool_),
        )

    def regraded(self, probs: Probs) -> "Graded":
        """The same candidates in the same order with other probabilities and what follows from them."""
        return replace(self, probs=probs, scores=expected_levels(probs), levels=levels_of(probs), fits=fits(probs))

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
            self.raised[order],
            self.said[order],
        )

    def first(self, k: int) -> "Graded":
        """The first k candidates."""
        return self.take(np.arange(min(k, len(self.positions))))


class Ranker:
    """Grades records of one side with one level model, and with a second one where a re-ranker has read them."""

    def __init__(
        self,
        side: SideIndex,
        model: LevelModel,
        reranker: Reranker | None = None,
        *,
        achievements: SideIndex | None = None,
    ) -> None:
        """`achievements`: whose share of bare titles counts, as in fitting; None where `side` is all there is.

        Raises:
            ModelError: a model wants a feature this version does not compute.
        """
        self._side = side
        self._achievements = achievements or side
        self._model = model
        self._columns = column_order(FEATURES, model.features)
        self._reranker = reranker
        self._read_columns = column_order(READ_FEATURES, reranker.model.features) if reranker else []

    @property
    def bar(self) -> float:
        """The best `fit` of a query below which nothing fits, in [0, 1]."""
        return (self._reranker.model if self._reranker else self._model).none_fits_below

    def rank(
        self,
        queries: Sequence[QueryText],
        k: int,
        allowed: Allowed | None = None,
        given: Sequence[Given | None] | None = None,
    ) -> list[Graded]:
        """The `k` most promising records of each query by rank fusion, graded and ordered best first.

        Args:
            queries: records of the other side as texts.
            k: at least 1.
            allowed: which records may be looked at; None: all.
            given: for each query what was said of its candidates already, or None. Whatever somebody spoke of is a
                candidate in any case.

        Raises:
            ValueError: k < 1, or `allowed` of another length than the corpus.
            ModelError: the files of the encoder or the re-ranker are missing or damaged.
        """
        found = self.candidates(queries, k, allowed)
        if given is not None:
            found = [
                where if known is None else _with(where, known.words, allowed)
                for where, known in zip(found, given, strict=True)
            ]
        return self.order(queries, found, given)

    def candidates(self, queries: Sequence[QueryText], k: int, allowed: Allowed | None = None) -> list[Positions]:
        """The `k` most promising records of each query by rank fusion, not graded; errors as in `rank`."""
        return [hit.positions for hit in self._side.hybrid.search(queries, k, allowed)]

    def order(
        self,
        queries: Sequence[QueryText],
        positions: Sequence[Positions],
        given: Sequence[Given | None] | None = None,
    ) -> list[Graded]:
        """The given records of each query, graded and ordered best first; `given` as in `rank`."""
        return [_ordered(graded) for graded in self.grade(queries, positions, given)]

    def grade(
        self,
        queries: Sequence[QueryText],
        positions: Sequence[Positions],
        given: Sequence[Given | None] | None = None,
    ) -> list[Graded]:
        """Exactly the given records of each query, in the order given; `given` as in `rank`."""
        found = self._grade(queries, positions)
        spoken = {at: known for at, known in enumerate(given or ()) if known is not None}
        if not spoken:
            return found
        # By themselves: what is asked for is read or not whatever was said of others.
        moving = {at: known for at, known in spoken.items() if known.moves}
        heard = self._grade([queries[at] for at in moving], [known.positions for known in moving.values()])
        told = dict(zip(moving, heard, strict=True))
        for at, known in spoken.items():
            found[at] = self._moved(found[at], told.get(at), known)
        return found

    def _grade(self, queries: Sequence[QueryText], positions: Sequence[Positions]) -> list[Graded]:
        found = pair_features(self._side, queries, positions, self._achievements.dense.title_share)
        plain = [
            Graded.of(where, features, self._model.probs(features[:, self._columns]))
            for where, features in zip(positions, found, strict=True)
        ]
        return plain if self._reranker is None else self._read(self._reranker, queries, plain)

    def _moved(self, graded: Graded, told: Graded | None, given: Given) -> Graded:
        """In the light of what was said of `told`, which None is where it moves nothing."""
        probs, dense = graded.probs, self._side.dense
        if told is not None:
            probs = moved(probs, dense.titles(graded.positions), told.probs, dense.titles(told.positions), given)
        found = graded.regraded(given.settle(graded.probs, probs, graded.positions))
        return replace(found, raised=found.scores - graded.scores, said=given.firm(graded.positions))

    def _read(self, reranker: Reranker, queries: Sequence[QueryText], plain: Sequence[Graded]) -> list[Graded]:
        """The best of each query read and graded again; the others stay as they are."""
        best = [_order(graded)[: reranker.top] for graded in plain]
        logits = reranker.read(self._side, queries, [g.positions[at] for g, at in zip(plain, best, strict=True)])
        found = []
        for graded, at, read in zip(plain, best, logits, strict=True):
            cross, probs = graded.cross.copy(), graded.probs.copy()
            cross[at] = read
            probs[at] = reranker.model.probs(read_columns(graded.features[at], read)[:, self._read_columns])
            found.append(replace(graded.regraded(probs), cross=cross))
        return found


def _with(where: Positions, more: Iterable[int], allowed: Allowed | None) -> Positions:
    """The records, and after them those of the others that are not among them and may be looked at."""
    others = np.setdiff1d(np.array(sorted(more), dtype=np.int64), where)
    return np.concatenate([where, others if allowed is None else others[allowed[others]]])


def _order(graded: Graded) -> Positions:
    """Best score first, ties by position (records of a side are sorted by id)."""
    return np.lexsort((graded.positions, -graded.scores))


def _ordered(graded: Graded) -> Graded:
    return graded.take(_order(graded))
