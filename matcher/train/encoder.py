"""Fine-tune an encoder: seeded, resumable, bf16 where the processor has it.

Its folders: `float` (sentence-transformers' own layout), `int8` (what `BundledEncoder` reads), `work` (checkpoints,
until the training is whole).
"""

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from matcher.embed.base import Vectors
from matcher.embed.sentence import SentenceEncoder
from matcher.errors import ModelError
from matcher.train.encoder_data import Graded, Lessons, draw_steps
from matcher.train.encoder_negatives import with_wrong
from matcher.train.encoder_recipe import EncoderRecipe
from matcher.train.export import ModelOrigin, export
from matcher.train.scores import Scored, mean_ndcg
from matcher.train.trained import INT8_FOLDER, WORK_FOLDER, Progress, Trained, save_float
from matcher.train.unpack import INSTALL_TRAIN

__all__ = ["scored_by_titles", "title_cosines", "title_ndcg", "train_encoder"]

Encode = Callable[[Sequence[str]], Vectors]
"""Texts to unit vectors, float32 (n, width)."""


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
) -> Trained:
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
        out / WORK_FOLDER,
        recipe,
        held_back=held_back,
        measure=title_ndcg,
        seed=seed,
        resume=resume,
        progress=progress,
    )
    fitted.network.max_seq_length = fitted.network[0].model.config.max_position_embeddings
    floats = save_float(fitted.network, base, out)
    report = export(floats, out / INT8_FOLDER, origin=origin)
    shutil.rmtree(out / WORK_FOLDER, ignore_errors=True)
    return Trained(floats, report.folder, report.encoder_id, fitted.steps, fitted.bf16)


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


def scored_by_titles(encode: Encode, needs: Sequence[Graded]) -> list[Scored]:
    """The judged achievements of each need, scored by the cosine of titles."""
    return [
        Scored(item.item.need.id, tuple(item.item.scores), item.item.levels, cosines)
        for item, cosines in zip(needs, title_cosines(encode, needs), strict=True)
    ]


def title_ndcg(encode: Encode, needs: Sequence[Graded]) -> float:
    """Mean nDCG@10 over the needs that have a partner, their achievements ordered by the cosine of titles."""
    return mean_ndcg(scored_by_titles(encode, needs))


def _titles(item: Graded) -> list[str]:
    return [item.need.title, *(texts.title for texts, _, _ in item.pairs)]
