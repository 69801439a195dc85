import numpy as np
import pytest
from scipy.optimize import check_grad

from matcher.errors import EvaluationError
from matcher.train.levels import _loss, best_bar, fit_levels


def made(seed: int, n: int = 4000) -> tuple[np.ndarray, np.ndarray]:
    """Pairs drawn from a known proportional-odds model: latent 2a + 0.5b, thresholds 0, 1, 2.5."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 2))
    latent = x @ [2.0, 0.5] + rng.logistic(size=n)
    return x, 1 + (latent[:, None] > [0.0, 1.0, 2.5]).sum(axis=1)


def test_gradient_agrees_with_differences() -> None:
    x, levels = made(1, 50)
    weight = np.full(50, 0.02)
    args = (x, levels, weight, 0.01)
    at = np.array([0.3, 0.7, -0.2, 0.1, 0.4])
    error = check_grad(lambda p: _loss(p, *args)[0], lambda p: _loss(p, *args)[1], at)
    assert error < 1e-6


def test_known_weights_and_thresholds_come_back() -> None:
    x, levels = made(2)
    model = fit_levels(x, levels, np.arange(len(x)) // 10, features=("a", "b"), ridge=0.0)
    assert model.weights == pytest.approx((2.0, 0.5), abs=0.15)
    assert model.thresholds == pytest.approx((0.0, 1.0, 2.5), abs=0.15)


def test_a_harmful_feature_gets_no_weight_instead_of_a_negative_one() -> None:
    x, levels = made(3)
    model = fit_levels(-x, levels, np.arange(len(x)), features=("a", "b"))
    assert model.weights == (0.0, 0.0)


def test_one_level_teaches_nothing() -> None:
    with pytest.raises(EvaluationError, match="一个等级"):
        fit_levels(np.ones((3, 1)), np.array([2, 2, 2]), np.arange(3), features=("a",))


def test_the_bar_separates_best() -> None:
    # 0.2 and 0.4 have none, 0.3 and 0.9 have one.
    # J(0.25) = 1 + 1/2 − 1, J(0.35) = 1/2 + 1/2 − 1, J(0.65) = 1/2 + 1 − 1: the lowest of the best.
    assert best_bar([(0.2, False), (0.4, False), (0.3, True), (0.9, True)]) == pytest.approx(0.25)
    assert best_bar([(0.2, True)]) == 0.5
