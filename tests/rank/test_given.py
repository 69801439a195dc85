"""What was said of a need's candidates does to the others: against numbers found otherwise, and in a ranker."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given as holds
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.optimize import minimize
from scipy.special import expit
from scipy.stats import norm

from matcher.embed.hashing import HashingEncoder
from matcher.index.base import QueryText
from matcher.index.side import SideIndex
from matcher.rank.feedback import Said
from matcher.rank.given import VARIANCE, Given, moved
from matcher.rank.levels import LevelModel, expected_levels
from matcher.rank.ranker import Ranker
from matcher.rank.rerank import CROSS, Reranker
from matcher.records import Achievement, Need, Side

Floats = npt.NDArray[np.float64]
MODEL = LevelModel(features=("semantic",), weights=(4.0,), thresholds=(0.0, 1.0, 2.0), none_fits_below=0.5)
EAST, NORTH = (1.0, 0.0, 0.0), (0.0, 1.0, 0.0)
BLUR = np.sqrt(1 + np.pi * VARIANCE / 8)


def unit(*rows: Sequence[float]) -> npt.NDArray[np.float32]:
    found = np.array(rows, dtype=np.float32)
    return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True), dtype=np.float32)


def grades(*said: tuple[int, int, int, float]) -> Given:
    """(row, low, high, weight) each."""
    rows, lows, highs, weights = (np.array(column) for column in zip(*said, strict=True))
    settled = {row: [(low, high, weight)] for row, low, high, weight in said if (rows == row).sum() == 1}
    return Given(rows, lows, highs, weights.astype(np.float64), {}, frozenset(), settled)


def after(vectors: npt.NDArray[np.float32], probs: Floats, said: Given) -> Floats:
    return moved(probs, vectors, probs[said.positions], vectors[said.positions], said)


def by_brute_force(vectors: npt.NDArray[np.float32], latent: Floats, said: Given) -> Floats:
    """The same by a general minimiser over the wish itself and a Hessian from differences."""
    known = vectors[said.positions].astype(np.float64)
    odds = (latent[said.positions][:, None] - np.array(MODEL.thresholds)) * BLUR
    padded = np.hstack([np.full((len(odds), 1), 40.0), odds, np.full((len(odds), 1), -40.0)])
    at = np.arange(len(odds))

    def loss(wish: Floats) -> float:
        shift = known @ wish
        inside = expit(padded[at, said.lows - 1] + shift) - expit(padded[at, said.highs] + shift)
        return float(-said.weights @ np.log(inside) + wish @ wish / (2 * VARIANCE))

    mode = minimize(loss, np.zeros(known.shape[1]), method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-12}).x
    steps = np.eye(len(mode)) * 1e-3
    hessian = np.array(
        [
            [(loss(mode + a + b) - loss(mode + a - b) - loss(mode - a + b) + loss(mode - a - b)) / 4e-6 for a in steps]
            for b in steps
        ]
    )
    variance = np.einsum("nd,de,ne->n", vectors, np.linalg.inv(hessian), vectors)
    every = (latent[:, None] - np.array(MODEL.thresholds)) * BLUR + (vectors @ mode)[:, None]
    above = expit(every / np.sqrt(1 + np.pi * variance / 8)[:, None])
    edges = np.hstack([np.ones((len(above), 1)), above, np.zeros((len(above), 1))])
    return np.asarray(edges[:, :-1] - edges[:, 1:])


@pytest.mark.parametrize("seed", range(8))
def test_it_is_the_mode_and_its_curvature_that_count(seed: int) -> None:
    rng = np.random.default_rng(seed)
    vectors, latent = unit(*rng.normal(size=(7, 3))), rng.normal(0.5, 1.5, 7)
    said = []
    for row in (0, 1, 1, 2, 3):
        low, high = np.sort(rng.integers(1, 5, 2))
        said.append((row, 2 if (low, high) == (1, 4) else int(low), int(high), float(rng.choice([0.1, 0.5, 1.0]))))
    found = after(vectors, MODEL.probs(latent[:, None] / 4.0), grades(*said))
    np.testing.assert_allclose(found, by_brute_force(vectors, latent, grades(*said)), atol=1e-4)


@pytest.mark.parametrize(("level", "latent"), [(1, 1.2), (2, 2.5), (3, 0.0), (4, -1.0)])
def test_a_twin_of_one_graded_candidate_is_near_the_integral(level: int, latent: float) -> None:
    """Over the posterior of the one number that both share; Laplace's method costs a few hundredths."""
    edges = [np.inf, *((latent - np.array(MODEL.thresholds)) * BLUR), -np.inf]

    def posterior(shift: float) -> float:
        inside = expit(edges[level - 1] + shift) - expit(edges[level] + shift)
        return float(inside * norm.pdf(shift, scale=np.sqrt(VARIANCE)))

    whole = quad(posterior, -40, 40)[0]
    exact = [quad(lambda s, k=k: posterior(s) * expit(edges[k] + s), -40, 40)[0] / whole for k in (1, 2, 3)]
    found = after(unit(EAST, EAST), MODEL.probs(np.full((2, 1), latent / 4.0)), grades((0, level, level, 1.0)))
    np.testing.assert_allclose(found[1, ::-1].cumsum()[2::-1], exact, atol=0.045)


