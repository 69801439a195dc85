"""Which needs are held out together: near-identical needs are one family, and a family is never parted."""

from collections.abc import Iterable, Iterator

import numpy as np

from matcher.errors import EvaluationError
from matcher.evaluate.near import NearPair, groups, near_pairs
from matcher.records import Need
from matcher.text.normalize import normalize

__all__ = ["Families"]


class Families:
    """Needs by likeness: a model that learned the one has seen the others of its family.

    Alike are nearly the same texts (`matcher.evaluate.near`), and needs of one normalised title whatever else they say.
    """

    def __init__(self, needs: Iterable[Need]) -> None:
        """An id that comes several times is one need; its order among the others does not matter."""
        known = {need.id: need for need in needs}
        ordered = [known[i] for i in sorted(known)]
        self._head = groups(known, (*near_pairs(ordered), *_same_title(ordered)))

    def kin(self, ids: Iterable[str]) -> frozenset[str]:
        """These needs and all that are nearly the same text; an unknown id stands alone."""
        asked = set(ids)
        heads = {self._head[i] for i in asked if i in self._head}
        return frozenset(asked | {i for i, head in self._head.items() if head in heads})

    def held_back(self, ids: Iterable[str], share: float, seed: int) -> frozenset[str]:
        """The needs a training is judged by: those of this share of their families, at least one family, or none."""
        own = self._own(ids)
        heads = sorted(set(own.values()))
        count = 0 if share == 0 or not heads else max(1, round(share * len(heads)))
        chosen = {heads[at] for at in np.random.default_rng(seed).permutation(len(heads))[:count]}
        return frozenset(i for i, head in own.items() if head in chosen)

    def folds(self, ids: Iterable[str], count: int, seed: int) -> list[frozenset[str]]:
        """Ids of the needs of each fold, by scikit-learn's GroupKFold over families.

        Raises:
            EvaluationError: fewer families than folds, or less than two folds.
        """
        from sklearn.model_selection import GroupKFold  # noqa: PLC0415

        own = self._own(ids)
        different = len(set(own.values()))
        if not 2 <= count <= different:
            raise EvaluationError(
                f"有评级且互不相同的需求只有 {different} 条，分不成 {count} 折；"
                "请补充评级，或把 --folds 改为 2 到这个数之间。"
            )
        ordered = list(own)
        split = GroupKFold(count, shuffle=True, random_state=seed).split(ordered, groups=list(own.values()))
        return [frozenset(ordered[at] for at in held) for _, held in split]

    def _own(self, ids: Iterable[str]) -> dict[str, str]:
        """The family of each of these needs, in order of their ids."""
        return {i: self._head.get(i, i) for i in sorted(set(ids))}


def _same_title(needs: Iterable[Need]) -> Iterator[NearPair]:
    first: dict[str, str] = {}
    for need in needs:
        head = first.setdefault(normalize(need.title), need.id)
        if head != need.id:
            yield NearPair(head, need.id, 1.0)
