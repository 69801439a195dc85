"""Which models are in use: the journal of a model registry, as every reader sees it.

::

    MODELS/journal.json     every promotion and rollback in order; replaced whole, in one step
    MODELS/<kind>/<id>/     one model, named by its content; never changed once it has that name
    MODELS/.lock            held by whoever writes

What is in use follows from the journal alone: a promotion puts a model on top of its kind's stack, a rollback takes the
top off, and below everything lies the model of the package. Without a journal, the package's models are in use.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import TypeAlias

from pydantic import TypeAdapter

from matcher.errors import ModelError

__all__ = ["JOURNAL_FILE", "KIND_NAMES", "PACKAGE", "GuardFigure", "Journal", "Kind", "State", "Step", "model_folder"]

JOURNAL_FILE = "journal.json"
PACKAGE = "package"
"""Stands for the id of whatever model the installed package carries."""


class Kind(StrEnum):
    """What a model does."""

    ENCODER = "encoder"
    RERANKER = "reranker"
    RANKER = "ranker"


KIND_NAMES: Mapping[Kind, str] = MappingProxyType(
    {Kind.ENCODER: "编码器", Kind.RERANKER: "重排模型", Kind.RANKER: "分级模型"}
)
State: TypeAlias = Mapping[Kind, str]
"""The id in use of every kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardFigure:
    """One figure of a candidate on one guard set, against the models then in use.

    `low`, `high`: 95 % interval of after − before (paired by need). `lost`: whether that counts as losing.
    """

    guard: str
    figure: str
    before: float
    after: float
    low: float
    high: float
    lost: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One promotion (`models` came into use), or one rollback (`models` are what came back).

    `reason`: why it was promoted although it lost.
    """

    at: str
    models: Mapping[Kind, str]
    rollback: bool = False
    figures: tuple[GuardFigure, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Journal:
    """Everything that was ever put in use, oldest first."""

    steps: tuple[Step, ...] = ()

    @classmethod
    def read(cls, root: Path) -> "Journal":
        """The journal of a registry; empty where there is none.

        Raises:
            ModelError: it cannot be read or contradicts itself.
        """
        path = root / JOURNAL_FILE
        try:
            journal = TypeAdapter(cls).validate_json(path.read_bytes())
            journal.states()
        except FileNotFoundError:
            return cls()
        except (OSError, ValueError, IndexError) as error:
            raise ModelError(
                f"模型库的启用记录 {path} 无法读取或已损坏；请从备份恢复它，或移走它以改用随包模型。"
            ) from error
        return journal

    def to_json(self) -> bytes:
        """What `read` reads, indented for people."""
        return TypeAdapter(Journal).dump_json(self, indent=1) + b"\n"

    def states(self) -> list[State]:
        """What was in use before the first step and after each step; the last is what is in use now."""
        stacks: dict[Kind, list[str]] = {kind: [PACKAGE] for kind in Kind}
        found: list[State] = [_tops(stacks)]
        for step in self.steps:
            for kind, model in step.models.items():
                if step.rollback:
                    stacks[kind].pop()
                else:
                    stacks[kind].append(model)
            found.append(_tops(stacks))
        return found

    @property
    def current(self) -> State:
        """What is in use now."""
        return self.states()[-1]

    def before(self, kind: Kind | None = None) -> State:
        """What one rollback brings back: of that kind, or all that the last promotion still in effect brought.

        Empty where nothing promoted is in use.
        """
        stacks: dict[Kind, list[tuple[int, str]]] = {each: [(-1, PACKAGE)] for each in Kind}
        for at, step in enumerate(self.steps):
            for each, model in step.models.items():
                if step.rollback:
                    stacks[each].pop()
                else:
                    stacks[each].append((at, model))
        kinds = list(Kind) if kind is None else [kind]
        last = max(stacks[each][-1][0] for each in kinds)
        return {each: stacks[each][-2][1] for each in kinds if stacks[each][-1][0] == last >= 0}

    def figures_of(self, kind: Kind, model: str) -> Step | None:
        """The last promotion of a model."""
        found = [step for step in self.steps if not step.rollback and step.models.get(kind) == model]
        return found[-1] if found else None


def model_folder(root: Path, kind: Kind, model: str) -> Path:
    """Where a registry keeps a model.

    Raises:
        ModelError: it is not there.
    """
    folder = root / kind.value / model
    if not folder.is_dir():
        raise ModelError(
            f"模型库 {root} 中没有{KIND_NAMES[kind]} {model}；请从备份恢复 {folder}，"
            f"或运行 matcher models rollback --kind {kind.value} 退回上一个模型。"
        )
    return folder


def _tops(stacks: Mapping[Kind, list[str]]) -> State:
    return {kind: stack[-1] for kind, stack in stacks.items()}
