"""The card of a fine-tuned encoder: what it is, what it learned from, how it did, and how to make it again.

Written twice: `MODEL_CARD.md` to be read, `card.json` for programs.
"""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from matcher.embed.manifest import GRAPH_FILE, MANIFEST_FILE
from matcher.errors import ModelError
from matcher.evaluate.base import Interval
from matcher.evaluate.bootstrap import draw_needs, interval
from matcher.evaluate.metrics import Floats, MeanByNeed
from matcher.train.encoder_data import Lessons
from matcher.train.encoder_recipe import EncoderRecipe
from matcher.train.export import ModelOrigin
from matcher.train.trained import Trained

__all__ = ["CARD_FILE", "FACTS_FILE", "EncoderCard", "Measured", "write_encoder_card"]

CARD_FILE = "MODEL_CARD.md"
FACTS_FILE = "card.json"

_LIBRARIES = ("sentence-transformers", "torch", "transformers", "onnx", "numpy")


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
    recipe: EncoderRecipe
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
    try:
        facts = _facts(card)
        text = json.dumps(facts, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
        for folder in (out, card.trained.int8_folder):
            (folder / FACTS_FILE).write_text(text, encoding="utf-8")
            (folder / CARD_FILE).write_text(_text(card, facts), encoding="utf-8")
    except OSError as error:
        raise ModelError(f"无法写入 {out / CARD_FILE}（{error.strerror}）；请检查路径、权限和磁盘空间。") from error


def _facts(card: EncoderCard) -> dict[str, Any]:
    trained = card.trained
    weights = (
        trained.int8_folder / GRAPH_FILE,
        trained.int8_folder / MANIFEST_FILE,
        trained.float_folder / "model.safetensors",
    )
    lessons = card.lessons
    return {
        "id": trained.id,
        **asdict(card.origin),
        "base": card.base,
        "steps": trained.steps,
        "seed": card.seed,
        "computed_in": "bf16" if trained.bf16 else "float32",
        "recipe": asdict(card.recipe),
        "data": dict(card.data),
        "counts": {
            "graded_needs": len(lessons.graded),
            "graded_pairs": sum(len(item.pairs) for item in lessons.graded),
            "feedback_pairs": sum(len(item.pairs) for item in lessons.feedback),
            "written_needs": len(lessons.written),
            "bodies": len(lessons.bodies),
        },
        "folds": card.folds,
        "unseen": {each.name: _plain(each) for each in card.unseen},
        "kept": {each.name: _plain(each) for each in card.kept},
        "files": {f"{path.parent.name}/{path.name}": sha256(path.read_bytes()).hexdigest() for path in weights},
        "libraries": {name: version(name) for name in _LIBRARIES},
        "created": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
    }


def _plain(measured: Measured) -> dict[str, list[float] | None]:
    """[value, low, high] of each side; None where there is no figure, which JSON cannot say as a number."""
    return {
        side: None if np.isnan(found.value) else [round(number, 4) for number in (found.value, found.low, found.high)]
        for side, found in measured.intervals().items()
    }


def _said(found: Interval) -> str:
    return f"{found.value:.4f} [{found.low:.4f}, {found.high:.4f}]"


def _text(card: EncoderCard, facts: Mapping[str, Any]) -> str:
    counts = facts["counts"]
    lines = [
        f"# 编码器 {card.origin.name}",
        "",
        f"- 标识：`{facts['id']}`",
        f"- 来源：{card.origin.source}",
        f"- 许可：{card.origin.licence}",
        f"- 起点：`{card.base}`",
        f"- 训练：{facts['steps']} 步，随机种子 {card.seed}，{facts['computed_in']}，{facts['created']}",
        "",
        "## 数据",
        "",
        f"- 有评级的需求 {counts['graded_needs']} 条，{counts['graded_pairs']} 对",
        f"- 使用反馈 {counts['feedback_pairs']} 对",
        f"- 为成果编写的需求 {counts['written_needs']} 条",
        f"- 题名与正文 {counts['bodies']} 条",
        *(f"- `{name}` SHA-256 {value}" for name, value in card.data.items()),
        "",
        "## 未见过的需求上的表现",
        "",
        f"{card.folds} 折，近乎相同的需求在同一折；只用题名的余弦排序，按需求重抽样的 95 % 区间。"
        if card.unseen
        else "没有分折，未测。",
        "",
        *(f"- {each}" for each in card.unseen),
        "",
        "## 没有忘记什么",
        "",
        "用题名从留出的记录中找它自己的正文：",
        "",
        *(f"- {each}" for each in card.kept),
        "",
        "## 参数",
        "",
        *(f"- {name} = {value}" for name, value in facts["recipe"].items()),
        "",
        "## 文件与版本",
        "",
        *(f"- `{name}` SHA-256 {value}" for name, value in facts["files"].items()),
        *(f"- {name} {value}" for name, value in facts["libraries"].items()),
    ]
    return "\n".join(lines) + "\n"
