"""What every training by sentence-transformers shares. Imported only when a model is trained: it needs torch."""

import json
import logging
import math
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol

import torch
from sentence_transformers.base.evaluation import BaseEvaluator
from sentence_transformers.base.sampler import DefaultBatchSampler
from torch.utils.data import SequentialSampler
from transformers import TrainerCallback, set_seed
from transformers.utils import logging as transformers_logging

from matcher.errors import ConfigError, ModelError
from matcher.train.trained import Progress

__all__ = [
    "METRIC",
    "Fitted",
    "Judge",
    "Numbers",
    "StepCounter",
    "arguments",
    "begin",
    "keep_layers",
    "last_checkpoint",
    "last_states",
    "mark_of",
    "writing",
]

METRIC = "ndcg@10"

_MARK_FILE = "run"


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """A trained network of sentence-transformers, after how many steps, and whether it was computed in bfloat16."""

    network: Any
    steps: int
    bf16: bool


class Numbers(Protocol):
    """What the recipes of all trainings have."""

    @property
    def learning_rate(self) -> float:
        """Of AdamW, at its highest."""

    @property
    def weight_decay(self) -> float:
        """Of AdamW."""

    @property
    def evaluations(self) -> int:
        """How many looks and checkpoints."""


def begin(seed: int) -> tuple[str, bool]:
    """Seed everything and silence the libraries' own bars and remarks.

    Returns:
        `cuda` where there is one, else `cpu`; and whether it computes in bfloat16 itself.
    """
    transformers_logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    # Its automatic model card stumbles over texts in groups, and says so at every checkpoint.
    logging.getLogger("sentence_transformers").setLevel(logging.CRITICAL)
    set_seed(seed)
    if torch.cuda.is_available():
        return "cuda", bool(torch.cuda.is_bf16_supported())
    native = getattr(torch.cpu, "_is_avx512_bf16_supported", None)
    return "cpu", bool(native is not None and native())


def arguments(
    kind: Any,
    work: Path,
    numbers: Numbers,
    *,
    steps: int,
    batch: int,
    warmup_steps: int,
    seed: int,
    cpu: bool,
    bf16: bool,
    judged: bool,
    keep: int = 2,
) -> Any:
    """The trainer's settings, of class `kind`: one run over rows in their final order, a checkpoint at every look.

    The last `keep` checkpoints stay, at least two, and the best one.
    """
    look = max(1, math.ceil(steps / numbers.evaluations))
    return kind(
        output_dir=str(work),
        num_train_epochs=1,
        per_device_train_batch_size=batch,
        batch_sampler=_in_order,
        learning_rate=numbers.learning_rate,
        weight_decay=numbers.weight_decay,
        warmup_steps=warmup_steps,
        lr_scheduler_type="linear",
        seed=seed,
        data_seed=seed,
        use_cpu=cpu,
        bf16=bf16,
        eval_strategy="steps" if judged else "no",
        eval_steps=look,
        save_strategy="steps",
        save_steps=look,
        save_total_limit=max(2, keep),
        # Otherwise patience would begin anew after an interruption, and the training end later.
        restore_callback_states_from_checkpoint=True,
        load_best_model_at_end=judged,
        metric_for_best_model=f"eval_{METRIC}" if judged else None,
        greater_is_better=True if judged else None,
        logging_strategy="no",
        report_to=[],
        disable_tqdm=True,
        dataloader_pin_memory=not cpu,
    )


def keep_layers(bert: Any, layers: Sequence[int]) -> None:
    """Leave out all layers of a network but these.

    Raises:
        IndexError: it has no such layer.
    """
    bert.encoder.layer = torch.nn.ModuleList([bert.encoder.layer[at] for at in layers])
    bert.config.num_hidden_layers = len(layers)


@contextmanager
def writing(work: Path) -> Iterator[None]:
    """Say what to do where checkpoints cannot be read or written.

    Raises:
        ModelError: instead of an OSError.
    """
    try:
        yield
    except OSError as error:
        raise ModelError(f"训练中断：无法读写 {work}（{error}）；请检查磁盘空间和权限，再加 --resume 继续。") from error


def mark_of(base: Path, told: Any) -> str:
    """Tells one training from another: differs wherever the base's weights or what is told (JSON) differ."""
    digest = sha256((base / "model.safetensors").read_bytes())
    digest.update(json.dumps(told, ensure_ascii=False).encode())
    return digest.hexdigest()


def last_checkpoint(work: Path, *, resume: bool, mark: str) -> str | None:
    """The newest whole checkpoint if the training is to go on; else what is left of an earlier one is removed.

    mark: tells one training from another, see `mark_of`.

    Raises:
        ConfigError: what lies there belongs to a training with another mark.
    """
    found = _checkpoints(work) if resume else []
    noted = work / _MARK_FILE
    if found and noted.is_file() and noted.read_text(encoding="ascii") != mark:
        raise ConfigError(
            f"{work} 中未完成的训练用的是另外的数据、配方、起点或种子，不能接着训练；"
            "请恢复原来的选项，或去掉 --resume 重新开始。"
        )
    if not found and work.exists():
        shutil.rmtree(work)
    work.mkdir(parents=True, exist_ok=True)
    noted.write_text(mark, encoding="ascii")
    return str(found[-1]) if found else None


def last_states(work: Path, count: int, best: str | None) -> list[Path]:
    """The last checkpoints of a training that ended, at most `count`; none after the best one, where one is known."""
    found = _checkpoints(work)
    end = _steps(Path(best)) if best else _steps(found[-1])
    return [path for path in found if _steps(path) <= end][-count:]


def _checkpoints(work: Path) -> list[Path]:
    """Whole ones, oldest first."""
    return sorted((path for path in work.glob("checkpoint-*") if (path / "trainer_state.json").is_file()), key=_steps)


def _steps(checkpoint: Path) -> int:
    return int(checkpoint.name.rpartition("-")[2])


class Judge(BaseEvaluator):
    """Mean nDCG@10 over graded needs that are not learned from; `measure` gives it for a network."""

    def __init__(self, measure: Callable[[Any], float]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.primary_metric = METRIC
        self._measure = measure

    def __call__(
        self,
        model: Any,
        output_path: str | None = None,  # noqa: ARG002
        epoch: int = -1,  # noqa: ARG002
        steps: int = -1,  # noqa: ARG002
    ) -> dict[str, float]:
        """What the trainer compares states by."""
        return {METRIC: self._measure(model)}


class StepCounter(TrainerCallback):
    """Hands the count of steps to whoever shows it."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:  # noqa: ARG002
        """Called by the trainer."""
        self._progress(int(state.global_step), int(state.max_steps))


def _in_order(dataset: Any, **kwargs: Any) -> DefaultBatchSampler:
    return DefaultBatchSampler(SequentialSampler(dataset), **kwargs)
