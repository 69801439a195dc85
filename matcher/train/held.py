"""How a finished model orders graded candidates of needs it has not learned from, and how its card tells that."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from matcher.embed.cross import CrossEncoder
from matcher.errors import ConfigError, ModelError
from matcher.evaluate.base import Interval
from matcher.index.side import SideIndex
from matcher.train.card import CARD_FILE, FACTS_FILE, facts_text, with_section, without_section
from matcher.train.data import TrainingSet
from matcher.train.encoder import Encode, scored_by_titles
from matcher.train.encoder_data import lessons
from matcher.train.encoder_recipe import EncoderRecipe
from matcher.train.reranker import score_groups
from matcher.train.reranker_data import graded_groups
from matcher.train.scores import Scored, intervals, told

__all__ = ["HEADING", "HeldFigures", "ordered_by_encoder", "ordered_by_reranker", "put_on_card", "unlearned"]

HEADING = "没有学过的评级上的表现"
"""Of the section on the card."""

_HOW = (
    "{how}，给已评级的候选排序；方括号为按需求重抽样的 95 % 区间，圆括号为算得出的需求数。"
    "没有学过，是说这些评级不在上面的训练数据里。"
)
_NOT_MEASURED = re.compile("没有分折，未测；.*")


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldFigures:
    """What one graded set says of a model. name, sha256: of the file of judgements."""

    name: str
    sha256: str
    needs: int
    pairs: int
    figures: Mapping[str, tuple[Interval, int]]

    @classmethod
    def of(cls, name: str, sha256: str, scored: Sequence[Scored]) -> "HeldFigures":
        """nDCG@10 and MRR with intervals, needs drawn with replacement."""
        pairs = sum(len(each.ids) for each in scored)
        return cls(name=name, sha256=sha256, needs=len(scored), pairs=pairs, figures=intervals(scored))

    def __str__(self) -> str:
        return f"`{self.name}`（{self.needs} 条需求，{self.pairs} 对）：{told(self.figures)}；SHA-256 {self.sha256}"

    @property
    def facts(self) -> dict[str, Any]:
        """The same for programs; a figure as [value, low, high], None where no need defines it."""
        figures = {
            name: [round(number, 4) for number in (found.value, found.low, found.high)] if count else None
            for name, (found, count) in self.figures.items()
        }
        return {"sha256": self.sha256, "needs": self.needs, "pairs": self.pairs, **figures}


def ordered_by_encoder(encode: Encode, held: TrainingSet) -> list[Scored]:
    """The judged achievements of each need by the cosine of titles."""
    return scored_by_titles(encode, lessons([held], EncoderRecipe()).graded)


def ordered_by_reranker(cross: CrossEncoder, side: SideIndex, held: TrainingSet) -> list[Scored]:
    """The judged achievements of each need by the logit of a re-ranker, which reads what it would read in use.

    Raises:
        RecordError: an achievement is not in the index.
        ModelError: files of a model are missing or damaged.
    """
    return score_groups(cross, graded_groups(side, held.graded))


def unlearned(folder: Path, files: Mapping[Path, str]) -> None:
    """Check that the card of a model names none of these files as learned from; `files`: path → SHA-256.

    What its teacher or the encoder it began with learned from does not stand there.

    Raises:
        ModelError: there is no card, or what stands beside it for programs is damaged.
        ConfigError: the model learned from one of them.
    """
    card = without_section(_card(folder), HEADING)
    if (folder / FACTS_FILE).is_file():
        _facts(folder / FACTS_FILE)
    for path, found in files.items():
        if found in card:
            raise ConfigError(f"{path} 在模型卡的训练数据里，模型学过它，量出来的不作数；请换一份没有学过的评级。")


def put_on_card(folders: Sequence[Path], found: Sequence[HeldFigures], how: str) -> None:
    """Write the figures into the cards that lie in these folders; those of an earlier call give way.

    Each file changes at once or not at all, and none before all are made.

    Args:
        folders: of one model, the one with its card first.
        found: one for each graded set.
        how: what put the candidates in order, as a Chinese clause.

    Raises:
        ModelError: the first folder has no card, or a card cannot be read or written.
    """
    _card(folders[0])
    lines = (_HOW.format(how=how), "", *(f"- {each}" for each in found))
    held = {"how": how, "sets": {each.name: each.facts for each in found}}
    texts: dict[Path, str] = {}
    for folder in folders:
        card, facts = folder / CARD_FILE, folder / FACTS_FILE
        if card.is_file():
            text = _NOT_MEASURED.sub(f"没有分折；见“{HEADING}”。", _card(folder))
            texts[card] = with_section(text, HEADING, lines)
        if facts.is_file():
            texts[facts] = facts_text({**_facts(facts), "held": held})
    try:
        for path, text in texts.items():
            beside = path.with_name(f".{path.name}.partial")
            beside.write_text(text, encoding="utf-8")
            beside.replace(path)
    except OSError as error:
        raise ModelError(f"无法写入模型卡 {path}（{error.strerror}）；请检查权限和磁盘空间后重试。") from error


def _facts(path: Path) -> dict[str, Any]:
    try:
        return TypeAdapter(dict[str, Any]).validate_json(path.read_bytes())
    except (OSError, ValueError) as error:
        raise ModelError(f"{path} 读不了或已损坏；请从备份恢复，或重新训练后再量。") from error


def _card(folder: Path) -> str:
    try:
        return (folder / CARD_FILE).read_text(encoding="utf-8")
    except OSError as error:
        raise ModelError(
            f"{folder} 里没有 {CARD_FILE}，不知道它学过什么；请给出 matcher train 写出的文件夹。"
        ) from error
