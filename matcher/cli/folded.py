"""Training without each fold in turn, and then on everything: the same for encoders and re-rankers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from matcher.cli.console import bar, log
from matcher.embed.manifest import holds_model
from matcher.errors import ConfigError
from matcher.train.scores import SCORES_FILE, Scored, figures, read_scores, write_scores
from matcher.train.trained import INT8_FOLDER, Progress, Trained

__all__ = ["ALL", "Folds", "trained_with_bar"]

_Trained = TypeVar("_Trained", bound=Trained)

ALL = ""
"""The part of `out` for the model that learns from everything: `out` itself."""


@dataclass(frozen=True, slots=True)
class Folds:
    """Which trainings were asked for, and where they write: `--folds`, `--fold`, `--out` and `--resume`."""

    count: int
    only: int | None
    out: Path
    resume: bool

    def __post_init__(self) -> None:
        """Raises ConfigError where there is no such fold."""
        if self.only is not None and self.only >= self.count:
            raise ConfigError(
                f"--fold 是 {self.only}，但只分 {self.count} 折（从 0 数起）；请改小 --fold 或加大 --folds。"
            )

    @property
    def numbers(self) -> Sequence[int]:
        """The folds to be held out, one after the other."""
        return range(self.count) if self.only is None else [self.only]

    @property
    def everything(self) -> bool:
        """Whether a model is to be trained on everything, and is not there yet."""
        whole = self.resume and holds_model(self.out / INT8_FOLDER)
        return self.only is None and not whole

    @property
    def parts(self) -> list[str]:
        """Names of the parts of `out` that are written."""
        return [*map(self.part, self.numbers), *([ALL] if self.only is None else [])]

    def part(self, number: int) -> str:
        """The folder of one fold, below `out`."""
        return f"fold-{number}"

    def run(self, held: Sequence[frozenset[str]], train: Callable[[str, str, frozenset[str]], list[Scored]]) -> None:
        """Train without the needs of each fold and keep their scores; what lies there is passed over with `resume`.

        Args:
            held: ids of the needs of each fold.
            train: given what to call it, the part and the ids: trains, and scores the needs held out.
        """
        for number in self.numbers:
            part = self.part(number)
            if self.resume and (self.out / part / SCORES_FILE).is_file():
                log(f"{self.out / part} 已训练完，略过。")
                continue
            scores = train(f"第 {number} 折", part, held[number])
            write_scores(self.out / part / SCORES_FILE, scores)
            log(f"第 {number} 折未见过的 {len(scores)} 条需求：{figures(scores)}")

    def unseen(self, levels: Mapping[str, Mapping[str, int]]) -> list[Scored]:
        """The scores of all folds, put together in `out`; empty without folds."""
        found = [
            scored
            for number in range(self.count)
            for scored in read_scores(self.out / self.part(number) / SCORES_FILE, levels)
        ]
        if found:
            write_scores(self.out / SCORES_FILE, found)
        return found


def trained_with_bar(name: str, out: Path, train: Callable[[Progress], _Trained]) -> _Trained:
    """Train under a progress bar and say what was written."""
    with bar(f"训练 {name}") as show:
        trained = train(show)
    log(f"已写入 {out}：{trained.id}，{trained.steps} 步，{'bf16' if trained.bf16 else 'float32'}。")
    return trained
