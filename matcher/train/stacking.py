"""Features of pairs by models that have not seen them: what a level model must be fitted on (Wolpert 1992).

A level model fitted on the scores an encoder gives to the pairs it was trained on would trust them too much.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from matcher.embed.manifest import holds_model
from matcher.errors import ConfigError
from matcher.rank.rerank import read_columns
from matcher.train.crossval import Labels
from matcher.train.scores import SCORES_FILE, read_pair_scores
from matcher.train.trained import INT8_FOLDER

__all__ = ["Fold", "unseen_folds", "with_cross"]


@dataclass(frozen=True, slots=True)
class Fold:
    """An encoder and the needs it was not trained on."""

    folder: Path
    encoder: Path
    needs: frozenset[str]


def unseen_folds(folder: Path) -> list[Fold]:
    """The folds of `matcher train encoder --folds`, in order.

    Raises:
        ConfigError: the folder holds none, or one of them is not whole.
        EvaluationError: a table of scores cannot be read.
    """
    found = []
    for part in sorted(folder.glob("fold-*"), key=lambda path: (len(path.name), path.name)):
        if not holds_model(part / INT8_FOLDER) or not (part / SCORES_FILE).is_file():
            raise ConfigError(f"{part} 还没有训练完；请用 matcher train encoder --resume 接着训练。")
        needs = frozenset(need for need, _ in read_pair_scores(part / SCORES_FILE))
        found.append(Fold(part, part / INT8_FOLDER, needs))
    if not found:
        raise ConfigError(f"{folder} 中没有 fold-0、fold-1……；请先用 matcher train encoder --folds 5 训练。")
    return found


def with_cross(labels: Labels, keys: Sequence[tuple[str, str]], scores: Mapping[tuple[str, str], float]) -> Labels:
    """The pairs that have a score, with the columns of `READ_FEATURES`; `keys`: (need, achievement) of each pair."""
    kept = np.array([at for at, key in enumerate(keys) if key in scores], dtype=np.int64)
    found = labels.take(kept)
    column = np.array([scores[keys[at]] for at in kept], dtype=np.float64)
    return replace(found, x=read_columns(found.x, column))
