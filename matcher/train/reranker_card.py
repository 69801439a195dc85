"""The card of a trained re-ranker: what it is, what it learned from, how it did, and how to make it again."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from matcher.train.card import CARD_FILE, NOT_MEASURED, closing, made_of, put_beside
from matcher.train.export import ModelOrigin
from matcher.train.reranker_data import Group
from matcher.train.reranker_recipe import RerankerRecipe
from matcher.train.trained import Trained

__all__ = ["RerankerCard", "write_reranker_card"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RerankerCard:
    """What a card tells. `unseen`: figures over needs that the scoring model had not seen; empty where not measured."""

    origin: ModelOrigin
    trained: Trained
    recipe: RerankerRecipe
    files: Mapping[str, str]
    base: str
    seed: int
    folds: int
    groups: Sequence[Group]
    unseen: str


def write_reranker_card(out: Path, card: RerankerCard) -> None:
    """Write `MODEL_CARD.md` into the folder that holds the trained model, and beside the exported one.

    Raises:
        ModelError: it cannot be written.
    """
    with put_beside(out, card.trained) as put:
        put(CARD_FILE, _text(card))


def _text(card: RerankerCard) -> str:
    graded = [group for group in card.groups if group.graded]
    verdicts = [group for group in card.groups if group.verdicts]
    written = [group for group in card.groups if group.written]
    lines = [
        f"# 重排模型 {card.origin.name}",
        "",
        f"- 标识：`{card.trained.id}`",
        f"- 来源：{card.origin.source}",
        f"- 许可：{card.origin.licence}",
        f"- 起点：`{card.base}`，保留第 {'、'.join(map(str, card.recipe.layers))} 层",
        f"- 训练：{card.trained.steps} 步，随机种子 {card.seed}，{'bf16' if card.trained.bf16 else 'float32'}",
        "",
        "## 数据",
        "",
        f"- 有评级的需求 {len(graded)} 条，{sum(len(group.examples) for group in graded)} 对",
        f"- 有使用反馈的需求 {len(verdicts)} 条，{sum(len(group.examples) for group in verdicts)} 对",
        f"- 为成果编写的需求文字 {len(written)} 段，连同负例 {sum(len(group.examples) for group in written)} 对",
        *(f"- `{name}` SHA-256 {value}" for name, value in card.files.items()),
        "",
        "## 未见过的需求上的表现",
        "",
        f"{card.folds} 折，近乎相同的需求在同一折：{card.unseen}" if card.unseen else NOT_MEASURED,
        "",
        *closing(asdict(card.recipe), made_of(card.trained)),
    ]
    return "\n".join(lines) + "\n"
