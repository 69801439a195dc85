"""Needs shared by training and test, as in the contest: each pair is graded knowing the other grades of its need."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from matcher.engine import Matcher
from matcher.errors import ConfigError
from matcher.evaluate.answers import collect
from matcher.evaluate.base import Evaluation, Graded
from matcher.evaluate.bootstrap import SEED
from matcher.evaluate.judgements import Judgements
from matcher.evaluate.run import measure
from matcher.evaluate.system import MatcherGrader
from matcher.rank.feedback import Said
from matcher.records import Need

__all__ = ["pair_folds", "shared_needs"]

# The order is of no use here: each fold's candidates are moved by other grades than those they would be put among.
_OF_LEVELS = ("contest", "mae", "kappa", "ece")


def shared_needs(
    matcher: Matcher, needs: Mapping[str, Need], judgements: Judgements, *, folds: int, seed: int = SEED
) -> Evaluation:
    """The figures of the level where `folds` − 1 parts of the pairs are known when the last one is graded.

    Nothing is fitted here: the models grade, and grades of the same need move them.

    Raises:
        ConfigError: as `pair_folds` says.
        EvaluationError: as `collect` says.
        ModelError: the encoder's files are missing or damaged.
    """
    grader = _KnowingTheRest(matcher, pair_folds(judgements, folds, seed), judgements)
    found = measure(collect(grader, needs, judgements), judgements, seed=seed)
    return replace(
        found,
        metrics={name: found.metrics[name] for name in _OF_LEVELS},
        measures={name: found.measures[name] for name in _OF_LEVELS},
    )


def pair_folds(judgements: Judgements, folds: int, seed: int) -> dict[tuple[str, str], int]:
    """The fold of each pair: scikit-learn's `KFold(folds, shuffle=True, random_state=seed)`, whatever the needs.

    Pairs in the order of the file, of those that stand twice the first.

    Raises:
        ConfigError: fewer than two folds, or fewer pairs than folds.
    """
    from sklearn.model_selection import KFold  # noqa: PLC0415

    pairs = list(judgements.lines)
    if not 2 <= folds <= len(pairs):
        raise ConfigError(f"把 {len(pairs)} 对已标注的分成 {folds} 折是做不到的；折数请写 2 到 {len(pairs)} 之间。")
    split = KFold(folds, shuffle=True, random_state=seed).split(np.arange(len(pairs)))
    return {pairs[at]: fold for fold, (_, held) in enumerate(split) for at in held.tolist()}


class _KnowingTheRest(MatcherGrader):
    def __init__(self, matcher: Matcher, fold_of: Mapping[tuple[str, str], int], judgements: Judgements) -> None:
        super().__init__(matcher)
        self._fold_of = fold_of
        self._levels = judgements.levels

    @property
    def name(self) -> str:
        return f"{super().name}; other grades of the need known, {max(self._fold_of.values()) + 1} folds"

    def grade_many(self, pairs: Sequence[tuple[Need, Sequence[str]]]) -> Sequence[Sequence[Graded]]:
        found: list[list[Graded]] = [[] for _ in pairs]
        for fold in range(max(self._fold_of.values()) + 1):
            asked = [(need, [i for i in ids if self._fold_of[need.id, i] == fold]) for need, ids in pairs]
            known = {
                need: [Said(each, level, level) for each, level in levels.items() if self._fold_of[need, each] != fold]
                for need, levels in self._levels.items()
            }
            for answer, part in zip(found, self._matcher.grade(asked, given=known), strict=True):
                answer.extend(self._graded(part))
        return found
