"""Several retrievers as one: weighted reciprocal rank fusion (Cormack, Clarke & Büttcher, SIGIR 2009).

score(d) = Σ_r w_r / (K + rank_r(d)) over the retrievers that have d among their best `depth`.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from matcher.index.base import Allowed, Hits, QueryText, Retriever
from matcher.index.topk import best, check_request

__all__ = ["Hybrid"]

# The paper's constant; 5 and 10 were no better on graded pairs (docs/index.md).
_RRF_K = 60.0


class Hybrid:
    """Fuses by rank, so that parts with scores of unlike scale need no calibration.

    Equal scores within a part share the better rank: a re-posted copy is not pushed down for coming second. Ranks
    beyond `depth` count as absent, so at most the union of the parts' best `depth` is returned; since the parts are
    exact, so is the fusion.
    """

    name = "hybrid"

    def __init__(self, parts: Sequence[tuple[Retriever, float]], *, depth: int = 1000) -> None:
        """`parts`: retrievers over the same corpus with their weights.

        Raises:
            ValueError: no parts, or parts over corpora of different sizes.
        """
        if len({len(retriever) for retriever, _ in parts}) != 1:
            raise ValueError("the parts of a hybrid must be built from one corpus")
        self._parts = tuple(parts)
        self.depth = depth

    def __len__(self) -> int:
        """Number of records."""
        return len(self._parts[0][0])

    def search(self, queries: Sequence[QueryText], k: int, allowed: Allowed | None = None) -> list[Hits]:
        """See `Retriever.search`; ranks are ranks among the allowed."""
        check_request(len(self), k, allowed)
        return [_best(fused, k) for fused in self._fused(queries, allowed)]

    def score(
        self, queries: Sequence[QueryText], positions: Sequence[npt.NDArray[np.int64]]
    ) -> list[npt.NDArray[np.float32]]:
        """See `Retriever.score`; ranks are ranks in the whole corpus, 0.0 for a record beyond every part's depth."""
        return [fused[where] for fused, where in zip(self._fused(queries, None), positions, strict=True)]

    def fuse(self, found: Sequence[Hits], k: int) -> Hits:
        """What `search` answers to a query, from the best `depth` that each part has found for it.

        Args:
            found: one for each part, in their order.
            k: at least 1.
        """
        total = np.zeros(len(self), dtype=np.float64)
        for (_, weight), hits in zip(self._parts, found, strict=True):
            _add(total, hits, weight)
        return _best(total.astype(np.float32), k)

    def _fused(self, queries: Sequence[QueryText], allowed: Allowed | None) -> list[npt.NDArray[np.float32]]:
        """float32 (n,) for each query, 0.0 for a record no part returned."""
        totals = [np.zeros(len(self), dtype=np.float64) for _ in queries]
        for retriever, weight in self._parts:
            for total, hits in zip(totals, retriever.search(queries, self.depth, allowed), strict=True):
                _add(total, hits, weight)
        return [total.astype(np.float32) for total in totals]


def _add(total: npt.NDArray[np.float64], hits: Hits, weight: float) -> None:
    """Add one part's share to the sums of all records."""
    # Scores descend, so the first place of an equal score is the number of better ones.
    ranks = 1 + np.searchsorted(-hits.scores, -hits.scores, side="left")
    total[hits.positions] += weight / (_RRF_K + ranks)


def _best(fused: npt.NDArray[np.float32], k: int) -> Hits:
    where = np.flatnonzero(fused)
    return best(where, fused[where], k)
