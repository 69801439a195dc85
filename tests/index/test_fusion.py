"""Fusion against ranks counted by hand."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pytest

from matcher.index.base import Allowed, Hits, QueryText
from matcher.index.fusion import Hybrid
from matcher.index.topk import best


class Fixed:
    """A retriever with given scores; 0 means not found."""

    name = "fixed"

    def __init__(self, scores: list[float]) -> None:
        self._scores = np.array(scores, dtype=np.float32)

    def __len__(self) -> int:
        return len(self._scores)

    def search(self, queries: Sequence[QueryText], k: int, allowed: Allowed | None = None) -> list[Hits]:
        found = np.flatnonzero(self._scores if allowed is None else self._scores * allowed)
        return [best(found, self._scores[found], k) for _ in queries]

    def score(
        self, queries: Sequence[QueryText], positions: Sequence[npt.NDArray[np.int64]]
    ) -> list[npt.NDArray[np.float32]]:
        return [self._scores[where] for _, where in zip(queries, positions, strict=True)]


QUERY = [QueryText("任意")]


def test_reciprocal_ranks_add_up_with_their_weights() -> None:
    fused = Hybrid([(Fixed([9, 8, 7]), 1.0), (Fixed([0, 5, 6]), 2.0)])
    # Ranks: 1 2 3 in the first; none 2 1 in the second. K is 60.
    expected = [1 / 61, 1 / 62 + 2 / 62, 1 / 63 + 2 / 61]
    hits = fused.search(QUERY, 3)[0]
    assert hits.positions.tolist() == [2, 1, 0]
    assert hits.scores == pytest.approx(sorted(expected, reverse=True))


def test_equal_scores_share_the_better_rank() -> None:
    hits = Hybrid([(Fixed([3, 9, 3, 3, 1]), 1.0)]).search(QUERY, 5)[0]
    assert hits.positions.tolist() == [1, 0, 2, 3, 4]
    assert hits.scores == pytest.approx([1 / 61, 1 / 62, 1 / 62, 1 / 62, 1 / 65])


def test_ranks_are_counted_among_the_allowed() -> None:
    allowed = np.array([False, True, True])
    hits = Hybrid([(Fixed([9, 8, 7]), 1.0)]).search(QUERY, 3, allowed)[0]
    assert hits.positions.tolist() == [1, 2]
    assert hits.scores == pytest.approx([1 / 61, 1 / 62])


def test_ranks_beyond_the_depth_count_as_absent() -> None:
    fused = Hybrid([(Fixed([4, 3, 2, 1]), 1.0), (Fixed([1, 2, 3, 4]), 1.0)], depth=1)
    assert fused.search(QUERY, 4)[0].positions.tolist() == [0, 3]
    assert fused.score(QUERY, [np.arange(4)])[0] == pytest.approx([1 / 61, 0, 0, 1 / 61])


def test_parts_must_share_a_corpus() -> None:
    with pytest.raises(ValueError, match="one corpus"):
        Hybrid([(Fixed([1]), 1.0), (Fixed([1, 2]), 1.0)])
    with pytest.raises(ValueError, match="one corpus"):
        Hybrid([])
