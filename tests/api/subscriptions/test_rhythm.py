"""When digests are due, by the calendar: 2026-03-02 is a Monday; eight in China is midnight in UTC."""

import datetime as dt

import pytest

from api.days import china_day
from api.subscriptions.rhythm import Digest, slot


def utc(day: int, hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime(2026, 3, day, hour, minute, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("digest", "now", "expected"),
    [
        # Tuesday 07:59 in China: the last one was on Monday.
        (Digest.DAILY, utc(2, 23, 59), utc(2, 0)),
        (Digest.DAILY, utc(3, 0), utc(3, 0)),
        (Digest.DAILY, utc(3, 15), utc(3, 0)),
        (Digest.WEEKLY, utc(2, 0), utc(2, 0)),
        (Digest.WEEKLY, utc(8, 23, 59), utc(2, 0)),
        # Monday 07:59 in China: a week back, over the end of February.
        (Digest.WEEKLY, utc(1, 23, 59), dt.datetime(2026, 2, 23, tzinfo=dt.UTC)),
        (Digest.INSTANT, utc(3, 15, 7), utc(3, 15, 7)),
    ],
)
def test_the_last_slot(digest: Digest, now: dt.datetime, expected: dt.datetime) -> None:
    assert slot(digest, now) == expected


def test_other_zones_are_the_same_moment() -> None:
    west = dt.timezone(dt.timedelta(hours=-5))
    assert slot(Digest.DAILY, dt.datetime(2026, 3, 2, 19, 0, tzinfo=west)) == utc(3, 0)


def test_the_day_changes_at_midnight_in_china() -> None:
    assert china_day(utc(2, 15, 59)) == dt.date(2026, 3, 2)
    assert china_day(utc(2, 16)) == dt.date(2026, 3, 3)
