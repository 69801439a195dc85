"""The pipeline 新线索 → 已联系 → 洽谈 → 签约, or 未成; and how a side answered."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from api.errors import ConflictError

__all__ = ["MOVES", "OPEN", "Answer", "Stage", "check_move"]


class Stage(StrEnum):
    """How far an introduction has come."""

    NEW = "new"
    CONTACTED = "contacted"
    NEGOTIATING = "negotiating"
    SIGNED = "signed"
    LOST = "lost"

    @property
    def label(self) -> str:
        """The Chinese name."""
        return _LABELS[self]


class Answer(StrEnum):
    """What one side said to being introduced."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    DECLINED = "declined"


_LABELS = {
    Stage.NEW: "新线索",
    Stage.CONTACTED: "已联系",
    Stage.NEGOTIATING: "洽谈",
    Stage.SIGNED: "签约",
    Stage.LOST: "未成",
}
OPEN = (Stage.NEW, Stage.CONTACTED, Stage.NEGOTIATING)
"""Stages in which something is still to be done."""
MOVES: Mapping[Stage, frozenset[Stage]] = MappingProxyType(
    {
        Stage.NEW: frozenset({Stage.CONTACTED, Stage.LOST}),
        Stage.CONTACTED: frozenset({Stage.NEGOTIATING, Stage.SIGNED, Stage.LOST}),
        Stage.NEGOTIATING: frozenset({Stage.SIGNED, Stage.LOST}),
        Stage.SIGNED: frozenset(),
        Stage.LOST: frozenset({Stage.CONTACTED}),
    }
)
"""Where an introduction can go from each stage."""


def check_move(before: Stage, after: Stage) -> None:
    """Raises ConflictError where an introduction cannot go from one stage to the other."""
    if after not in MOVES[before]:
        possible = "、".join(stage.label for stage in Stage if stage in MOVES[before])
        told = f"可以改为：{possible}。" if possible else "签约后不能再改阶段；合同信息可以更正。"
        raise ConflictError(
            f"对接现在是“{before.label}”，不能改为“{after.label}”；{told}",
            f"An introduction that is {before.value} cannot become {after.value}.",
        )
