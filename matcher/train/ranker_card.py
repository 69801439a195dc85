"""The card of a level model: what it is, what it was fitted on, and how it grades needs it was not fitted on."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from matcher.errors import ModelError
from matcher.evaluate import Evaluation
from matcher.rank.levels import LevelModel
from matcher.train.card import NOT_MEASURED
from matcher.train.crossval import FOLDS

__all__ = ["RankerCard", "card_beside", "card_of_levels", "write_ranker_card"]

_LIBRARIES = ("numpy", "scipy", "scikit-learn")
_LICENCE = "随包的为 Apache-2.0；用自己的评级拟合的，归提供评级的一方"


@dataclass(frozen=True, slots=True, kw_only=True)
class RankerCard:
    """What a card tells.

    reader_id: of the re-ranker whose score is a feature, "" without one. base_id: of the model it was kept near, ""
    where it stands alone; strength: how many pairs that one is worth. files: SHA-256 by name. told: one line a set.
    needs: those that are no other's family. measured: the sentence of `crossval.told_of`, "" where nothing was held
    out. figures: of each set whose levels are exact, by models that were fitted without the need; empty where there are
    too few needs.
    """

    model: LevelModel
    encoder_id: str
    reader_id: str
    base_id: str
    strength: float
    files: Mapping[str, str]
    told: Sequence[str]
    needs: int
    pairs: int
    seed: int
    measured: str
    figures: Sequence[Evaluation]


def card_of_levels(levels: Path) -> Path:
    """Where the card of a level model stands."""
    return levels.with_suffix(".md")


def card_beside(levels: Path, model: LevelModel) -> Path | None:
    """The card beside the file of a level model; None where there is none, or it is that of another model."""
    path = card_of_levels(levels)
    try:
        first = path.read_text(encoding="utf-8").partition("\n")[0]
    except (OSError, UnicodeDecodeError):
        return None
    return path if first == _heading(model) else None


def _heading(model: LevelModel) -> str:
    return f"# 分级模型 {model.id}"


def write_ranker_card(levels: Path, card: RankerCard) -> Path:
    """Write the card beside the file of the level model, and say where.

    Raises:
        ModelError: it cannot be written.
    """
    path = card_of_levels(levels)
    try:
        path.write_text("\n".join(_lines(card)) + "\n", encoding="utf-8")
    except OSError as error:
        raise ModelError(f"无法写入 {path}（{error.strerror}）；请检查路径、权限和磁盘空间。") from error
    return path


def _lines(card: RankerCard) -> list[str]:
    model = card.model
    behind = f"分级模型 `{card.base_id}`，它相当于 {card.strength:g} 对" if card.base_id else "无"
    return [
        _heading(model),
        "",
        f"- 标识：`{model.id}`",
        "- 来源：由下列评级拟合的比例优势模型（proportional odds），不含原始文字",
        f"- 许可：{_LICENCE}",
        f"- 编码器：`{card.encoder_id}`",
        *([f"- 重排模型：`{card.reader_id}`，只用于它读过的一对"] if card.reader_id else []),
        f"- 基础：{behind}",
        "",
        "## 数据",
        "",
        *(f"- {line}" for line in card.told),
        *(f"- `{name}` SHA-256 {value}" for name, value in card.files.items()),
        "",
        "## 未见过的需求上的表现",
        "",
        *_unseen(card),
        "",
        "## 参数",
        "",
        *(f"- {name} 的权重 = {weight:g}" for name, weight in zip(model.features, model.weights, strict=True)),
        f"- 门槛 = {'、'.join(f'{value:g}' for value in model.thresholds)}（P(等级 ≥ 2)、P(≥ 3)、P(≥ 4) 各为一半之处）",
        f"- none_fits_below = {model.none_fits_below:g}（最高的把握低于它，就说没有合适的）",
        "",
        "## 版本",
        "",
        *(f"- {name} {version(name)}" for name in _LIBRARIES),
    ]


def _unseen(card: RankerCard) -> list[str]:
    if not card.measured:
        return [f"{card.needs} 条需求 {card.pairs} 对，太少，{NOT_MEASURED}"]
    ranked = "，只在评过的成果里排序；区间是按需求重抽样的 95 % 区间" if card.figures else ""
    return [
        f"{card.needs} 条需求 {card.pairs} 对，按需求分 {FOLDS} 折（GroupKFold，随机种子 {card.seed}）：",
        f"每条需求由没有见过它的模型分级{ranked}。",
        "",
        f"合在一起，{card.measured}。",
        *(line for each in card.figures for line in _figures(each)),
    ]


def _figures(told: Evaluation) -> list[str]:
    rows = [
        f"| {name} | {found.value:.3f} | [{found.low:.3f}, {found.high:.3f}] |"
        for name, found in told.metrics.items()
        if not math.isnan(found.value)
    ]
    return ["", f"### {told.model}", "", "| 指标 | 值 | 95 % 区间 |", "|---|---|---|", *rows]
