"""The training itself, by sentence-transformers' trainer. Imported only when an encoder is trained: it needs torch."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from matcher.embed.base import Vectors
from matcher.errors import ModelError
from matcher.train.encoder_data import Graded, Step
from matcher.train.encoder_model import StepLoss, average, blend, build_network
from matcher.train.encoder_recipe import EncoderRecipe
from matcher.train.fitting import Fitted, Judge, begin, last_states, mark_of, writing
from matcher.train.stepwise import train_steps
from matcher.train.trained import Progress

__all__ = ["fit", "vectors_of"]

Measure = Callable[[Callable[[Sequence[str]], Vectors], Sequence[Graded]], float]
"""Mean nDCG@10 of some needs, given what turns texts into vectors."""


def fit(
    steps: Sequence[Step],
    base: Path,
    work: Path,
    recipe: EncoderRecipe,
    *,
    held_back: Sequence[Graded],
    measure: Measure,
    seed: int,
    resume: bool,
    progress: Progress | None,
) -> Fitted:
    """Train on the steps in their order; with `held_back` the best state is kept, and no gain for long ends it.

    Raises:
        ModelError: the base cannot be used, or checkpoints cannot be written.
        ConfigError: `resume` was asked for, but the checkpoints are another training's.
    """
    device, bf16 = begin(seed)
    try:
        network = build_network(base, recipe, device)
    except Exception as error:
        # Each library below has errors of its own.
        raise ModelError(
            f"无法以 {base} 为起点训练（{error}）；请给出 BERT 结构的 sentence-transformers 文件夹。"
        ) from error
    judge = Judge(lambda model: measure(lambda texts: vectors_of(model, texts), held_back)) if held_back else None
    with writing(work):
        ended = train_steps(
            steps,
            network,
            StepLoss(network, recipe),
            work,
            recipe,
            warmup_steps=recipe.warmup_steps,
            seed=seed,
            bf16=bf16,
            mark=_mark(steps, held_back, base, recipe, seed),
            resume=resume,
            progress=progress,
            judge=judge,
            patience=recipe.patience,
            keep=recipe.average + (recipe.patience if judge else 1),
        )
        if recipe.average > 1:
            average(network, last_states(work, recipe.average, ended.best_model_checkpoint))
    blend(network, base, recipe.blend)
    return Fitted(network.eval(), int(ended.global_step), bf16)


def _mark(steps: Sequence[Step], held_back: Sequence[Graded], base: Path, recipe: EncoderRecipe, seed: int) -> str:
    told = [[asdict(step) for step in steps], [item.item.need.id for item in held_back], asdict(recipe), seed]
    return mark_of(base, told)


def vectors_of(network: Any, texts: Sequence[str]) -> Vectors:
    """Unit vectors of texts asked as queries: float32 (len(texts), width)."""
    found = network.encode(list(texts), prompt_name="query", normalize_embeddings=True, show_progress_bar=False)
    return np.asarray(found, dtype=np.float32)
