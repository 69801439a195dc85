"""Make a shallow encoder that imitates a trained one piece by piece: seeded, resumable.

Its folders: `float` (sentence-transformers' own layout), `int8` (what `BundledEncoder` reads), `work` (the teacher's
states and checkpoints, until the training is whole).
"""

import shutil
from dataclasses import dataclass
from pathlib import Path

from matcher.errors import ModelError
from matcher.train.closeness import Closeness
from matcher.train.export import ModelOrigin, dims_of, export
from matcher.train.fast_data import FastTexts
from matcher.train.fast_recipe import FastRecipe
from matcher.train.trained import INT8_FOLDER, WORK_FOLDER, Progress, Trained, save_float
from matcher.train.unpack import INSTALL_TRAIN

__all__ = ["FastTrained", "train_fast"]


@dataclass(frozen=True, slots=True)
class FastTrained(Trained):
    """How close the student was to its teacher over the texts held out, and is; None where there were none."""

    before: Closeness | None
    after: Closeness | None


def train_fast(
    texts: FastTexts,
    teacher: Path,
    out: Path,
    recipe: FastRecipe,
    *,
    origin: ModelOrigin,
    seed: int,
    resume: bool = False,
    progress: Progress | None = None,
) -> FastTrained:
    """Train a student on `texts.learned` and write the float and the int8 folder.

    Args:
        texts: what is read, and what is measured by.
        teacher: a sentence-transformers folder of a BERT-shaped encoder with mean pooling.
        out: the folder to write into.
        recipe: the numbers of the training.
        origin: what the manifest says.
        seed: of everything drawn at random.
        resume: go on from the last checkpoint in `out`, if there is one; the teacher's states are kept in any case.
        progress: called after each batch that the teacher reads and after each step.

    Raises:
        ModelError: a library is missing, the teacher cannot be used, or `out` cannot be written.
        ConfigError: the teacher lacks a layer the recipe names; or `resume` was asked for, but what lies in `out` is
            another training's.
    """
    recipe.suit(dims_of(teacher).layers)
    try:
        from matcher.train.fast_fit import imitate  # noqa: PLC0415
    except ImportError as error:
        raise ModelError(f"训练需要 {error.name}，尚未安装；请先运行 {INSTALL_TRAIN}。") from error
    done = imitate(texts, teacher, out / WORK_FOLDER, recipe, seed=seed, resume=resume, progress=progress)
    floats = save_float(done.fitted.network, teacher, out)
    report = export(floats, out / INT8_FOLDER, origin=origin)
    shutil.rmtree(out / WORK_FOLDER, ignore_errors=True)
    return FastTrained(
        floats, report.folder, report.encoder_id, done.fitted.steps, done.fitted.bf16, done.before, done.after
    )
