import math

import pytest
from scipy.stats import binomtest

from matcher.evaluate import collect, measure
from matcher.evaluate.reliability import reliability, wilson

LEVELS = {"n": {"a": 4, "b": 1, "c": 3, "d": 2}}
ANSWERS = {"n": {"a": (4.0, 4, 0.95), "b": (3.0, 3, 0.92), "c": (2.0, 2, 0.3), "d": (1.0, 1, 0.35)}}


def test_bins_by_hand(judged, written, needs_of) -> None:
    judgements = judged(LEVELS)
    answers = collect(written(ANSWERS), needs_of(judgements), judgements)
    found = reliability(answers, judgements)
    assert [each.pairs for each in found.bins] == [0, 0, 0, 2, 0, 0, 0, 0, 0, 2]
    low, high = found.bins[3], found.bins[9]
    assert (low.low, low.high, low.share) == (0.3, 0.4, 0.5)
    assert (low.fit, high.fit) == (pytest.approx(0.325), pytest.approx(0.935))
    assert math.isnan(found.bins[0].share)
    # Half of the pairs in each bin: |0.325 − 0.5| and |0.935 − 0.5|.
    assert found.ece == pytest.approx((0.175 + 0.435) / 2)
    assert found.ece == pytest.approx(measure(answers, judgements).metrics["ece"].value)


@pytest.mark.parametrize(("hits", "pairs"), [(0, 7), (7, 7), (3, 10), (40, 400)])
def test_wilson_agrees_with_scipy(hits: int, pairs: int) -> None:
    oracle = binomtest(hits, pairs).proportion_ci(method="wilson")
    assert wilson(hits, pairs) == (pytest.approx(oracle.low, abs=1e-6), pytest.approx(oracle.high, abs=1e-6))


@pytest.mark.parametrize(("hits", "pairs"), [(0, 0), (3, 2), (-1, 2)])
def test_no_share_without_pairs(hits: int, pairs: int) -> None:
    with pytest.raises(ValueError, match="hits"):
        wilson(hits, pairs)
