"""Labelled pairs, and how well a level model learned from some needs does on the others."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from matcher.errors import EvaluationError
from matcher.evaluate.metrics.calibration import bin_of
from matcher.rank.levels import LevelModel, Probs, fits, levels_of
from matcher.train.levels import STRENGTH, fit_levels, shares

__all__ = [
    "ALONE",
    "FOLDS",
    "STRENGTHS",
    "TELLING",
    "Judged",
    "Labels",
    "chosen_strength",
    "cross_validated",
    "held_out",
    "judged",
    "told_of",
]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

FOLDS = 5
ALONE = 100
"""From this many needs on, labels can stand alone; below, the model in use is the base unless told otherwise."""
TELLING = 20
"""With fewer needs the figures of unseen ones say nothing: a table of them would only look like proof."""
STRENGTHS = (300.0, 100.0, 30.0, 10.0, 3.0)
"""What `chosen_strength` tries, strongest first."""


@dataclass(frozen=True, slots=True, eq=False)
class Labels:
    """Labelled pairs, all arrays in the same order.

    x: float64 (n, features). low, high: int64 (n,) in 1..4, between which the level lies, both included.
    groups: int64 (n,) ≥ 0, the need of each pair. weights: float64 (n,) ≥ 0, 1 for a full grade. importance: float64
    (n,) > 0, what the pair's need counts beside others. families: int64 (n,) ≥ 0, needs that no fold parts; None where
    each need stands alone.
    """

    x: Floats
    low: Ints
    high: Ints
    groups: Ints
    weights: Floats
    importance: Floats
    families: Ints | None = None

    @classmethod
    def graded(cls, x: Floats, levels: Ints, groups: Ints) -> "Labels":
        """Pairs whose level is known and that count in full."""
        return cls(x, levels, levels, groups, np.ones(len(x)), np.ones(len(x)))

    @classmethod
    def joined(cls, parts: "list[Labels]") -> "Labels":
        """Several sets of pairs, their needs numbered on: the same number in two sets is not the same need."""
        known = any(part.families is not None for part in parts)
        return cls(
            np.concatenate([part.x for part in parts]),
            np.concatenate([part.low for part in parts]),
            np.concatenate([part.high for part in parts]),
            _numbered_on([part.groups for part in parts]),
            np.concatenate([part.weights for part in parts]),
            np.concatenate([part.importance for part in parts]),
            _numbered_on([part.unparted for part in parts]) if known else None,
        )

    def of_corpora(self, corpora: Sequence[Hashable]) -> "Labels":
        """The same pairs, the corpora counting alike however many needs each has; `corpora`: that of each pair.

        Else a model would learn how the candidates of the largest were chosen.
        """
        numbers = {name: at for at, name in enumerate(dict.fromkeys(corpora))}
        of = np.array([numbers[name] for name in corpora], dtype=np.int64)
        needs = np.array([len(np.unique(self.groups[of == at])) for at in range(len(numbers))], dtype=np.float64)
        return replace(self, importance=(self.needs / len(numbers) / needs)[of])

    def __len__(self) -> int:
        """Number of pairs."""
        return len(self.x)

    @property
    def needs(self) -> int:
        """Number of needs that have a label."""
        return len(np.unique(self.groups))

    @property
    def unparted(self) -> Ints:
        """What no fold parts: the family of each pair, or its need; int64 (n,)."""
        return self.groups if self.families is None else self.families

    @property
    def separable(self) -> int:
        """Number of families: into so many folds the pairs can be parted at most."""
        return len(np.unique(self.unparted))

    def take(self, which: Ints | npt.NDArray[np.bool_]) -> "Labels":
        """Some of the pairs."""
        return Labels(
            self.x[which],
            self.low[which],
            self.high[which],
            self.groups[which],
            self.weights[which],
            self.importance[which],
            None if self.families is None else self.families[which],
        )

    def fit(
        self,
        features: tuple[str, ...],
        *,
        base: LevelModel | None = None,
        strength: float = STRENGTH,
        made_from: str = "",
    ) -> LevelModel:
        """A model learned from these pairs; arguments and errors as `fit_levels` says."""
        return fit_levels(
            self.x,
            self.low,
            self.groups,
            features=features,
            highs=self.high,
            weights=self.weights,
            importance=self.importance,
            base=base,
            strength=strength,
            made_from=made_from,
        )


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """How needs do that a model has not seen, and how near to its base that model stays.

    strength: as `fit` takes it. probs: as `held_out` gives them; None where too few needs stand on a base, so that
    nothing was held out. told: one clause, with the figures or why there are none.
    """

    strength: float
    probs: Probs | None
    told: str


def judged(labels: Labels, features: tuple[str, ...], base: LevelModel | None, *, seed: int) -> Judged:
    """Choose the strength, then hold needs out, five folds by need.

    Raises:
        EvaluationError: fewer than five families without a base; else as `fit_levels` says.
        ModelError: as `fit_levels` says.
    """
    strength = chosen_strength(labels, features, base, seed=seed) if base else STRENGTH
    # Without a base so few needs are refused; with one the base stands behind them.
    if base is not None and labels.separable < FOLDS:
        return Judged(strength, None, f"需求不足 {FOLDS} 条，未做交叉验证")
    probs = held_out(labels, features, base, strength, seed)
    return Judged(strength, probs, f"按需求 {FOLDS} 折：{told_of(probs, labels, features, base)}")


def chosen_strength(labels: Labels, features: tuple[str, ...], base: LevelModel, *, seed: int) -> float:
    """How much to trust the base: the most that does not clearly lose on held-out needs.

    Of `STRENGTHS` the strongest whose held-out log-loss is within one standard error over needs of the least (the
    one-standard-error rule, Breiman et al. 1984, §3.4.3), five folds by need; `STRENGTH` for fewer than five families.

    Raises:
        ModelError, EvaluationError: as `fit_levels` says.
    """
    if labels.separable < FOLDS:
        return STRENGTH
    part = shares(labels.groups, labels.weights)
    losses = []
    for strength in STRENGTHS:
        probs = held_out(labels, features, base, strength, seed)
        losses.append(np.bincount(labels.groups, weights=part * _log_loss(probs, labels)))
    least = losses[int(np.argmin([each.sum() for each in losses]))]
    for strength, each in zip(STRENGTHS, losses, strict=True):
        worse = (each - least)[np.unique(labels.groups)]
        if worse.sum() <= worse.std() * np.sqrt(len(worse)):
            return strength
    return STRENGTHS[-1]


def cross_validated(
    labels: Labels, features: tuple[str, ...], *, base: LevelModel | None = None, strength: float = STRENGTH, seed: int
) -> str:
    """A sentence with the figures of levels predicted for needs not used in fitting, five folds by need.

    MAE of the median level, 1/(1+MAE), and ECE of `fit` in ten equal bins (Naeini et al. 2015), over the pairs whose
    level is known exactly; with a base its own figures on the same pairs stand beside.

    Raises:
        EvaluationError: fewer than five families, or fewer than two levels in a fold's training part without a base.
        ModelError: as `fit_levels` says.
    """
    return told_of(held_out(labels, features, base, strength, seed), labels, features, base)


def told_of(probs: Probs, labels: Labels, features: tuple[str, ...], base: LevelModel | None) -> str:
    """The sentence of `cross_validated` for probabilities that `held_out` gave."""
    exact = labels.low == labels.high
    if not exact.any():
        return "没有写明等级的评级，未计算误差"
    if len(set(labels.low[exact].tolist())) == 1:
        # Whoever gives every pair that level is perfect on them.
        return f"写明等级的 {int(exact.sum())} 对都是 {int(labels.low[exact][0])} 级，误差说明不了好坏，未列出"
    told = _figures(probs[exact], labels.low[exact])
    if base is None:
        return told
    known = labels.x[:, [features.index(name) for name in base.features]]
    return f"{told}；基础模型在同样的 {int(exact.sum())} 对上：{_figures(base.probs(known)[exact], labels.low[exact])}"


def held_out(labels: Labels, features: tuple[str, ...], base: LevelModel | None, strength: float, seed: int) -> Probs:
    """P(level) of each pair by a model that has not seen its need: float64 (n, 4); errors as `cross_validated` says."""
    if labels.separable < FOLDS:
        raise EvaluationError(f"评分涉及的需求不足 {FOLDS} 条，无法交叉验证；请补充评分后重试。")
    from sklearn.model_selection import GroupKFold  # noqa: PLC0415

    probs = np.zeros((len(labels), 4))
    folds = GroupKFold(FOLDS, shuffle=True, random_state=seed)
    for fitted, held in folds.split(labels.x, groups=labels.unparted):
        probs[held] = labels.take(fitted).fit(features, base=base, strength=strength).probs(labels.x[held])
    return probs


def _numbered_on(parts: Sequence[Ints]) -> Ints:
    """The numbers of all, each part's after those of the one before."""
    firsts = np.cumsum([0, *(part.max(initial=-1) + 1 for part in parts)])
    return np.concatenate([part + first for part, first in zip(parts, firsts, strict=False)])


def _log_loss(probs: Probs, labels: Labels) -> Floats:
    """−log P(low ≤ level ≤ high) of each pair."""
    levels = np.arange(1, 5)
    inside = (levels >= labels.low[:, None]) & (levels <= labels.high[:, None])
    return np.asarray(-np.log(np.maximum((probs * inside).sum(axis=1), 1e-12)))


def _figures(probs: Probs, levels: Ints) -> str:
    mae = float(np.abs(levels_of(probs) - levels).mean())
    sure, right = fits(probs), levels >= 3
    excess = np.bincount(bin_of(sure), weights=sure - right)
    return f"MAE {mae:.3f}，竞赛得分 {1 / (1 + mae):.3f}，ECE {np.abs(excess).sum() / len(probs):.3f}"
