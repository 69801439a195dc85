"""Train a re-ranker with sentence-transformers' trainer: seeded, resumable, bf16 where the processor has it.

Its folders: `float` (sentence-transformers' own layout), `int8` (what `CrossEncoder` reads), `work` (checkpoints, until
the training is whole).
"""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from matcher.embed.base import Vectors
from matcher.embed.cross import CrossEncoder
from matcher.embed.manifest import TOKENIZER_FILE
from matcher.embed.onnx import open_tokenizer
from matcher.errors import ModelError
from matcher.train.export import ModelOrigin, export_reranker
from matcher.train.reranker_data import Group, cut_pieces, draw_passes
from matcher.train.reranker_recipe import RerankerRecipe
from matcher.train.scores import Scored, mean_ndcg
from matcher.train.trained import INT8_FOLDER, WORK_FOLDER, Progress, Trained, save_float
from matcher.train.unpack import INSTALL_TRAIN

__all__ = ["score_groups", "train_reranker"]


def train_reranker(
    groups: Sequence[Group],
    held_back: Sequence[Group],
    base: Path,
    out: Path,
    recipe: RerankerRecipe,
    *,
    origin: ModelOrigin,
    seed: int,
    resume: bool = False,
    progress: Progress | None = None,
) -> Trained:
    """Train on `groups` and write the float and the int8 folder.

    Args:
        groups: what is learned.
        held_back: graded needs the training is judged by; the best state is kept and it ends early without gains.
            Without any it runs to its end.
        base: a sentence-transformers folder of an encoder.
        out: the folder to write into.
        recipe: the numbers of the training.
        origin: what the manifest says.
        seed: of everything drawn at random.
        resume: go on from the last checkpoint in `out`, if there is one.
        progress: called after each step.

    Raises:
        ModelError: a library is missing, the base cannot be used, or `out` cannot be written.
        ConfigError: `resume` was asked for, but the checkpoints in `out` are another training's.
    """
    try:
        from matcher.train.reranker_fit import HeldBack, fit  # noqa: PLC0415
    except ImportError as error:
        raise ModelError(f"训练需要 {error.name}，尚未安装；请先运行 {INSTALL_TRAIN}。") from error

    cut = _Cutter(base, recipe)
    rows: list[dict[str, list[Any]]] = [
        {
            "need": [cut.need(text.need) for text in texts],
            "achievement": [cut.achievement(text.achievement) for text in texts],
            "label": targets,
        }
        for drawn in draw_passes(groups, recipe, seed)
        for texts, targets in drawn
    ]
    held_pairs = [
        (cut.need(example.full.need), cut.achievement(example.full.achievement))
        for group in held_back
        for example in group.examples
    ]
    judge = HeldBack(held_pairs, lambda scores: mean_ndcg(_scored(held_back, scores))) if held_back else None
    fitted = fit(rows, judge, base, out / WORK_FOLDER, recipe, seed=seed, resume=resume, progress=progress)
    floats = save_float(fitted.network, base, out)
    report = export_reranker(
        floats,
        out / INT8_FOLDER,
        need_pieces=recipe.need_pieces,
        achievement_pieces=recipe.achievement_pieces,
        origin=origin,
    )
    shutil.rmtree(out / WORK_FOLDER, ignore_errors=True)
    return Trained(floats, report.folder, report.encoder_id, fitted.steps, fitted.bf16)


def score_groups(cross: CrossEncoder, groups: Sequence[Group]) -> list[Scored]:
    """The logits of each graded group's pairs, read with their windows as in use.

    Raises:
        ModelError: the model files are missing or damaged.
    """
    pairs = [(example.full.need, example.full.achievement) for group in groups for example in group.examples]
    return _scored(groups, cross.score(pairs))


def _scored(groups: Sequence[Group], scores: Vectors) -> list[Scored]:
    ends = np.cumsum([len(group.examples) for group in groups])[:-1]
    return [
        Scored(group.key, tuple(example.achievement_id for example in group.examples), group.levels, found)
        for group, found in zip(groups, np.split(scores, ends), strict=True)
    ]


class _Cutter:
    """Cuts the texts of either side to their pieces, each text once."""

    def __init__(self, base: Path, recipe: RerankerRecipe) -> None:
        path = base / TOKENIZER_FILE
        try:
            self._tokenizer = open_tokenizer(path.read_bytes(), path)
        except OSError as error:
            raise ModelError(f"读不到 {path}；请给出完整的 sentence-transformers 文件夹。") from error
        # The file may carry the limits of some earlier use.
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self._recipe = recipe
        self._known: dict[tuple[str, int], str] = {}

    def need(self, text: str) -> str:
        return self._cut(text, self._recipe.need_pieces)

    def achievement(self, text: str) -> str:
        return self._cut(text, self._recipe.achievement_pieces)

    def _cut(self, text: str, most: int) -> str:
        if (text, most) not in self._known:
            self._known[text, most] = cut_pieces(self._tokenizer, text, most)
        return self._known[text, most]
