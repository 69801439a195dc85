"""Fit the level model: proportional odds by penalised maximum likelihood, weights kept ≥ 0 so that sense is kept.

With a base model the penalty pulls towards its weights and thresholds (a Gaussian prior; the fit is the posterior's
mode), so that few local labels change little and many change much. A label may leave the level open between two
(“合适” is 3 or 4): the pair then counts with P(low ≤ level ≤ high), as interval-censored data do.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matcher.errors import EvaluationError, ModelError
from matcher.rank.features import BY_CORPUS
from matcher.rank.levels import LevelModel, fits

__all__ = ["STRENGTH", "best_bar", "fit_levels", "shares"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

STRENGTH = 30.0
"""How many pairs the base model is worth where there are too few needs to choose by measuring."""

# The penalty of what only corpora of several kinds tell from another feature, in those of the others. Labels of one
# kind then leave it near 0, and the model goes on knowing nearness in corpora of another kind.
_EARNED = 50.0

# How many needs that have a partner may be told that nothing fits.
_REFUSED = 0.1

# Of what hardly varies in the labels (the share of bare titles in one corpus) nothing can be known far from them.
_LEAST_SPREAD = 0.05

# Of thresholds in units of the latent score: a smaller gap cannot be written as a logarithm.
_LEAST_GAP = 1e-3


@dataclass(frozen=True, slots=True, eq=False)
class _Scale:
    """Features are centred and brought to spread 1 for fitting; parameters are w, θ_2, log(θ_3−θ_2), log(θ_4−θ_3)."""

    centre: Floats
    spread: Floats

    @classmethod
    def of(cls, x: Floats, features: tuple[str, ...]) -> "_Scale":
        """What is made of another feature has the spread of that one: its own may be next to nothing."""
        spread = np.maximum(x.std(axis=0), _LEAST_SPREAD)
        made_of = [BY_CORPUS.get(name, name) for name in features]
        at = [features.index(name) if name in features else own for own, name in enumerate(made_of)]
        return cls(x.mean(axis=0), spread[at])

    def params(self, weights: Floats, thresholds: Floats) -> Floats:
        gaps = np.log(np.maximum(np.diff(thresholds), _LEAST_GAP))
        return np.concatenate([weights * self.spread, [thresholds[0] - weights @ self.centre], gaps])

    def model(self, params: Floats, features: tuple[str, ...], *, bar: float, made_from: str) -> LevelModel:
        weights = params[:-3] / self.spread
        first = params[-3] + weights @ self.centre
        theta = first + np.concatenate([[0.0], np.cumsum(np.exp(params[-2:]))])
        return LevelModel(
            features=features,
            weights=tuple(round(float(value), 6) for value in weights),
            thresholds=(round(float(theta[0]), 6), round(float(theta[1]), 6), round(float(theta[2]), 6)),
            none_fits_below=bar,
            made_from=made_from,
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Prior:
    """The penalty Σ pull·(params − at)²: float64 (features + 3,) each."""

    at: Floats
    pull: Floats


def _loss(params: Floats, x: Floats, between: tuple[Ints, Ints], weight: Floats, prior: _Prior) -> tuple[float, Floats]:
    """Weighted negative log-likelihood + Σ pull·(params − at)² and its gradient; params as in `_Scale`.

    `between`: the lowest and the highest level of each pair.
    """
    low, high = between
    w, steps = params[:-3], np.exp(params[-2:])
    theta = params[-3] + np.concatenate([[0.0], np.cumsum(steps)])
    latent = x @ w
    above = np.hstack([np.ones((len(x), 1)), 1.0 / (1.0 + np.exp(theta - latent[:, None])), np.zeros((len(x), 1))])
    rows = np.arange(len(x))
    upper, lower = above[rows, low - 1], above[rows, high]
    prob = np.maximum(upper - lower, 1e-12)
    away = params - prior.at
    loss = -float(weight @ np.log(prob)) + float(prior.pull @ away**2)
    # dσ/dlatent = σ(1−σ); the constant edges 1 and 0 have slope 0 by the same expression.
    up, down = weight * upper * (1 - upper) / prob, weight * lower * (1 - lower) / prob
    d_theta = np.array([up[low == k].sum() - down[high == k - 1].sum() for k in (2, 3, 4)])
    gradient = np.concatenate([x.T @ (down - up), [d_theta.sum(), steps[0] * d_theta[1:].sum(), steps[1] * d_theta[2]]])
    return loss, gradient + 2 * prior.pull * away


def shares(groups: Ints, weights: Floats) -> Floats:
    """What each pair counts: a need's pairs together at most 1, and less where its labels are all doubtful.

    weight / max(1, sum of the weights of the need's pairs): float64 (n,).
    """
    totals = np.bincount(groups, weights=weights)
    return np.asarray(weights / np.maximum(totals[groups], 1.0), dtype=np.float64)


def fit_levels(
    x: Floats,
    levels: Ints,
    groups: Ints,
    *,
    features: tuple[str, ...],
    highs: Ints | None = None,
    weights: Floats | None = None,
    importance: Floats | None = None,
    base: LevelModel | None = None,
    strength: float = STRENGTH,
    ridge: float = 1e-4,
    made_from: str = "",
) -> LevelModel:
    """Fit weights ≥ 0 and ascending thresholds; no need (group) counts more than another for having more pairs.

    Without `base`: mean negative log-likelihood + ridge·|w|², w over features of spread 1, the square of a feature of
    `BY_CORPUS` counting 50 times. With `base`: mean negative
    log-likelihood + strength / n · |p − p_base|², n the sum of the weights, p the weights over features of spread 1,
    the first threshold at the mean pair and the logarithms of the gaps. Multiplied by n this is −log posterior with a
    Gaussian prior of variance 1 / (2·strength) for each parameter. The base keeps its bar for “nothing fits”: labels
    of single pairs cannot tell that a need has no partner at all.

    Args:
        x: float64 (n, len(features)).
        levels: int64 (n,) in 1..4; with `highs` the lowest level each pair may have.
        groups: int64 (n,) ≥ 0, the need each pair belongs to.
        features: names of the columns.
        highs: int64 (n,) in levels..4, the highest level each pair may have; None where levels are exact.
        importance: float64 (n,) > 0, what each pair's need counts beside others. None: all alike.
        weights: float64 (n,) ≥ 0; a pair of weight 2 counts as the pair standing twice. None: all 1.
        base: the model to stay near; features it does not have begin at 0.
        strength: > 0, how many pairs the base is worth.
        ridge: strength of the penalty without a base, ≥ 0.
        made_from: a sentence kept in the model.

    Raises:
        EvaluationError: no label has any weight, or there is no base and fewer than two levels occur as exact labels.
        ModelError: the base has a feature that is not among `features`.
    """
    from scipy.optimize import minimize  # noqa: PLC0415

    highs = levels if highs is None else highs
    weights = np.ones(len(x)) if weights is None else weights
    if not weights.sum() > 0:
        raise EvaluationError("没有一对评级带有权重，无法学习分级；请补充评级后重试。")
    if base is None and len(np.unique(levels[levels == highs])) < 2:
        raise EvaluationError("评分只有一个等级，无法学习分级；请补充不同等级的评分后重试。")
    scale = _Scale.of(x, features)
    width = x.shape[1]
    if base is None:
        start = np.concatenate([np.full(width, 0.5), [0.0, 0.0, 0.0]])
        earned = [_EARNED if name in BY_CORPUS else 1.0 for name in features]
        at, pull = np.zeros(width + 3), np.concatenate([ridge * np.array(earned), [0.0, 0.0, 0.0]])
    else:
        start = at = scale.params(_placed(base, features), np.asarray(base.thresholds))
        pull = np.full(width + 3, strength / weights.sum())
    share = shares(groups, weights) * (1.0 if importance is None else importance)
    found = minimize(
        _loss,
        start,
        args=((x - scale.centre) / scale.spread, (levels, highs), share / share.sum(), _Prior(at, pull)),
        jac=True,
        method="L-BFGS-B",
        bounds=[(0.0, None)] * width + [(None, None)] * 3,
    )
    if base is not None:
        return scale.model(found.x, features, bar=base.none_fits_below, made_from=made_from)
    bare = scale.model(found.x, features, bar=0.5, made_from=made_from)
    sure = fits(bare.probs(x))
    best = [(float(sure[groups == g].max()), bool((levels[groups == g] >= 3).any())) for g in np.unique(groups)]
    return scale.model(found.x, features, bar=best_bar(best), made_from=made_from)


def _placed(base: LevelModel, features: tuple[str, ...]) -> Floats:
    """The base's weights in the order of `features`, 0 for those it does not have."""
    known = dict(zip(base.features, base.weights, strict=True))
    lost = sorted(set(known) - set(features))
    if lost:
        raise ModelError(
            f"基础分级模型需要的特征 {lost[0]} 本版本没有，不能在它的基础上学习；请改用 --base none 或随包的模型。"
        )
    return np.array([known.get(name, 0.0) for name in features])


def best_bar(best_fits: list[tuple[float, bool]]) -> float:
    """The bar on a need's best fit below which “nothing fits” is said.

    The highest that keeps nine in ten of the needs that have a level-3 partner, halfway to the next value below: a
    partner kept from an enterprise costs a contract, a needless lead a telephone call. 0.5 when all needs are of one
    kind.
    """
    have = sorted(value for value, truth in best_fits if truth)
    if len(have) in (0, len(best_fits)):
        return 0.5
    lost = int(_REFUSED * len(have))
    below = max((value for value, _ in best_fits if value < have[lost]), default=have[lost])
    return round((have[lost] + below) / 2, 4)
