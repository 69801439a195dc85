"""What happens on the day becomes part of the settings."""

import datetime as dt

import pytest

from api.errors import InvalidError
from api.fairs.deciding import decided
from api.fairs.happening import fair_moment, with_changes
from tests.api.fairs.making import SETTINGS

DAY = dt.date(2026, 12, 1)


def test_what_is_cancelled_late_or_lost_is_written_down() -> None:
    settings = with_changes(
        decided(SETTINGS), cancel=["甲公司"], late=[("丑大学", DAY, "09:40")], tables_lost=["B"], now=None
    )
    assert [(one.who, one.date, one.start, one.end, one.why) for one in settings.absent[1:]] == [
        ("甲公司", None, None, None, "临时取消"),
        ("丑大学", DAY, None, dt.time(9, 40), "晚到"),
    ]
    assert (settings.table_closed[1].table, settings.table_closed[1].start) == ("B", None)


def test_what_is_lost_during_the_fair_is_lost_from_then_on() -> None:
    second = {**SETTINGS["day"][0], "date": "2026-12-02"}
    two_days = decided({**SETTINGS, "day": [*SETTINGS["day"], second]})
    now = fair_moment(dt.datetime(2026, 12, 1, 1, 30, 30, tzinfo=dt.UTC))
    assert now == dt.datetime(2026, 12, 1, 9, 30)
    settings = with_changes(two_days, cancel=["甲公司"], late=[], tables_lost=[], now=now)
    assert [(one.date, one.start) for one in settings.absent[1:]] == [
        (DAY, dt.time(9, 30)),
        (dt.date(2026, 12, 2), None),
    ]


def test_a_table_that_is_not_there_is_named() -> None:
    with pytest.raises(InvalidError, match="没有桌位“A”；成组的桌位名称带编号"):
        with_changes(decided(SETTINGS), cancel=[], late=[], tables_lost=["A"], now=None)
