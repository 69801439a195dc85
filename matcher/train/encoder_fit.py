"""The training itself, by sentence-transformers' trainer. Imported only when an encoder is trained: it needs torch."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from datasets import Dataset
from sentence_transformers import SentenceTransformerTrainer, SentenceTransformerTrainingArguments
from transformers import EarlyStoppingCallback, PrinterCallback

from matcher.embed.base import Vectors
from matcher.errors import ModelError
from matcher.train.encoder_data import Graded, Step
from matcher.train.encoder_model import StepLoss, average, blend, build_network, build_teacher
from matcher.train.encoder_recipe import EncoderRecipe
from matcher.train.fitting import Fitted, Judge, StepCounter, arguments, begin, last_checkpoint, last_states, mark_of
from matcher.train.trained import Progress

__all__ = ["fit", "vectors_of"]

Measure = Callable[[Callable[[Sequence[str]], Vectors], Sequence[Graded]], float]
"""Mean nDCG@10 of some needs, given what turns texts into vectors."""

_ROW = "row"


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
        teacher = build_teacher(base, recipe, device) if recipe.teacher_weight else None
    except Exception as error:
        # Each library below has errors of its own.
        raise ModelError(
            f"无法以 {base} 为起点训练（{error}）；请给出 BERT 结构的 sentence-transformers 文件夹，层数够配方所用。"
        ) from error
    judge = Judge(lambda model: measure(lambda texts: vectors_of(model, texts), held_back)) if held_back else None
    kind: Any = _Trainer
    trainer = kind(
        model=network,
        args=arguments(
            SentenceTransformerTrainingArguments,
            work,
            recipe,
            steps=len(steps),
            batch=1,
            warmup_steps=recipe.warmup_steps,
            seed=seed,
            cpu=device == "cpu",
            bf16=bf16,
            judged=judge is not None,
            keep=recipe.average + (recipe.patience if judge else 1),
        ),
        train_dataset=Dataset.from_dict({_ROW: list(range(len(steps)))}),
        data_collator=_Rows(),
        loss=StepLoss(network, recipe, teacher),
        evaluator=judge,
        callbacks=[
            *([EarlyStoppingCallback(recipe.patience)] if judge else []),
            *([StepCounter(progress)] if progress else []),
        ],
    )
    trainer.lessons = steps
    trainer.remove_callback(PrinterCallback)
    try:
        mark = _mark(steps, held_back, base, recipe, seed)
        trainer.train(resume_from_checkpoint=last_checkpoint(work, resume=resume, mark=mark))
        if recipe.average > 1:
            average(network, last_states(work, recipe.average, trainer.state.best_model_checkpoint))
    except OSError as error:
        raise ModelError(f"训练中断：无法读写 {work}（{error}）；请检查磁盘空间和权限，再加 --resume 继续。") from error
    blend(network, base, recipe.blend, recipe.layers)
    return Fitted(network.eval(), int(trainer.state.global_step), bf16)


def _mark(steps: Sequence[Step], held_back: Sequence[Graded], base: Path, recipe: EncoderRecipe, seed: int) -> str:
    told = [[asdict(step) for step in steps], [item.item.need.id for item in held_back], asdict(recipe), seed]
    return mark_of(base, told)


def vectors_of(network: Any, texts: Sequence[str]) -> Vectors:
    """Unit vectors of texts asked as queries: float32 (len(texts), width)."""
    found = network.encode(list(texts), prompt_name="query", normalize_embeddings=True, show_progress_bar=False)
    return np.asarray(found, dtype=np.float32)


class _Trainer(SentenceTransformerTrainer):
    """One row is one step: its number, by which the loss finds its texts."""

    lessons: Sequence[Step]

    def add_model_card_callback(self, default_args_dict: dict[str, Any]) -> None:
        """The card is written by `matcher.train.encoder_card`."""

    def compute_loss(
        self,
        model: Any,  # noqa: ARG002
        inputs: dict[str, Any],
        return_outputs: bool = False,
        num_items_in_batch: Any = None,  # noqa: ARG002
    ) -> Any:
        teach: Any = self.loss
        loss = torch.stack([teach(self.lessons[number]) for number in inputs[_ROW]]).mean()
        return (loss, {}) if return_outputs else loss


class _Rows:
    """Puts the numbers of a batch into one list; nothing is cut into pieces here."""

    valid_label_columns: tuple[str, ...] = ()

    def __call__(self, rows: Sequence[dict[str, int]]) -> dict[str, list[int]]:
        return {_ROW: [row[_ROW] for row in rows]}
