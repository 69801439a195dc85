"""The life of a record: draft → review → published → withdrawn, expired or done."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from api.errors import ConflictError

__all__ = ["State", "check_move"]


class State(StrEnum):
    """Where a record stands. Only a published one is seen by others and searched."""

    DRAFT = "draft"
    REVIEW = "review"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    DONE = "done"

    @property
    def label(self) -> str:
        """The Chinese name."""
        return _LABELS[self]


_LABELS = {
    State.DRAFT: "草稿",
    State.REVIEW: "待审核",
    State.PUBLISHED: "已发布",
    State.WITHDRAWN: "已撤回",
    State.EXPIRED: "已过期",
    State.DONE: "已完成",
}
_MOVES: Mapping[State, frozenset[State]] = MappingProxyType(
    {
        State.DRAFT: frozenset({State.REVIEW, State.PUBLISHED}),
        State.REVIEW: frozenset({State.PUBLISHED, State.DRAFT}),
        State.PUBLISHED: frozenset({State.WITHDRAWN, State.EXPIRED, State.DONE, State.REVIEW}),
        State.WITHDRAWN: frozenset({State.REVIEW, State.PUBLISHED, State.DRAFT}),
        State.EXPIRED: frozenset({State.REVIEW, State.PUBLISHED, State.WITHDRAWN}),
        State.DONE: frozenset({State.REVIEW, State.PUBLISHED}),
    }
)


def check_move(before: State, after: State) -> None:
    """Raises ConflictError where a record cannot go from one state to the other."""
    if after not in _MOVES[before]:
        possible = "、".join(state.label for state in State if state in _MOVES[before])
        raise ConflictError(
            f"记录现在是“{before.label}”，不能改为“{after.label}”；可以改为：{possible}。",
            f"A record that is {before.value} cannot become {after.value}.",
        )
