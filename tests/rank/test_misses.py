from dataclasses import replace

import numpy as np
import pytest

from matcher.rank.misses import best_first, lowered, one_level_lower
from matcher.rank.ranker import Graded
from matcher.records import CheckState, Evidence, IndicatorCheck, Side


def check(state: CheckState, *, must: bool = True) -> IndicatorCheck:
    stretch = Evidence(side=Side.NEED, field="problem", start=0, end=3, text="≥3h")
    return IndicatorCheck(
        parameter="时间",
        state=state,
        must=must,
        need=stretch,
        achievement=None,
        margin=None,
        unit="h",
        reason="",
        question="",
    )


def graded() -> Graded:
    """Expected levels 3.3, 2.9 and 2.7."""
    probs = np.array([[0.0, 0.2, 0.3, 0.5], [0.1, 0.2, 0.4, 0.3], [0.1, 0.3, 0.4, 0.2]])
    return Graded.of(np.array([7, 5, 6]), np.zeros((3, 1)), probs)


def test_every_level_becomes_the_one_below_and_the_lowest_stays() -> None:
    np.testing.assert_allclose(one_level_lower(np.array([[0.1, 0.2, 0.3, 0.4]])), [[0.3, 0.3, 0.4, 0.0]])


def test_what_somebody_said_of_a_candidate_stands() -> None:
    told = replace(graded(), said=np.array([True, False, False]))
    missed = lowered(told, [[check(CheckState.UNMET)], [check(CheckState.UNMET)]])
    assert missed.scores[0] == told.scores[0]
    assert missed.scores[1] < told.scores[1]


def test_only_a_missed_indispensable_target_moves_a_candidate() -> None:
    for state, must in ((CheckState.MET, True), (CheckState.UNKNOWN, True), (CheckState.UNMET, False)):
        assert best_first(lowered(graded(), [[check(state, must=must)], []])).positions.tolist() == [7, 5, 6]
    missed = lowered(graded(), [[check(CheckState.UNKNOWN), check(CheckState.UNMET)], []])
    assert missed.positions.tolist() == [7, 5, 6]
    moved = best_first(missed)
    assert moved.positions.tolist() == [5, 6, 7]
    # 0.2 · 1 + 0.3 · 2 + 0.5 · 3 = 2.3, and P(level ≥ 3) is what P(level = 4) was.
    assert moved.scores[2] == pytest.approx(2.3)
    assert moved.fits[2] == pytest.approx(0.5)
    assert moved.scores[:2].tolist() == graded().scores[1:].tolist()
