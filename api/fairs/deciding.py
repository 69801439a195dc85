"""What an organiser decides (`fair.toml` as JSON): checked by the engine's own model, and kept within bounds."""

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from api.errors import InvalidError
from matcher.errors import ConfigError
from matcher.fair.read import settings_from
from matcher.fair.settings import FairSettings
from matcher.fair.slots import slots_of

__all__ = ["decided", "kept"]

_MOST_BYTES = 500_000
_MOST_TABLES = 500
_MOST_DAYS = 30
_MOST_SLOTS = 500
_LONGEST_NAME = 500
_LONGEST_SEARCH_S = 600
_NOT_TEXT = "对接会设置里有不可用的字符；请删去。"
_FIRST, _LAST = dt.date(2000, 1, 1), dt.date(2100, 12, 31)


def decided(given: Mapping[str, Any]) -> FairSettings:
    """Settings that can be kept and planned.

    Raises:
        InvalidError: a key is unknown, missing or has a value that cannot be used, or the fair is too large; names it.
    """
    try:
        _check_tables(given)
        settings = settings_from(given, "")
        _check(settings)
        text = json.dumps(kept(settings), ensure_ascii=False)
        size = len(text.encode())
    except ConfigError as error:
        raise _refused(str(error)) from error
    except (TypeError, OverflowError, RecursionError) as error:
        # A time with a zone cannot be compared with one without.
        raise _refused("对接会设置里的时间不可用；请写成 09:00 这样的会场时间，不带时区。") from error
    except UnicodeEncodeError as error:
        raise _refused(_NOT_TEXT) from error
    if size > _MOST_BYTES:
        raise _refused("对接会设置过大（超过 500 KB）；请把意愿放进意愿表上传。")
    if "\\u0000" in text:
        raise _refused(_NOT_TEXT)
    return settings


def kept(settings: FairSettings) -> dict[str, Any]:
    """Settings as they are stored and shown: `decided` makes the same of them again."""
    return settings.model_dump(mode="json", by_alias=True, exclude_none=True, exclude={"files"})


def _refused(text: str) -> InvalidError:
    # A text that was sent may hold half of a character, which no answer can carry.
    told = text.encode("utf-8", "replace").decode()
    return InvalidError(told, "These settings cannot be used.", field="body.settings")


def _check_tables(given: Mapping[str, Any]) -> None:
    """Before the engine's model spells out the name of each table."""
    groups = given.get("table")
    counts = [group.get("count", 1) for group in groups if isinstance(group, dict)] if isinstance(groups, list) else []
    tables = sum(count for count in counts if isinstance(count, int | float))
    if len(counts) > _MOST_TABLES or tables > _MOST_TABLES:
        raise ConfigError(f"桌位多于 {_MOST_TABLES} 个；请减少。")


def _check(settings: FairSettings) -> None:
    if any((settings.files.wishes, settings.files.met, settings.files.attendance)):
        raise ConfigError("对接会设置里不写 files；请把意愿表、已见表、到场记录上传到对接会的名单。")
    if any(clock.tzinfo is not None for clock in _clocks(settings)):
        raise TypeError("a time with a zone")
    dates = [day.date for day in settings.day]
    if not all(_FIRST <= date <= _LAST for date in dates):
        raise ConfigError(f"day 的 date 应在 {_FIRST} 到 {_LAST} 之间；请改正。")
    tables = sum(group.count for group in settings.table)
    if len(dates) > _MOST_DAYS:
        raise ConfigError(f"对接会有 {len(dates)} 天，最多 {_MOST_DAYS} 天；请减少。")
    if tables > _MOST_TABLES:
        raise ConfigError(f"桌位有 {tables} 个，最多 {_MOST_TABLES} 个；请减少。")
    if len(settings.name) > _LONGEST_NAME:
        raise ConfigError(f"name 过长，最多 {_LONGEST_NAME} 个字符；请缩短。")
    if settings.time_limit_s > _LONGEST_SEARCH_S:
        raise ConfigError(f"time_limit_s 最多 {_LONGEST_SEARCH_S} 秒；请改小。")
    if (slots := len(slots_of(settings))) > _MOST_SLOTS:
        raise ConfigError(f"时段有 {slots} 个，最多 {_MOST_SLOTS} 个；请缩短场次或减少天数。")


def _clocks(value: object) -> Iterator[dt.time]:
    """Every time of day in a model."""
    if isinstance(value, dt.time):
        yield value
    elif isinstance(value, BaseModel):
        for _, part in value:
            yield from _clocks(part)
    elif isinstance(value, tuple):
        for part in value:
            yield from _clocks(part)
