import numpy as np
import pytest
from scipy.optimize import check_grad

from matcher.errors import EvaluationError, ModelError
from matcher.rank.levels import LevelModel
from matcher.train.levels import _loss, _Prior, best_bar, fit_levels, shares

BASE = LevelModel(features=("a", "b"), weights=(1.0, 2.0), thresholds=(-0.5, 0.5, 1.5), none_fits_below=0.3)


def made(seed: int, n: int = 4000) -> tuple[np.ndarray, np.ndarray]:
    """Pairs drawn from a known proportional-odds model: latent 2a + 0.5b, thresholds 0, 1, 2.5."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 2))
    latent = x @ [2.0, 0.5] + rng.logistic(size=n)
    return x, 1 + (latent[:, None] > [0.0, 1.0, 2.5]).sum(axis=1)


def numbers(model: LevelModel) -> np.ndarray:
    return np.array([*model.weights, *model.thresholds])


@pytest.mark.parametrize("open_levels", [False, True])
def test_gradient_agrees_with_differences(open_levels: bool) -> None:
    x, levels = made(1, 50)
    highs = np.minimum(levels + np.arange(50) % 2, 4) if open_levels else levels
    args = (x, (levels, highs), np.full(50, 0.02), _Prior(np.full(5, 0.1), np.array([0.01, 0.02, 0.3, 0.0, 0.5])))
    at = np.array([0.3, 0.7, -0.2, 0.1, 0.4])
    error = check_grad(lambda p: _loss(p, *args)[0], lambda p: _loss(p, *args)[1], at)
    assert error < 1e-6


def test_known_weights_and_thresholds_come_back() -> None:
    x, levels = made(2)
    model = fit_levels(x, levels, np.arange(len(x)) // 10, features=("a", "b"), ridge=0.0)
    assert model.weights == pytest.approx((2.0, 0.5), abs=0.15)
    assert model.thresholds == pytest.approx((0.0, 1.0, 2.5), abs=0.15)


def test_levels_left_open_bring_back_the_weights_too() -> None:
    # Only “3 or 4” against “1 or 2”, and every tenth level exactly: still enough to find weights and thresholds.
    x, levels = made(2)
    exact = np.arange(len(x)) % 10 == 0
    low, high = np.where(levels >= 3, 3, 1), np.where(levels >= 3, 4, 2)
    low, high = np.where(exact, levels, low), np.where(exact, levels, high)
    model = fit_levels(x, low, np.arange(len(x)), features=("a", "b"), highs=high, ridge=0.0)
    assert model.weights == pytest.approx((2.0, 0.5), abs=0.25)
    assert model.thresholds == pytest.approx((0.0, 1.0, 2.5), abs=0.35)


def test_a_harmful_feature_gets_no_weight_instead_of_a_negative_one() -> None:
    x, levels = made(3)
    model = fit_levels(-x, levels, np.arange(len(x)), features=("a", "b"))
    assert model.weights == (0.0, 0.0)


def test_labels_of_one_kind_of_corpus_say_nothing_of_another_kind() -> None:
    """Nearness says half as much in the second corpus; with labels of the first alone that cannot be known."""
    rng = np.random.default_rng(5)
    near, share = rng.uniform(0, 1, 4000), np.repeat([0.0, 1.0], 2000)
    x = np.column_stack([near, near * (1 - share)])
    latent = 4 * near + 4 * near * (1 - share) + rng.logistic(size=4000)
    levels = 1 + (latent[:, None] > np.array([2.0, 4.0, 5.0])).sum(axis=1)
    names = ("closeness", "body_closeness")
    groups = np.arange(4000)
    base = LevelModel(features=names, weights=(4.0, 4.0), thresholds=(2.0, 4.0, 5.0), none_fits_below=0.2)
    for titles in (0.0, 0.5, 0.97, 0.999):
        seen = np.column_stack([near[:2000], near[:2000] * (1 - titles)])
        one = numbers(fit_levels(seen, levels[:2000], groups[:2000], features=names))
        assert one[0] + one[1] * (1 - titles) == pytest.approx(8, rel=0.15)
        assert one[1] < 0.05 * one[0]
        near_base = numbers(fit_levels(seen, levels[:2000], groups[:2000], features=names, base=base))
        assert near_base[1] == pytest.approx(4, abs=0.7)
    # Of another name it would take what it likes.
    assert numbers(fit_levels(x[:2000], levels[:2000], groups[:2000], features=("a", "b")))[1] > 3
    both = numbers(fit_levels(x, levels, groups, features=names))
    assert both[:2] == pytest.approx([4, 4], rel=0.2)


@pytest.mark.parametrize("share", [0.027, 0.1, 0.9])
@pytest.mark.parametrize("with_base", [False, True])
def test_what_never_varies_weighs_nothing_more_than_before(share: float, with_base: bool) -> None:
    """The spread of a constant column is not 0 in floating point."""
    x, levels = made(3, 1000)
    x = np.column_stack([x, np.full(1000, share)])
    names = ("a", "b", "title_share")
    base = LevelModel(features=names, weights=(1.0, 1.0, 2.0), thresholds=(0.0, 1.0, 2.5), none_fits_below=0.2)
    found = fit_levels(x, levels, np.arange(1000), features=names, base=base if with_base else None)
    assert found.weights[2] == pytest.approx(2.0 if with_base else 0.0, abs=0.01)
    other = x.copy()
    other[:, 2] += 0.001
    np.testing.assert_allclose(found.probs(other), found.probs(x), atol=0.01)


def test_a_weight_of_two_is_the_pair_twice() -> None:
    x, levels = made(4, 60)
    groups = np.arange(60) // 6
    twice = np.concatenate([np.arange(60), np.arange(20)])
    weights = np.where(np.arange(60) < 20, 2.0, 1.0)
    for base in (None, BASE):
        copied = fit_levels(x[twice], levels[twice], groups[twice], features=("a", "b"), base=base, ridge=0.0)
        weighed = fit_levels(x, levels, groups, features=("a", "b"), base=base, weights=weights, ridge=0.0)
        # The scale of the features differs with copies; what is fitted without a penalty does not.
        assert numbers(weighed) == pytest.approx(numbers(copied), abs=0.05 if base else 2e-3)


def test_no_need_counts_more_than_one_and_doubt_counts_less() -> None:
    # Need 0 has weights 1 + 3, shared as 1/4 and 3/4; need 1 has one doubtful label that stays 0.1.
    assert shares(np.array([0, 0, 1]), np.array([1.0, 3.0, 0.1])) == pytest.approx([0.25, 0.75, 0.1])


def test_few_labels_move_the_base_little_and_many_move_it_to_the_data() -> None:
    x, levels = made(5)
    truth = np.array([2.0, 0.5, 0.0, 1.0, 2.5])
    away = []
    for n in (20, 100, 500, 4000):
        fitted = fit_levels(x[:n], levels[:n], np.arange(n), features=("a", "b"), base=BASE)
        away.append(np.linalg.norm(numbers(fitted) - numbers(BASE)))
    assert away == sorted(away)
    assert away[0] < 0.3 * away[-1]
    assert numbers(fitted) == pytest.approx(truth, abs=0.2)


def test_the_stronger_the_prior_the_nearer_to_the_base() -> None:
    x, levels = made(6, 200)
    away = [
        np.linalg.norm(
            numbers(fit_levels(x, levels, np.arange(200), features=("a", "b"), base=BASE, strength=strength))
            - numbers(BASE)
        )
        for strength in (1.0, 30.0, 1000.0, 1e9)
    ]
    assert away == sorted(away, reverse=True)
    assert away[-1] == pytest.approx(0.0, abs=0.01)


def test_one_label_moves_the_threshold_as_far_as_arithmetic_says() -> None:
    # One pair of level 4 with feature 0, base thresholds −0.5, 0.5, 1.5, strength s: the posterior's mode makes the
    # gradient of −log(1 − σ(θ_4)) + s·(θ_2 − θ_2⁰)² + s·Σ(log gap)² vanish; gaps stay near 1, so all move by about
    # −σ(1.5) / 2s = −0.8176 / 200.
    one = np.zeros((1, 2))
    fitted = fit_levels(one, np.array([4]), np.array([0]), features=("a", "b"), base=BASE, strength=100.0)
    assert fitted.thresholds[0] == pytest.approx(-0.5 - 0.8176 / 200, abs=0.01)
    assert fitted.weights == BASE.weights
    assert fitted.none_fits_below == BASE.none_fits_below


def test_a_feature_new_to_the_base_begins_at_nothing() -> None:
    known = LevelModel(features=("b",), weights=(2.0,), thresholds=(-0.5, 0.5, 1.5), none_fits_below=0.3)
    x, levels = made(7, 50)
    fitted = fit_levels(x, levels, np.arange(50), features=("a", "b"), base=known, strength=1e9)
    assert fitted.weights == pytest.approx((0.0, 2.0), abs=0.01)
    with pytest.raises(ModelError, match="b"):
        fit_levels(x[:, :1], levels, np.arange(50), features=("a",), base=known)


def test_one_level_teaches_nothing() -> None:
    with pytest.raises(EvaluationError, match="一个等级"):
        fit_levels(np.ones((3, 1)), np.array([2, 2, 2]), np.arange(3), features=("a",))
    with pytest.raises(EvaluationError, match="权重"):
        fit_levels(np.ones((2, 1)), np.array([1, 2]), np.arange(2), features=("a",), weights=np.zeros(2))


def test_the_bar_separates_best() -> None:
    # 0.2 and 0.4 have none, 0.3 and 0.9 have one.
    # J(0.25) = 1 + 1/2 − 1, J(0.35) = 1/2 + 1/2 − 1, J(0.65) = 1/2 + 1 − 1: the lowest of the best.
    assert best_bar([(0.2, False), (0.4, False), (0.3, True), (0.9, True)]) == pytest.approx(0.25)
    assert best_bar([(0.2, True)]) == 0.5
    # One of ten partners may be lost, so the bar stands between the needs at .2 and .15.
    partners = [(0.1, True), *[(0.2 + at / 100, True) for at in range(9)]]
    assert best_bar([*partners, (0.15, False), (0.9, False)]) == pytest.approx(0.175)
