"""Selection against a plain sort."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from matcher.index.topk import best


@given(st.lists(st.sampled_from([-1.0, 0.0, 0.5, 0.75, 2.0]), max_size=30), st.integers(1, 40))
def test_best_equals_a_sort_by_score_then_position(scores: list[float], k: int) -> None:
    positions = [3 * at + 1 for at in range(len(scores))]
    expected = sorted(zip(scores, positions, strict=True), key=lambda pair: (-pair[0], pair[1]))[:k]
    hits = best(np.array(positions, dtype=np.int64), np.array(scores, dtype=np.float32), k)
    assert list(zip(hits.scores.tolist(), hits.positions.tolist(), strict=True)) == expected
