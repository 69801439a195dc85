"""Few answers → settings an organiser can begin with, the number of tables by the rule of the trade."""

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from api.errors import InvalidError
from matcher.errors import ConfigError
from matcher.fair.read import settings_from
from matcher.fair.settings import FairSettings
from matcher.fair.slots import slots_of

__all__ = ["Answers", "Drafted", "draft_settings"]

_SPARE = 0.15
_USUAL_TABLES = 10
_NOON = "午休"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What was asked: clock times are `HH:MM`, `pause` is the break at noon.

    `tables` is None where they are to be counted. `enterprises` that are expected (None: not known) have
    `meetings_each` meetings of `minutes`.
    """

    name: str
    place: str
    dates: Sequence[dt.date]
    start: str
    end: str
    pause: tuple[str, str] | None
    minutes: int
    gap_minutes: int
    hall: str
    tables: int | None
    enterprises: int | None
    meetings_each: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafted:
    """Settings, and how the tables were counted; `expected` meetings, None where the enterprises are not known."""

    settings: FairSettings
    slots: int
    tables: int
    expected: int | None
    why: str


def draft_settings(answers: Answers) -> Drafted:
    """Settings for these answers.

    Tables: expected meetings ÷ slots, and 15 % more for those that run over, rounded up; 10 where nothing is known.

    Raises:
        InvalidError: the times leave no slot, or stand in the wrong order.
    """
    expected = answers.enterprises * answers.meetings_each if answers.enterprises else None
    try:
        slots = len(slots_of(_settings(answers, 1)))
        tables, why = _tables(answers, expected, slots)
        settings = _settings(answers, tables)
    except ConfigError as error:
        raise InvalidError(str(error), "No fair can be held in these times.", field="body.start") from error
    return Drafted(settings=settings, slots=slots, tables=tables, expected=expected, why=why)


def _tables(answers: Answers, expected: int | None, slots: int) -> tuple[int, str]:
    needed = math.ceil(expected / slots * (1 + _SPARE)) if expected else None
    counted = f"预计 {expected} 场会面 ÷ {slots} 个时段，再加 15% 的余量，需要 {needed} 张桌"
    if answers.tables is not None:
        short = f"{counted}，现在只有 {answers.tables} 张，会有企业见不够" if needed and needed > answers.tables else ""
        return answers.tables, short or f"按您填的 {answers.tables} 张桌，共 {slots} 个时段"
    if needed is None:
        return _USUAL_TABLES, f"没有给出企业数，先按 {_USUAL_TABLES} 张桌；填写企业数后可按会面数计算"
    return needed, counted


def _settings(answers: Answers, tables: int) -> FairSettings:
    session: dict[str, Any] = {"name": "对接", "start": answers.start, "end": answers.end}
    if answers.pause:
        session["pause"] = ({"name": _NOON, "start": answers.pause[0], "end": answers.pause[1]},)
    # What the model takes as a list in a file comes as a tuple here.
    days = tuple({"date": date, "session": ({**session},)} for date in sorted(set(answers.dates)))
    return settings_from(
        {
            "name": answers.name,
            "place": answers.place,
            "day": days,
            "slots": {"minutes": answers.minutes, "gap_minutes": answers.gap_minutes},
            "table": ({"name": "A", "count": tables, "hall": answers.hall},),
            "limits": {"per_enterprise": max(6, answers.meetings_each)},
        },
        f"“{answers.name}”",
    )
