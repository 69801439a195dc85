"""Which needs are held out together: folds by need, near-identical needs always in one fold."""

from collections.abc import Iterable, Sequence

import numpy as np

from matcher.errors import EvaluationError
from matcher.evaluate.near import groups, near_pairs
from matcher.records import Need

__all__ = ["need_folds", "titles_held_back"]


def need_folds(needs: Sequence[Need], folds: int, seed: int) -> list[frozenset[str]]:
    """Ids of the needs of each fold; the order of `needs` does not matter.

    scikit-learn's GroupKFold over groups of needs that are nearly the same text (`matcher.evaluate.near`): a model
    that learned the one has seen the other.

    Raises:
        EvaluationError: fewer different needs than folds.
    """
    from sklearn.model_selection import GroupKFold  # noqa: PLC0415

    ordered = sorted(needs, key=lambda need: need.id)
    ids = [need.id for need in ordered]
    heads = groups(ids, near_pairs(ordered))
    if not 2 <= folds <= len(set(heads.values())):
        raise EvaluationError(
            f"有评级且互不相同的需求只有 {len(set(heads.values()))} 条，分不成 {folds} 折；"
            "请补充评级，或把 --folds 改为 2 到这个数之间。"
        )
    split = GroupKFold(folds, shuffle=True, random_state=seed).split(ids, groups=[heads[i] for i in ids])
    return [frozenset(ids[at] for at in held) for _, held in split]


def titles_held_back(titles: Iterable[str], share: float, seed: int) -> set[str]:
    """The titles of needs that a training is judged by: this share of the different ones, at least one, or none."""
    ordered = sorted(set(titles))
    count = 0 if share == 0 or not ordered else max(1, round(share * len(ordered)))
    return {ordered[at] for at in np.random.default_rng(seed).permutation(len(ordered))[:count]}