def test_what_is_unlike_all_that_was_graded_stays_as_it_was() -> None:
    probs = MODEL.probs(np.array([[0.9], [0.5], [0.1]]))
    found = after(unit(EAST, NORTH, (0, 0, 1)), probs, grades((0, 1, 1, 1.0)))
    np.testing.assert_allclose(found[1:], probs[1:], atol=1e-9)


def test_the_nearer_to_what_was_liked_the_higher() -> None:
    vectors = unit(EAST, (1, 0.2, 0), (1, 1, 0), (0.2, 1, 0), NORTH)
    probs = MODEL.probs(np.full((5, 1), 0.2))
    liked, disliked = (expected_levels(after(vectors, probs, grades((0, level, level, 1.0)))) for level in (4, 1))
    assert (np.diff(liked) < 0).all()
    assert (np.diff(disliked) > 0).all()
    assert (liked[:-1] > expected_levels(probs)[:-1]).all()


def test_a_grade_that_nobody_would_have_expected_moves_most() -> None:
    vectors = unit(EAST, EAST)
    gained = []
    for latent in (0.0, -0.5, -1.5):
        probs = MODEL.probs(np.array([[latent], [0.0]]))
        gained.append(float(expected_levels(after(vectors, probs, grades((0, 4, 4, 1.0))))[1]))
    assert gained == sorted(gained)
    assert gained[0] > 3


def test_what_was_said_of_a_candidate_is_what_it_is() -> None:
    said = grades((0, 1, 2, 1.0), (1, 3, 4, 0.8), (2, 1, 1, 0.5), (2, 4, 4, 0.5))
    before, after_ = np.full((4, 4), 0.25), np.tile([0.1, 0.2, 0.3, 0.4], (4, 1))
    found = said.settle(before, after_, np.arange(4))
    np.testing.assert_allclose(found[0], [0.5, 0.5, 0, 0])
    # Held against what was thought before; "合适" leaves a fifth of that.
    np.testing.assert_allclose(found[1], [0.05, 0.05, 0.45, 0.45])
    # People do not agree about the third, and nobody spoke of the last.
    np.testing.assert_allclose(found[2:], after_[2:])
    assert said.firm(np.arange(4)).tolist() == [True, True, False, False]
    impossible = said.settle(np.tile([0.0, 0.0, 0.0, 1.0], (1, 1)), after_[:1], np.array([0]))
    np.testing.assert_allclose(impossible, [[0.5, 0.5, 0, 0]])


@holds(
    st.lists(
        st.tuples(
            st.floats(-1, 1),
            st.floats(-1, 1),
            st.floats(0.1, 1),
            st.floats(-30, 30),
            st.sampled_from([(1, 1), (1, 2), (2, 4), (3, 4), (2, 3), (4, 4)]),
        ),
        min_size=2,
        max_size=12,
    )
)
def test_whatever_is_said_probabilities_come_out(
    rows: list[tuple[float, float, float, float, tuple[int, int]]],
) -> None:
    vectors = unit(*(row[:3] for row in rows))
    probs = MODEL.probs(np.array([[row[3]] for row in rows]))
    said = grades(*((at, *row[4], row[2]) for at, row in enumerate(rows[1:])))
    found = said.settle(probs, after(vectors, probs, said), np.arange(len(rows)))
    assert (found >= 0).all()
    np.testing.assert_allclose(found.sum(axis=1), 1, atol=1e-9)


TITLES = ("换热器在线清洗装置", "换热器垢层超声清洗", "花生脱壳机", "小麦秸秆打捆机", "小麦赤霉病抗性育种")


def side() -> SideIndex:
    """A5 is A0 again, posted by somebody else."""
    records = [Achievement(id=f"A{at}", title=title) for at, title in enumerate(TITLES)]
    records.append(Achievement(id="A5", title=TITLES[0], duplicate_of="A0"))
    return SideIndex.build(Side.ACHIEVEMENT, records, HashingEncoder(), window_chars=50, query_windows=4)


def test_given_of_what_was_said() -> None:
    here = side()
    assert Given.of([], here) is None
    assert Given.of([Said("A9", 1, 1)], here) is None
    found = Given.of(
        [Said("A3", 1, 2, 0.5, refused=True, words="不合适"), Said("A9", 4, 4), Said("A2", 3, 4, 0.8)], here
    )
    assert found is not None
    assert found.positions.tolist() == [3, 2]
    assert (found.lows.tolist(), found.highs.tolist(), found.weights.tolist()) == ([1, 3], [2, 4], [0.5, 0.8])
    assert (found.refused, found.words[3]) == ({3}, "不合适")
    price = Given.of([Said("A1", 1, 4, 0.0, refused=True, words="不合适（价格）")], here)
    assert price is not None
    assert (price.positions.tolist(), price.refused, price.settled) == ([], {1}, {})


