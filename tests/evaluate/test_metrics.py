"""Each figure against arithmetic by hand, and under resampling against scipy and scikit-learn on pairs written out."""

import math

import numpy as np
import pytest
from scipy.stats import spearmanr
from sklearn.metrics import cohen_kappa_score, mean_absolute_error, roc_auc_score

from matcher.evaluate.metrics import (
    CalibrationError,
    Contest,
    Kappa,
    MeanAbsoluteError,
    MeanByNeed,
    NoneFitsAuc,
    Spearman,
    ranking_measures,
)

ONE = np.ones((1, 1))


def ndcg_oracle(judged: dict[str, int], ranking: list[str], k: int) -> float:
    def gained(levels: list[int]) -> float:
        return sum((2 ** (level - 1) - 1) / math.log2(rank + 1) for rank, level in enumerate(levels[:k], start=1))

    return gained([judged.get(i, 1) for i in ranking]) / gained(sorted(judged.values(), reverse=True))


def test_ndcg_by_hand() -> None:
    # Gains 1, 0, 7 in this order; the best order has 7, 1, 0.
    measures = ranking_measures([{"甲": 2, "乙": 1, "丙": 4}], [["甲", "乙", "丙"]])
    assert measures["ndcg@10"].values(ONE)[0] == pytest.approx((1 + 7 / 2) / (7 + 1 / math.log2(3)))


def test_mrr_and_recall_by_hand() -> None:
    ranking = [f"x{i}" for i in range(48)] + ["b", "a", "c"]
    measures = ranking_measures([{"a": 3, "b": 2, "c": 4}], [ranking])
    assert measures["mrr"].values(ONE)[0] == pytest.approx(1 / 50)
    assert measures["recall@50"].values(ONE)[0] == pytest.approx(1 / 2)


def test_needs_that_cannot_define_a_figure_are_left_out() -> None:
    levels = [{"a": 1}, {"a": 2}, {"a": 3}]
    measures = ranking_measures(levels, [["a"], ["x", "a"], []])
    np.testing.assert_allclose(measures["ndcg@10"].by_need(), [np.nan, 1 / math.log2(3), 0.0], rtol=1e-6)
    np.testing.assert_array_equal(measures["mrr"].by_need(), [np.nan, np.nan, 0.0])
    np.testing.assert_array_equal(measures["recall@50"].by_need(), [np.nan, np.nan, 0.0])


def test_ranking_measures_agree_with_plain_formulas_on_random_rankings() -> None:
    random = np.random.default_rng(7)
    levels, rankings = [], []
    for _ in range(40):
        judged = {f"a{i}": int(level) for i, level in enumerate(random.integers(1, 5, size=30))}
        levels.append(judged)
        rankings.append([str(i) for i in random.permutation([*judged, *(f"x{i}" for i in range(60))])])
    measures = ranking_measures(levels, rankings)
    for n, (judged, ranking) in enumerate(zip(levels, rankings, strict=True)):
        good = {i for i, level in judged.items() if level >= 3}
        first = next(rank for rank, i in enumerate(ranking, start=1) if i in good)
        assert measures["ndcg@5"].by_need()[n] == pytest.approx(ndcg_oracle(judged, ranking, 5))
        assert measures["ndcg@10"].by_need()[n] == pytest.approx(ndcg_oracle(judged, ranking, 10))
        assert measures["mrr"].by_need()[n] == pytest.approx(1 / first)
        assert measures["recall@50"].by_need()[n] == pytest.approx(len(good & set(ranking[:50])) / len(good))


def test_mean_by_need_weighs_needs_and_skips_undefined_ones() -> None:
    measure = MeanByNeed(np.array([0.2, np.nan, 0.8]))
    found = measure.values(np.array([[1.0, 1.0, 1.0], [3.0, 5.0, 1.0], [0.0, 3.0, 0.0]]))
    np.testing.assert_allclose(found, [0.5, (3 * 0.2 + 0.8) / 4, np.nan])


def test_mae_and_contest_by_hand() -> None:
    need, judged, predicted = np.array([0, 0, 1]), np.array([1, 4, 2]), np.array([2, 2, 2])
    error = MeanAbsoluteError(need, judged, predicted, 2)
    assert error.values(np.ones((1, 2)))[0] == pytest.approx(1.0)
    assert Contest(error).values(np.ones((1, 2)))[0] == pytest.approx(0.5)
    np.testing.assert_allclose(error.by_need(), [1.5, 0.0])


def test_calibration_error_by_hand() -> None:
    fit = np.array([0.05, 0.95, 0.95, 1.0, 0.1 + 0.2])
    fits = np.array([False, True, False, True, True])
    need = np.zeros(5, dtype=np.int64)
    # Bin 0: |0.05 − 0|; bin 9: |2.90 − 2|; bin 3: |0.3 − 1|; five pairs.
    assert CalibrationError(need, fit, fits, 1).values(ONE)[0] == pytest.approx((0.05 + 0.90 + 0.70) / 5)


def test_excess_in_one_bin_does_not_cancel_against_another() -> None:
    found = CalibrationError(np.zeros(2, dtype=np.int64), np.array([0.4, 0.6]), np.array([True, False]), 1)
    assert found.values(ONE)[0] == pytest.approx(0.6)


def test_none_fits_auc_by_hand() -> None:
    measure = NoneFitsAuc(np.array([0.9, 0.5, 0.5, 0.1]), np.array([True, True, False, False]))
    # Wins: 0.9 over both, 0.5 over 0.1, and a tie.
    assert measure.values(np.ones((1, 4)))[0] == pytest.approx(3.5 / 4)
    assert math.isnan(measure.values(np.array([[2.0, 2.0, 0.0, 0.0]]))[0])


def test_constant_answers_have_no_correlation_and_no_kappa() -> None:
    need, same = np.array([0, 0, 1]), np.array([2, 2, 2])
    assert math.isnan(Spearman(need, np.array([1, 2, 3]), np.array([0.1, 0.1, 0.1])).values(np.ones((1, 2)))[0])
    assert math.isnan(Kappa(need, same, same, 2).values(np.ones((1, 2)))[0])


def test_resampled_figures_equal_those_of_the_pairs_written_out() -> None:
    random = np.random.default_rng(11)
    needs = 12
    need = np.sort(random.integers(0, needs, size=150))
    judged = random.integers(1, 5, size=150)
    predicted = np.clip(judged + random.integers(-1, 2, size=150), 1, 4)
    score = np.round(judged + random.normal(size=150), 1)
    best, partner = np.round(random.random(needs), 1), random.random(needs) < 0.5
    weights = random.multinomial(needs, np.full(needs, 1 / needs), size=20).astype(np.float64)
    error = MeanAbsoluteError(need, judged, predicted, needs)
    found = {
        "mae": error.values(weights),
        "kappa": Kappa(need, judged, predicted, needs).values(weights),
        "spearman": Spearman(need, judged, score).values(weights),
        "auc": NoneFitsAuc(best, partner).values(weights),
    }
    for draw, row in enumerate(weights.astype(np.int64)):
        pairs, drawn = np.repeat(np.arange(150), row[need]), np.repeat(np.arange(needs), row)
        expected = {
            "mae": mean_absolute_error(judged[pairs], predicted[pairs]),
            "kappa": cohen_kappa_score(judged[pairs], predicted[pairs], weights="quadratic", labels=[1, 2, 3, 4]),
            "spearman": spearmanr(judged[pairs], score[pairs]).statistic,
            "auc": roc_auc_score(partner[drawn], best[drawn]),
        }
        for name, value in expected.items():
            assert found[name][draw] == pytest.approx(value), name
