"""What the card of a fine-tuned encoder tells: figures beside those of the base, and what was not to be forgotten."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from matcher.evaluate.base import Interval
from matcher.evaluate.bootstrap import draw_needs, interval
from matcher.evaluate.metrics import Floats, MeanByNeed
from matcher.train.card import NOT_MEASURED, Card, write_card
from matcher.train.encoder_data import Lessons
from matcher.train.encoder_recipe import AverageRecipe, EncoderRecipe
from matcher.train.export import ModelOrigin
from matcher.train.trained import Trained

__all__ = ["EncoderCard", "Measured", "write_encoder_card"]


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """One figure of the base and of the tuned model, item by item: float64 (items,), NaN where an item has none."""

    name: str
    before: Floats
    after: Floats

    def intervals(self) -> dict[str, Interval]:
        """The means of both and of the difference, each with its 95 % interval."""
        sides = {"before": self.before, "after": self.after, "difference": self.after - self.before}
        if np.isnan(sides["difference"]).all():
            return {side: Interval(float("nan"), float("nan"), float("nan")) for side in sides}
        weights = draw_needs(len(self.before))
        return {side: interval(MeanByNeed(values), weights) for side, values in sides.items()}

    def __str__(self) -> str:
        found = self.intervals()
        sides = (("起点", "before"), ("微调后", "after"), ("差", "difference"))
        said = "，".join(f"{word} {_said(found[side])}" for word, side in sides)
        return f"{self.name}：{said}（{int(np.isfinite(self.after).sum())} 条）"


@dataclass(frozen=True, slots=True, kw_only=True)
class EncoderCard:
    """What a card tells.

    data: SHA-256 of each file learned from. unseen: figures over graded needs that the scoring model had not seen,
    empty where not measured. kept: the same for what must not be forgotten.
    """

    origin: ModelOrigin
    trained: Trained
    recipe: EncoderRecipe | AverageRecipe
    data: Mapping[str, str]
    base: str
    seed: int
    folds: int
    lessons: Lessons
    unseen: Sequence[Measured]
    kept: Sequence[Measured]


def write_encoder_card(out: Path, card: EncoderCard) -> None:
    """Write both files into the folder that holds the trained model, and into that of the exported one.

    Raises:
        ModelError: they cannot be written.
    """
    lessons = card.lessons
    counts = {
        "graded_needs": len(lessons.graded),
        "graded_pairs": sum(len(item.pairs) for item in lessons.graded),
        "feedback_pairs": sum(len(item.pairs) for item in lessons.feedback),
        "written_needs": len(lessons.written),
        "bodies": len(lessons.bodies),
    }
    told = Card(
        origin=card.origin,
        trained=card.trained,
        recipe=card.recipe,
        begun="起点",
        base=card.base,
        seed=card.seed,
        data=card.data,
        learned=(
            f"有评级的需求 {counts['graded_needs']} 条，{counts['graded_pairs']} 对",
            f"使用反馈 {counts['feedback_pairs']} 对",
            f"为成果编写的需求 {counts['written_needs']} 条",
            f"题名与正文 {counts['bodies']} 条",
        ),
        figures={
            "未见过的需求上的表现": (
                f"{card.folds} 折，近乎相同的需求在同一折；只用题名的余弦排序，按需求重抽样的 95 % 区间。"
                if card.unseen
                else NOT_MEASURED,
                "",
                *(f"- {each}" for each in card.unseen),
            ),
            "没有忘记什么": ("用题名从留出的记录中找它自己的正文：", "", *(f"- {each}" for each in card.kept)),
        },
        facts={
            "counts": counts,
            "folds": card.folds,
            "unseen": {each.name: _plain(each) for each in card.unseen},
            "kept": {each.name: _plain(each) for each in card.kept},
        },
    )
    write_card(out, told)


def _plain(measured: Measured) -> dict[str, list[float] | None]:
    """[value, low, high] of each side; None where there is no figure, which JSON cannot say as a number."""
    return {
        side: None if np.isnan(found.value) else [round(number, 4) for number in (found.value, found.low, found.high)]
        for side, found in measured.intervals().items()
    }


def _said(found: Interval) -> str:
    return f"{found.value:.4f} [{found.low:.4f}, {found.high:.4f}]"
