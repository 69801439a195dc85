"""Scores by matrix products against the definition, for every mixture of windows."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from matcher.index.product import Weights, product_scores

D = 6


def unit(rows: int, rng: np.random.Generator) -> np.ndarray:
    vectors = rng.standard_normal((rows, D)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@given(
    st.lists(st.integers(0, 4), min_size=1, max_size=12),
    st.lists(st.integers(1, 4), min_size=1, max_size=6),
    st.integers(0, 2**32 - 1),
)
def test_each_score_is_the_weighted_sum_of_its_three_cosines(sizes: list[int], asked: list[int], seed: int) -> None:
    rng = np.random.default_rng(seed)
    titles, windows = unit(len(sizes), rng), unit(sum(sizes), rng)
    queries = [unit(1 + count, rng) for count in asked]
    weights = Weights(0.5, 0.3, 0.2)
    scores = product_scores(queries, titles, windows, np.array(sizes), weights)
    assert scores.shape == (len(queries), len(sizes))
    assert scores.dtype == np.float32
    for row, query in enumerate(queries):
        for at, title in enumerate(titles):
            first = sum(sizes[:at])
            own = windows[first : first + sizes[at]] if sizes[at] else title[None]
            best = max(float(mine @ theirs) for mine in query[1:] for theirs in own)
            cross = max(float(query[0] @ theirs) for theirs in own)
            assert abs(scores[row, at] - (0.5 * float(query[0] @ title) + 0.3 * best + 0.2 * cross)) < 1e-5


def test_chunks_join_without_a_seam() -> None:
    rng = np.random.default_rng(0)
    # More records than one chunk holds, without windows at both ends of the first.
    sizes = rng.integers(0, 3, 5000)
    sizes[[0, 2047, 2048]] = 0
    titles, windows = unit(5000, rng), unit(int(sizes.sum()), rng)
    queries = [unit(3, rng), unit(2, rng)]
    scores = product_scores(queries, titles, windows, sizes, Weights())
    starts = np.cumsum(sizes) - sizes
    for at in (0, 1, 2046, 2047, 2048, 2049, 4095, 4096, 4999):
        own = windows[starts[at] : starts[at] + sizes[at]]
        alone = product_scores(queries, titles[at : at + 1], own, sizes[at : at + 1], Weights())
        np.testing.assert_allclose(scores[:, at], alone[:, 0], atol=1e-5)
