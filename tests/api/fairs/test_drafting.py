"""Few answers, and settings with as many tables as the rule of the trade says."""

import datetime as dt
from typing import Any

import pytest

from api.errors import InvalidError
from api.fairs.deciding import decided, kept
from api.fairs.drafting import Answers, draft_settings


def answers(**changed: Any) -> Answers:
    given: dict[str, Any] = {
        "name": "对接会",
        "place": "科技馆",
        "dates": [dt.date(2026, 12, 1)],
        "start": "09:00",
        "end": "16:00",
        "pause": ("12:00", "13:00"),
        "minutes": 20,
        "gap_minutes": 0,
        "hall": "",
        "tables": None,
        "enterprises": 40,
        "meetings_each": 3,
    }
    return Answers(**{**given, **changed})


def test_tables_are_meetings_by_slots_and_some_to_spare() -> None:
    """Six hours of three meetings are 18 slots; 120 meetings ÷ 18 × 1.15 = 7.67, so 8 tables."""
    drafted = draft_settings(answers())
    assert (drafted.slots, drafted.tables, drafted.expected) == (18, 8, 120)
    assert "预计 120 场会面 ÷ 18 个时段" in drafted.why
    assert drafted.settings.table[0].names == ("A1", "A2", "A3", "A4", "A5", "A6", "A7", "A8")
    assert decided(kept(drafted.settings)) == drafted.settings


def test_two_days_take_twice_as_many_slots() -> None:
    drafted = draft_settings(answers(dates=[dt.date(2026, 12, 2), dt.date(2026, 12, 1)]))
    assert (drafted.slots, drafted.tables) == (36, 4)
    assert [day.date.day for day in drafted.settings.day] == [1, 2]


def test_tables_that_are_given_are_taken_and_a_lack_is_told() -> None:
    drafted = draft_settings(answers(tables=5))
    assert drafted.tables == 5
    assert "需要 8 张桌，现在只有 5 张" in drafted.why
    assert "没有给出企业数" in draft_settings(answers(enterprises=None)).why


def test_limits_leave_room_for_the_meetings_that_are_asked_for() -> None:
    assert draft_settings(answers(meetings_each=9)).settings.limits.per_enterprise == 9


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"end": "09:10", "pause": None}, "一个时段也排不出"),
        ({"end": "08:00"}, "start 应早于 end"),
        ({"pause": ("17:00", "18:00")}, "休息"),
    ],
)
def test_times_that_leave_no_fair_are_refused(changed: dict[str, Any], told: str) -> None:
    with pytest.raises(InvalidError, match=told):
        draft_settings(answers(**changed))
