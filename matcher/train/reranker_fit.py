"""The training itself, by sentence-transformers' trainer. Imported only when a re-ranker is trained: it needs torch."""

import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from datasets import Dataset
from sentence_transformers.cross_encoder import CrossEncoderTrainer, CrossEncoderTrainingArguments
from transformers import EarlyStoppingCallback, PrinterCallback

from matcher.embed.base import Vectors
from matcher.errors import ModelError
from matcher.train.fitting import Fitted, Judge, StepCounter, arguments, begin, last_checkpoint, mark_of, writing
from matcher.train.reranker_model import PairLoss, build_network
from matcher.train.reranker_recipe import RerankerRecipe
from matcher.train.trained import Progress

__all__ = ["HeldBack", "fit"]

Rows = list[dict[str, list[Any]]]

_PAIRS_AT_ONCE = 64


@dataclass(frozen=True, slots=True)
class HeldBack:
    """What the training is judged by: the cut texts of pairs, and how good their scores are."""

    pairs: Sequence[tuple[str, str]]
    measure: Callable[[Vectors], float]


def fit(
    rows: Rows,
    held_back: HeldBack | None,
    base: Path,
    work: Path,
    recipe: RerankerRecipe,
    *,
    seed: int,
    resume: bool,
    progress: Progress | None,
) -> Fitted:
    """Train on the rows in their order; with `held_back` the best state is kept, and no gain for long ends it.

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
            f"无法以 {base} 为起点训练（{error}）；请给出 BERT 结构的 sentence-transformers 文件夹，层数够配方所用。"
        ) from error
    judge = Judge(lambda model: held_back.measure(_logits(model, held_back.pairs))) if held_back else None
    steps = math.ceil(len(rows) / recipe.batch)
    trainer = CrossEncoderTrainer(
        model=network,
        args=arguments(
            CrossEncoderTrainingArguments,
            work,
            recipe,
            steps=steps,
            batch=recipe.batch,
            warmup_steps=math.ceil(recipe.warmup_share * steps),
            seed=seed,
            cpu=device == "cpu",
            bf16=bf16,
            judged=judge is not None,
        ),
        train_dataset=Dataset.from_list(rows),
        loss=PairLoss(network, recipe),
        evaluator=judge,
        callbacks=[
            *([EarlyStoppingCallback(recipe.patience)] if judge else []),
            *([StepCounter(progress)] if progress else []),
        ],
    )
    trainer.remove_callback(PrinterCallback)
    with writing(work):
        told = [rows, held_back.pairs if held_back else [], asdict(recipe), seed]
        trainer.train(resume_from_checkpoint=last_checkpoint(work, resume=resume, mark=mark_of(base, told)))
    return Fitted(network, int(trainer.state.global_step), bf16)


def _logits(network: Any, pairs: Sequence[tuple[str, str]]) -> Vectors:
    found = network.predict(
        list(pairs), batch_size=_PAIRS_AT_ONCE, activation_fn=torch.nn.Identity(), show_progress_bar=False
    )
    return np.asarray(found, dtype=np.float32)
