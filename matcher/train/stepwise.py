"""Training with steps drawn beforehand: a row is the number of a step, by which the loss finds what it teaches.

Imported only when a model is trained: it needs torch.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from datasets import Dataset
from sentence_transformers import SentenceTransformerTrainer, SentenceTransformerTrainingArguments
from transformers import EarlyStoppingCallback, PrinterCallback

from matcher.train.fitting import Judge, Numbers, StepCounter, arguments, last_checkpoint
from matcher.train.trained import Progress

__all__ = ["train_steps"]

_ROW = "row"


def train_steps(
    steps: Sequence[Any],
    network: Any,
    loss: torch.nn.Module,
    work: Path,
    numbers: Numbers,
    *,
    warmup_steps: int,
    seed: int,
    bf16: bool,
    mark: str,
    resume: bool,
    progress: Progress | None,
    judge: Judge | None = None,
    patience: int = 0,
    keep: int = 1,
) -> Any:
    """Train `network` on the steps in their order, and return the trainer's state when it has ended.

    `loss` is called with one step after the other. `work` holds the checkpoints, at least `keep` of them; `mark` (see
    `mark_of`) tells them from another training's. The learning rate rises over `warmup_steps`. `judge` keeps the best
    state, and ends the training after `patience` looks without a gain.

    Raises:
        OSError: checkpoints cannot be read or written.
        ConfigError: `resume` was asked for, but the checkpoints are another training's.
    """
    kind: Any = _Trainer
    trainer = kind(
        model=network,
        args=arguments(
            SentenceTransformerTrainingArguments,
            work,
            numbers,
            steps=len(steps),
            batch=1,
            warmup_steps=warmup_steps,
            seed=seed,
            cpu=network.device.type == "cpu",
            bf16=bf16,
            judged=judge is not None,
            keep=keep,
        ),
        train_dataset=Dataset.from_dict({_ROW: list(range(len(steps)))}),
        data_collator=_Rows(),
        loss=loss,
        evaluator=judge,
        callbacks=[
            *([EarlyStoppingCallback(patience)] if judge else []),
            *([StepCounter(progress)] if progress else []),
        ],
    )
    trainer.steps = steps
    trainer.remove_callback(PrinterCallback)
    trainer.train(resume_from_checkpoint=last_checkpoint(work, resume=resume, mark=mark))
    return trainer.state


class _Trainer(SentenceTransformerTrainer):
    """One row is one step: its number, by which the loss finds its texts."""

    steps: Sequence[Any]

    def add_model_card_callback(self, default_args_dict: dict[str, Any]) -> None:
        """The card is written by `matcher.train.card`."""

    def compute_loss(
        self,
        model: Any,  # noqa: ARG002
        inputs: dict[str, Any],
        return_outputs: bool = False,
        num_items_in_batch: Any = None,  # noqa: ARG002
    ) -> Any:
        teach: Any = self.loss
        loss = torch.stack([teach(self.steps[number]) for number in inputs[_ROW]]).mean()
        return (loss, {}) if return_outputs else loss


class _Rows:
    """Puts the numbers of a batch into one list; nothing is cut into pieces here."""

    valid_label_columns: tuple[str, ...] = ()

    def __call__(self, rows: Sequence[dict[str, int]]) -> dict[str, list[int]]:
        return {_ROW: [row[_ROW] for row in rows]}
