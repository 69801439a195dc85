"""`fair.toml` and the spreadsheets it names → `Fair`; every fault is one Chinese sentence with file and key."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from matcher.errors import ConfigError
from matcher.fair.settings import FairSettings
from matcher.fair.sheets import Attendance, MetRow, WishRow, read_attendance, read_met, read_wishes, wishes_in

__all__ = ["Fair", "read_fair", "settings_from", "settings_of"]

_SENTENCES: Mapping[str, str] = {
    "missing": "没有写",
    "extra_forbidden": "不认识",
    "string_too_short": "是空的",
    "too_short": "至少要有一项",
    "date_from_datetime_parsing": "应是 2025-11-18 这样的日期",
    "date_parsing": "应是 2025-11-18 这样的日期",
    "date_type": "应是 2025-11-18 这样的日期",
    "time_parsing": '应是 "09:00" 这样的时间（加引号）',
    "time_type": '应是 "09:00" 这样的时间（加引号）',
    "int_parsing": "应是整数",
    "int_type": "应是整数",
    "int_from_float": "应是整数",
    "float_parsing": "应是数",
    "float_type": "应是数",
    "string_type": "应是加引号的文字",
    "string_unicode": "含有不可用的字符",
    "bool_type": "应是 true 或 false",
    "tuple_type": "应是一张清单（[…]，或用 [[…]] 写的表）",
    "model_type": "应是一张表（用 […] 写）",
    "model_attributes_type": "应是一张表（用 […] 写）",
}
_BOUNDS = {"ge": "不能小于 ", "gt": "应大于 ", "le": "不能大于 ", "lt": "应小于 "}
_BY = {"greater_than_equal": "ge", "greater_than": "gt", "less_than_equal": "le", "less_than": "lt"}
_LONGEST_SHOWN = 40


@dataclass(frozen=True, kw_only=True)
class Fair:
    """What the organiser decided and who wishes what; `folder` is where `fair.toml` lies."""

    source: str
    settings: FairSettings
    wishes: tuple[WishRow, ...] = ()
    met: tuple[MetRow, ...] = ()
    attendance: Mapping[str, Attendance] = field(default_factory=dict)


def read_fair(path: Path, *, max_bytes: int) -> Fair:
    """Read `fair.toml` and the files it names, which lie relative to it.

    Raises:
        ConfigError: the file cannot be read, is no TOML, or a key in it is unknown, missing or has a wrong value.
        FileFormatError: a spreadsheet it names cannot be read.
        ColumnError: a spreadsheet lacks a column.
        RecordError: a row of a spreadsheet cannot be used.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"读不了对接会设置 {path}（{error}）；请检查路径，并存为 UTF-8 文本。") from error
    settings = settings_of(text, str(path))
    files = settings.files
    return Fair(
        source=str(path),
        settings=settings,
        wishes=(
            *(read_wishes(path.parent / files.wishes, max_bytes=max_bytes) if files.wishes else ()),
            *wishes_in(settings, path.name),
        ),
        met=read_met(path.parent / files.met, max_bytes=max_bytes) if files.met else (),
        attendance=read_attendance(path.parent / files.attendance, max_bytes=max_bytes) if files.attendance else {},
    )


def settings_of(text: str, source: str) -> FairSettings:
    """The settings in the text of a `fair.toml`.

    Raises:
        ConfigError: no TOML, or a key is unknown, missing or has a wrong value; names `source`, key and value.
    """
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"line (\d+)", str(error))
        where = f"第 {at.group(1)} 行附近" if at else ""
        raise ConfigError(
            f"对接会设置 {source} {where}不是正确的 TOML（{error}）；时间和文字要加引号，请照 docs/fair.md 的例子改正。"
        ) from error
    return settings_from(given, source)


def settings_from(given: Mapping[str, object], source: str) -> FairSettings:
    """The settings in the content of a `fair.toml`, however it came.

    Raises:
        ConfigError: a key is unknown, missing or has a wrong value; names `source`, key and value.
    """
    try:
        return FairSettings.model_validate(given)
    except ValidationError as error:
        faults = error.errors()
        more = f"（另有 {len(faults) - 1} 处）" if len(faults) > 1 else ""
        raise ConfigError(f"对接会设置 {source} 中{_fault(faults[0])}{more}；请照 docs/fair.md 改正后重试。") from error


def _fault(fault: Mapping[str, object]) -> str:
    """One finding of pydantic as 键 + 值 + what is wrong."""
    place, kind, given = fault["loc"], str(fault["type"]), fault["input"]
    key = _key(place if isinstance(place, Sequence) else ())
    context = fault.get("ctx")
    details = context if isinstance(context, Mapping) else {}
    if kind == "value_error":
        return f"{key}：{details.get('error')}"
    if kind in {"enum", "literal_error"}:
        allowed = str(details.get("expected", "")).replace(" or ", "、").replace(", ", "、").replace("'", "")
        return f"{key} 的值“{_shown(given)}”不认识，只能是 {allowed}"
    if kind in _BY:
        bound = _BY[kind]
        return f"{key} 的值“{_shown(given)}”不可用，{_BOUNDS[bound]}{details.get(bound)}"
    if kind == "missing":
        return f"没有写 {key}"
    if kind == "extra_forbidden":
        return f"{key} 不认识"
    said = _SENTENCES.get(kind, str(fault["msg"]))
    return f"{key} 的值“{_shown(given)}”不可用，{said}"


def _key(place: Sequence[object]) -> str:
    """`("day", 0, "session", 1, "start")` → “day 第 1 项的 session 第 2 项的 start”."""
    parts: list[str] = []
    for step in place:
        if isinstance(step, int):
            parts[-1] += f" 第 {step + 1} 项"
        else:
            parts.append(str(step))
    return "的 ".join(parts) or "整个文件"


def _shown(value: object) -> str:
    text = str(value)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
