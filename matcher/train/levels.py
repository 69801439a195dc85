"""Fit the level model: proportional odds by penalised maximum likelihood, weights kept ≥ 0 so that sense is kept."""

from itertools import pairwise

import numpy as np
import numpy.typing as npt

from matcher.errors import EvaluationError
from matcher.rank.levels import LevelModel, fits, levels_of

__all__ = ["best_bar", "cross_validated", "fit_levels"]

Floats = npt.NDArray[np.float64]


def _loss(
    params: Floats, x: Floats, levels: npt.NDArray[np.int64], weight: Floats, ridge: float
) -> tuple[float, Floats]:
    """Mean negative log-likelihood + ridge·|w|² and its gradient; params = w, θ_2, log(θ_3−θ_2), log(θ_4−θ_3)."""
    width = x.shape[1]
    w, steps = params[:width], np.exp(params[width + 1 :])
    theta = params[width] + np.concatenate([[0.0], np.cumsum(steps)])
    latent = x @ w
    above = np.hstack([np.ones((len(x), 1)), 1.0 / (1.0 + np.exp(theta - latent[:, None])), np.zeros((len(x), 1))])
    rows = np.arange(len(x))
    upper, lower = above[rows, levels - 1], above[rows, levels]
    prob = np.maximum(upper - lower, 1e-12)
    loss = -float(weight @ np.log(prob)) + ridge * float(w @ w)
    # dσ/dlatent = σ(1−σ); the constant edges 1 and 0 have slope 0 by the same expression.
    slope_up, slope_low = upper * (1 - upper), lower * (1 - lower)
    d_latent = -weight * (slope_up - slope_low) / prob
    d_theta = np.zeros(3)
    for k in range(3):
        d_theta[k] = weight[levels == k + 2] @ (slope_up / prob)[levels == k + 2]
        d_theta[k] -= weight[levels == k + 1] @ (slope_low / prob)[levels == k + 1]
    gradient = np.concatenate(
        [x.T @ d_latent + 2 * ridge * w, [d_theta.sum(), steps[0] * d_theta[1:].sum(), steps[1] * d_theta[2]]]
    )
    return loss, gradient


def fit_levels(
    x: Floats,
    levels: npt.NDArray[np.int64],
    groups: npt.NDArray[np.int64],
    *,
    features: tuple[str, ...],
    ridge: float = 1e-4,
    made_from: str = "",
) -> LevelModel:
    """Fit weights ≥ 0 and ascending thresholds; every need (group) counts the same, however many pairs it has.

    Args:
        x: float64 (n, len(features)).
        levels: int64 (n,) in 1..4, at least two different ones.
        groups: int64 (n,), the need each pair belongs to.
        features: names of the columns.
        ridge: strength of the penalty on the weights, ≥ 0.
        made_from: a sentence kept in the model.

    Raises:
        EvaluationError: fewer than two levels occur.
    """
    from scipy.optimize import minimize  # noqa: PLC0415

    if len(np.unique(levels)) < 2:
        raise EvaluationError("评分只有一个等级，无法学习分级；请补充不同等级的评分后重试。")
    spread = x.std(axis=0)
    spread[spread == 0] = 1.0
    centre = x.mean(axis=0)
    sizes = np.bincount(groups)
    weight = 1.0 / sizes[groups]
    weight /= weight.sum()
    start = np.concatenate([np.full(x.shape[1], 0.5), [0.0, 0.0, 0.0]])
    bounds = [(0.0, None)] * x.shape[1] + [(None, None)] * 3
    found = minimize(
        _loss, start, args=((x - centre) / spread, levels, weight, ridge), jac=True, method="L-BFGS-B", bounds=bounds
    )
    params = found.x
    moved = float(params[: x.shape[1]] @ (centre / spread))
    theta = moved + params[x.shape[1]] + np.concatenate([[0.0], np.cumsum(np.exp(params[x.shape[1] + 1 :]))])
    model = LevelModel(
        features=features,
        weights=tuple(round(float(value), 6) for value in params[: x.shape[1]] / spread),
        thresholds=(round(float(theta[0]), 6), round(float(theta[1]), 6), round(float(theta[2]), 6)),
        none_fits_below=0.5,
        made_from=made_from,
    )
    best = [
        (fits(model.probs(x[groups == g])).max(), bool((levels[groups == g] >= 3).any())) for g in np.unique(groups)
    ]
    return LevelModel(
        features=model.features,
        weights=model.weights,
        thresholds=model.thresholds,
        none_fits_below=best_bar(best),
        made_from=made_from,
    )


def best_bar(best_fits: list[tuple[float, bool]]) -> float:
    """The bar on a need's best fit that separates needs with a level-3 partner from those without best.

    Maximises Youden's J = sensitivity + specificity − 1 (Youden 1950); the lowest such bar, halfway between neighbours.
    0.5 when all needs are of one kind.
    """
    values = sorted({value for value, _ in best_fits})
    have = sum(truth for _, truth in best_fits)
    if have in (0, len(best_fits)):
        return 0.5
    bars = [(low + high) / 2 for low, high in pairwise(values)] or values

    def youden(bar: float) -> float:
        kept = sum(truth and value >= bar for value, truth in best_fits) / have
        refused = sum(not truth and value < bar for value, truth in best_fits) / (len(best_fits) - have)
        return kept + refused - 1

    return round(float(max(bars, key=lambda bar: (youden(bar), -bar))), 4)


def cross_validated(
    x: Floats, levels: npt.NDArray[np.int64], groups: npt.NDArray[np.int64], *, features: tuple[str, ...], seed: int
) -> str:
    """A sentence with the figures of levels predicted for needs not used in fitting, 5 folds by need.

    MAE of the median level, and ECE of `fit` in ten equal bins (Naeini et al. 2015).

    Raises:
        EvaluationError: fewer than five needs, or fewer than two levels in a fold's training part.
    """
    from sklearn.model_selection import GroupKFold  # noqa: PLC0415

    if len(np.unique(groups)) < 5:
        raise EvaluationError("评分涉及的需求不足 5 条，无法交叉验证；请补充评分后重试。")
    probs = np.zeros((len(x), 4))
    for fitted, held in GroupKFold(5, shuffle=True, random_state=seed).split(x, levels, groups):
        probs[held] = fit_levels(x[fitted], levels[fitted], groups[fitted], features=features).probs(x[held])
    mae = float(np.abs(levels_of(probs) - levels).mean())
    sure, right = fits(probs), levels >= 3
    bins = np.minimum((sure * 10).astype(int), 9)
    gaps = [abs(sure[bins == b].sum() - right[bins == b].sum()) for b in range(10)]
    return f"MAE {mae:.3f}，竞赛得分 {1 / (1 + mae):.3f}，ECE {sum(gaps) / len(x):.3f}"
