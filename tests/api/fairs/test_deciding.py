"""What can be decided: the engine's model says what a setting is, and the service how large a fair may be."""

from typing import Any

import pytest

from api.errors import InvalidError
from api.fairs.deciding import decided, kept
from tests.api.fairs.making import SETTINGS


def test_settings_are_kept_as_they_were_decided() -> None:
    settings = decided(SETTINGS)
    assert decided(kept(settings)) == settings
    assert kept(settings)["table_closed"] == [{"from": "10:00:00", "table": "A2"}]


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"min_level": 5}, "min_level 的值“5”不可用，不能大于 4"),
        ({"minlevel": 3}, "minlevel 不认识"),
        ({"day": []}, "day 的值"),
        ({"files": {"wishes": "a.csv"}}, "不写 files"),
        ({"table": [{"name": "A", "count": 501}]}, "桌位多于 500 个"),
        ({"table": [{"name": "A", "count": 300}, {"name": "B", "count": 300}]}, "桌位多于 500 个"),
        ({"time_limit_s": 601}, "最多 600 秒"),
        ({"name": "会" * 501}, "name 过长"),
        ({"place": "馆\x00"}, "不可用的字符"),
        ({"place": "\ud800"}, "不可用的字符"),
        ({"\ud800": 1}, "不可用的字符"),
        ({"place": "馆" * 200_000}, "500 KB"),
        ({"absent": [{"who": "甲", "from": "09:00Z", "to": "10:00"}]}, "时间不可用"),
        ({"absent": [{"who": "甲", "from": "09:00Z"}]}, "时间不可用"),
    ],
)
def test_what_cannot_be_decided_is_named(changed: dict[str, Any], told: str) -> None:
    with pytest.raises(InvalidError, match=told) as refused:
        decided({**SETTINGS, **changed})
    assert refused.value.field == "body.settings"
    refused.value.detail.encode()


def test_days_are_bounded() -> None:
    session = SETTINGS["day"][0]["session"]
    with pytest.raises(InvalidError, match="2000-01-01"):
        decided({**SETTINGS, "day": [{"date": "9999-12-31", "session": session}], "table_closed": [], "absent": []})
    days = [{"date": f"2026-{month:02}-{day:02}", "session": session} for month in (1, 3) for day in range(1, 17)]
    with pytest.raises(InvalidError, match="有 32 天，最多 30 天"):
        decided({**SETTINGS, "day": days})
