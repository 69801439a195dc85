"""Options that several commands share must take what people write, and refuse the rest by name."""

import datetime as dt

import pytest

from matcher.cli.options import day
from matcher.errors import ConfigError


@pytest.mark.parametrize("text", ["2024-01-05", "2024/1/5", "2024.1.5", "2024年1月5日"])
def test_a_day_is_taken_as_people_write_it(text: str) -> None:
    assert day(text, "--after") == dt.date(2024, 1, 5)


def test_no_day_is_no_condition() -> None:
    assert day(None, "--after") is None


@pytest.mark.parametrize("text", ["2024", "2024-01", "2024-02-30", "2024-01-01至2024-03-01", "长期", "明天", ""])
def test_what_is_not_one_day_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="--before 的“" + text):
        day(text, "--before")
