"""Records to JSON and back without loss; what does not fit the record's types is refused, never guessed."""

import datetime as dt
import json
import types
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from enum import Enum
from functools import lru_cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from matcher.errors import IndexDamagedError, RecordError
from matcher.records import Achievement, Need, Record, Side

__all__ = ["decode_record", "encode_record"]

_CLASSES: dict[Side, type[Record]] = {Side.NEED: Need, Side.ACHIEVEMENT: Achievement}


def encode_record(record: Record) -> bytes:
    """One line of UTF-8 JSON without its line break; fields that hold their default are left out.

    Raises:
        RecordError: a number in the record is infinite or not a number.
    """
    try:
        text = json.dumps(_plain(record), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    except ValueError as error:
        raise RecordError(f"记录“{record.id}”含有无法保存的数值（无穷大或非数字）；请改正后重新建索引。") from error
    # A text cut in the middle of a character can hold a lone surrogate; it is kept as it is.
    return text.encode("utf-8", "surrogatepass")


def decode_record(line: bytes, side: Side) -> Record:
    """The record `encode_record` was given.

    Raises:
        IndexDamagedError: the line is not JSON, or does not fit the record's fields and types.
    """
    try:
        record: Record = _build(_CLASSES[side], json.loads(line.decode("utf-8", "surrogatepass")))
    except (ValueError, TypeError) as error:
        raise IndexDamagedError(f"索引中有一条记录无法读回（{error}）；请重新建索引。") from error
    return record


def _plain(value: object) -> object:
    if is_dataclass(value):
        pairs = ((item, getattr(value, item.name)) for item in fields(value))
        return {item.name: _plain(content) for item, content in pairs if not _is_default(item, content)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    if isinstance(value, Mapping):
        return {key: _plain(part) for key, part in value.items()}
    return value


def _is_default(item: "Field[Any]", content: object) -> bool:
    if item.default is not MISSING:
        # 0 == False and 1 == 1.0: only the very default may be left out.
        return type(content) is type(item.default) and content == item.default
    return item.default_factory is not MISSING and content == item.default_factory()


@lru_cache(maxsize=32)
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _build(kind: type, data: object) -> Any:
    if not isinstance(data, dict):
        raise TypeError(f"{kind.__name__}: not an object")
    hints = _hints(kind)
    if unknown := sorted(data.keys() - hints.keys()):
        raise TypeError(f"{kind.__name__}: unknown field {unknown[0]!r}")
    return kind(**{name: _value(hints[name], content, name) for name, content in data.items()})


def _value(hint: Any, data: object, name: str) -> Any:
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        options = [option for option in get_args(hint) if option is not type(None)]
        return None if data is None else _value(options[0], data, name)
    if origin is tuple and isinstance(data, list):
        return tuple(_value(get_args(hint)[0], part, name) for part in data)
    if origin is Mapping and isinstance(data, dict):
        return {key: _value(str, part, name) for key, part in data.items()}
    if isinstance(hint, type):
        return _single(hint, data, name)
    raise TypeError(f"{name}: {data!r} is not of type {hint}")


def _single(kind: type, data: object, name: str) -> Any:
    if is_dataclass(kind):
        return _build(kind, data)
    if issubclass(kind, Enum):
        return kind(data)
    if issubclass(kind, dt.date) and isinstance(data, str):
        return dt.date.fromisoformat(data)
    if type(data) is kind or (kind is float and type(data) is int):
        return data
    raise TypeError(f"{name}: {data!r} is not of type {kind.__name__}")
