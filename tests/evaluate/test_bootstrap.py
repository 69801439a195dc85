import math

import numpy as np
import pytest

from matcher.evaluate.bootstrap import DRAWS, draw_needs, interval
from matcher.evaluate.metrics import MeanByNeed


def test_draws_are_seeded_and_draw_as_many_needs_as_there_are() -> None:
    first = draw_needs(7, seed=3)
    assert first.shape == (DRAWS, 7) == (1000, 7)
    assert set(first.sum(axis=1)) == {7.0}
    np.testing.assert_array_equal(first, draw_needs(7, seed=3))
    assert (first != draw_needs(7, seed=4)).any()


def test_interval_holds_the_value_and_matches_theory() -> None:
    values = np.linspace(0.0, 1.0, 101)
    found = interval(MeanByNeed(values), draw_needs(101))
    # Central limit: 1.96 standard errors either side; the percentiles of 1,000 draws are within a tenth of that.
    half = 1.96 * values.std() / math.sqrt(101)
    assert found.value == pytest.approx(0.5)
    np.testing.assert_allclose([found.low, found.high], [0.5 - half, 0.5 + half], atol=0.1 * half)


def test_draws_that_cannot_define_the_figure_are_left_out() -> None:
    one = interval(MeanByNeed(np.array([0.25, np.nan, np.nan])), draw_needs(3))
    assert (one.value, one.low, one.high) == (0.25, 0.25, 0.25)
    none = interval(MeanByNeed(np.array([np.nan])), draw_needs(1))
    assert all(math.isnan(x) for x in (none.value, none.low, none.high))
