"""Fine-tune an encoder: seeded, resumable, bf16 where the processor has it.

Its folders: `float` (sentence-transformers' own layout), `int8` (what `BundledEncoder` reads), `work` (checkpoints,
until the training is whole).
"""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from matcher.embed.base import Vectors
from matcher.embed.manifest import TOKENIZER_FILE
from matcher.embed.sentence import SentenceEncoder
from matcher.errors import ModelError
from matcher.evaluate.metrics.ranking import ranking_measures
from matcher.train.encoder_data import Graded, Lessons, draw_steps
from matcher.train.encoder_negatives import with_wrong
from matcher.train.encoder_recipe import EncoderRecipe
from matcher.train.export import ExportReport, ModelOrigin, export
from matcher.train.unpack import INSTALL_TRAIN

__all__ = ["FLOAT_FOLDER", "INT8_FOLDER", "TrainedEncoder", "title_cosines", "title_ndcg", "train_encoder"]

Progress = Callable[[int, int], None]
"""Called with (done, total)."""
Encode = Callable[[Sequence[str]], Vectors]
"""Texts to unit vectors, float32 (n, width)."""

FLOAT_FOLDER, INT8_FOLDER, _WORK = "float", "int8", "work"


@dataclass(frozen=True, slots=True)
class TrainedEncoder:
    """The two folders, the id of the exported model, after how many steps, and whether computed in bfloat16."""

    float_folder: Path
    int8_folder: Path
    id: str
    steps: int
    bf16: bool


def train_encoder(
    learned: Lessons,
    held_back: Sequence[Graded],
    base: Path,
    out: Path,
    recipe: EncoderRecipe,
    *,
    origin: ModelOrigin,
    seed: int,
    resume: bool = False,
    progress: Progress | None = None,
) -> TrainedEncoder:
    """Train on `learned` and write the float and the int8 folder.

    Args:
        learned: what is learned.
        held_back: graded needs the training is judged by; the best state is kept and it ends early without gains.
            Without any it runs to its end.
        base: a sentence-transformers folder of a BERT-shaped encoder.
        out: the folder to write into.
        recipe: the numbers of the training.
        origin: what the manifest says.
        seed: of everything drawn at random.
        resume: go on from the last checkpoint in `out`, if there is one.
        progress: called after each step.

    Raises:
        ModelError: a library is missing, the base cannot be used, or `out` cannot be written.
        ConfigError: `resume` was asked for, but what lies in `out` is another training's.
    """
    try:
        from matcher.train.encoder_fit import fit  # noqa: PLC0415
    except ImportError as error:
        raise ModelError(f"训练需要 {error.name}，尚未安装；请先运行 {INSTALL_TRAIN}。") from error
    if recipe.mined:
        learned = with_wrong(learned, recipe, SentenceEncoder(str(base)).encode_queries)
    fitted = fit(
        draw_steps(learned, recipe, seed),
        base,
        out / _WORK,
        recipe,
        held_back=held_back,
        measure=title_ndcg,
        seed=seed,
        resume=resume,
        progress=progress,
    )
    report = _saved(fitted.network, base, out, origin)
    shutil.rmtree(out / _WORK, ignore_errors=True)
    return TrainedEncoder(out / FLOAT_FOLDER, report.folder, report.encoder_id, fitted.steps, fitted.bf16)


def title_cosines(encode: Encode, needs: Sequence[Graded]) -> list[Vectors]:
    """Cosines between the title of each need and those of its judged achievements: float32 (pairs,) each."""
    texts = list(dict.fromkeys(text for item in needs for text in _titles(item)))
    at = {text: row for row, text in enumerate(texts)}
    vectors = encode(texts)
    found = []
    for item in needs:
        asked, *answers = (at[text] for text in _titles(item))
        found.append(np.asarray(vectors[answers] @ vectors[asked], dtype=np.float32))
    return found


def title_ndcg(encode: Encode, needs: Sequence[Graded]) -> float:
    """Mean nDCG@10 over the needs that have a partner, their achievements ordered by the cosine of titles."""
    rankings = []
    for item, cosines in zip(needs, title_cosines(encode, needs), strict=True):
        order = sorted(zip((-cosines).tolist(), item.item.scores, strict=True))
        rankings.append([i for _, i in order])
    values = ranking_measures([item.item.levels for item in needs], rankings)["ndcg@10"].by_need()
    return float(np.nanmean(values))


def _titles(item: Graded) -> list[str]:
    return [item.need.title, *(texts.title for texts, _, _ in item.pairs)]


def _saved(network: Any, base: Path, out: Path, origin: ModelOrigin) -> ExportReport:
    floats = out / FLOAT_FOLDER
    try:
        network.max_seq_length = network[0].model.config.max_position_embeddings
        network.save(str(floats), create_model_card=False)
        # As the base has it, without the limits of this training.
        shutil.copyfile(base / TOKENIZER_FILE, floats / TOKENIZER_FILE)
    except OSError as error:
        raise ModelError(f"无法写入文件夹 {floats}（{error.strerror}）；请检查路径、权限和磁盘空间。") from error
    return export(floats, out / INT8_FOLDER, origin=origin)