def test_a_copy_is_the_same_offer() -> None:
    found = Given.of([Said("A5", 1, 2, refused=True, words="不合适")], side())
    assert found is not None
    assert found.positions.tolist() == [5]
    named = {0: [(1, 2, 1.0)], 5: [(1, 2, 1.0)]}
    assert (set(found.words), found.refused, dict(found.settled)) == ({0, 5}, {0, 5}, named)
    # What is said of two copies is said of one offer, once.
    alike = Given.of([Said("A0", 3, 4, 0.8, words="合适"), Said("A5", 4, 4, 0.5, words="4")], side())
    assert alike is not None
    assert (alike.positions.tolist(), alike.lows.tolist(), alike.weights.tolist()) == ([0], [4], [0.8])
    assert alike.words == {0: "合适；4", 5: "合适；4"}
    # Where it cannot all be true, each by its share; refused is what all refuse.
    both = Given.of([Said("A0", 1, 1, refused=True, words="1"), Said("A5", 4, 4, words="4")], side())
    assert both is not None
    shares = [(1, 1, 0.5), (4, 4, 0.5)]
    assert (both.settled, both.refused, both.weights.tolist()) == ({0: shares, 5: shares}, frozenset(), [0.5, 0.5])
    assert both.words[0] == "1；4"


def test_of_needs_every_saying_counts_since_nothing_else_does() -> None:
    needs = [Need(id="N0", title="换热器清洗"), Need(id="N1", title="换热器清洗", duplicate_of="N0")]
    here = SideIndex.build(Side.NEED, needs, HashingEncoder(), window_chars=50, query_windows=4)
    ranker, query = Ranker(here, MODEL), QueryText("花生脱壳机")
    (plain,) = ranker.grade([query], [np.array([0, 1])])
    alike = Given.of([Said("N0", 4, 4), Said("N1", 4, 4)], here)
    assert alike is not None
    (found,) = ranker.grade([query], [np.array([0, 1])], [alike])
    np.testing.assert_allclose(found.probs, [[0, 0, 0, 1], [0, 0, 0, 1]], atol=1e-9)
    assert found.said.all()
    split = Given.of([Said("N0", 1, 1, 0.5), Said("N0", 4, 4, 0.25)], here)
    assert split is not None
    assert not split.moves
    (found,) = ranker.grade([query], [np.array([0, 1])], [split])
    np.testing.assert_allclose(found.probs, np.array([0.5, 0, 0, 0.25]) + 0.25 * plain.probs)
    assert not found.said.any()


def test_a_ranker_moves_the_others_and_brings_in_what_was_spoken_of() -> None:
    here = side()
    ranker, query = Ranker(here, MODEL), QueryText("小麦打捆")
    (plain,) = ranker.rank([query], 2)
    known = Given.of([Said("A2", 4, 4)], here)
    (found,) = ranker.rank([query], 2, given=[known])
    assert np.isnan(plain.raised).all()
    assert not plain.said.any()
    assert set(found.positions.tolist()) == {*plain.positions.tolist(), 2}
    assert (found.positions[0], found.levels[0]) == (2, 4)
    assert not np.isnan(found.raised).any()
    assert found.said.tolist() == [True, False, False]


def test_exactly_what_was_asked_for_is_graded_and_others_may_not_be_looked_at() -> None:
    here = side()
    ranker, query = Ranker(here, MODEL), QueryText("清洗")
    known = Given.of([Said("A0", 4, 4)], here)
    (plain,), (found,) = (ranker.grade([query], [np.array([2, 1, 2])], each) for each in (None, [known]))
    assert found.positions.tolist() == [2, 1, 2]
    # The other way of cleaning gains by it, the peanuts less.
    gained = found.scores - plain.scores
    assert gained[1] > gained[0] == gained[2]
    np.testing.assert_array_equal(found.raised, gained)
    allowed = np.array([False, True, True, True, True, False])
    (within,) = ranker.rank([query], 5, allowed, [known])
    assert sorted(within.positions.tolist()) == [1, 2, 3, 4]
    nothing = ranker.grade([query], [np.array([2, 1])], [None])[0]
    np.testing.assert_array_equal(nothing.probs, plain.probs[:2])
    silent = ranker.grade([query], [np.array([2, 1])], [Given.of([Said("A0", 1, 4, 0.0, refused=True)], here)])[0]
    np.testing.assert_allclose(silent.probs, plain.probs[:2])


def test_what_was_said_of_others_takes_no_place_with_the_reranker() -> None:
    class Reader:
        id = "reader"

        def score(self, pairs: Sequence[tuple[str, str]]) -> npt.NDArray[np.float32]:
            return np.zeros(len(pairs), dtype=np.float32)

    here = side()
    read = LevelModel(features=(CROSS,), weights=(1.0,), thresholds=(0.0, 1.0, 2.0), none_fits_below=0.3)
    ranker = Ranker(here, MODEL, Reranker(Reader(), read, 1))
    known = Given.of([Said("A0", 4, 4), Said("A1", 4, 4)], here)
    for given in (None, [known]):
        (found,) = ranker.grade([QueryText("换热器清洗")], [np.array([2, 3])], given)
        assert (~np.isnan(found.cross)).sum() == 1
