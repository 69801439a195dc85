"""Where an introduction stands for the one who looks: its group in a list, and what is waited for, in a sentence."""

from enum import StrEnum
from typing import Final

from api.introductions.parts import Part
from api.introductions.stages import MOVES, Stage
from api.routes.bodies.introductions import IntroductionOut
from matcher.records import LEVELS as LEVEL_INFO

__all__ = ["LEVELS", "LINE", "Standing", "moves", "my_answer", "standing", "waits_for"]

LINE: Final = (Stage.NEW, Stage.CONTACTED, Stage.NEGOTIATING, Stage.SIGNED)
"""The way of an introduction that comes to something."""
LEVELS: Final = {info.level: info.name for info in LEVEL_INFO}
"""Chinese names of the levels 1 to 4."""
_SIDES = {Part.NEED, Part.ACHIEVEMENT}


class Standing(StrEnum):
    """Groups of the own list, what waits for the reader first."""

    ANSWER = "answer"
    WAITING = "waiting"
    GOING = "going"
    SIGNED = "signed"
    LOST = "lost"


def my_answer(item: IntroductionOut) -> str:
    """How the reader's side answered; "" for the broker and staff, who have nothing to answer."""
    if item.part not in _SIDES:
        return ""
    return (item.need_answer if item.part is Part.NEED else item.achievement_answer).value


def standing(item: IntroductionOut) -> Standing:
    """The group of an introduction."""
    if item.stage in {Stage.SIGNED, Stage.LOST}:
        return Standing.SIGNED if item.stage is Stage.SIGNED else Standing.LOST
    if my_answer(item) == "waiting":
        return Standing.ANSWER
    return Standing.WAITING if item.opened_at is None else Standing.GOING


def waits_for(item: IntroductionOut) -> str:
    """Whose answer is waited for, a Chinese text of the interface; "" where nobody's is."""
    if item.stage in {Stage.SIGNED, Stage.LOST} or item.opened_at is not None:
        return ""
    if my_answer(item) == "waiting":
        return "请您答复：接受或婉拒"
    if my_answer(item):
        return "等待对方答复"
    need, achievement = item.need_answer == "waiting", item.achievement_answer == "waiting"
    if need and achievement:
        return "等待双方答复"
    return "等待需求方答复" if need else "等待成果方答复"


def moves(item: IntroductionOut) -> tuple[Stage, ...]:
    """Stages it can go to now, in order; 洽谈 and 签约 only when both have accepted."""
    possible = MOVES[item.stage]
    closed = {Stage.NEGOTIATING, Stage.SIGNED} if item.opened_at is None else set()
    # What a side declined is opened again by that side alone.
    if item.stage is Stage.LOST and "declined" in {item.need_answer, item.achievement_answer}:
        return ()
    return tuple(stage for stage in Stage if stage in possible and stage not in closed)
