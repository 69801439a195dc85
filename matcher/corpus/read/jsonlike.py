"""JSON and JSON Lines: lists of objects, flattened to the columns of a table.

Numbers are never turned into floats, so ids of any length stay exact. A repeated key is numbered, not overwritten.
"""

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from matcher.corpus.read.base import IsHeading, Row, Table
from matcher.corpus.read.cells import clean_text
from matcher.corpus.read.encoding import decode
from matcher.corpus.read.faults import bad_file, no_header
from matcher.corpus.read.header import known_count, unique_headings
from matcher.errors import FileFormatError

__all__ = ["read_json"]

_JOIN = "；"
_LINES = frozenset({".jsonl", ".ndjson"})
_REPAIR = "请改正这一处，或从原系统重新导出"
# Beyond this many digits a number is kept as it is written.
_LONGEST_NUMBER = 40

_Item = tuple[int, dict[str, object]]
_Found = tuple[str | None, list[_Item]]


def read_json(path: Path, data: bytes, is_heading: IsHeading) -> tuple[Table, ...]:
    """Read every list of objects that has a known key; the list's key becomes the sheet's name.

    Raises:
        FileFormatError: a syntax error (line and column are named), or no list of objects.
        ColumnError: no object has a known key.
    """
    decoded = decode(path, data, is_heading)
    try:
        found, notes = _find(path, decoded.text)
        flat = [(name, *_flatten(items)) for name, items in found]
    except RecursionError as error:
        raise bad_file(path, "JSON 嵌套过深", "请把记录整理成一层的对象列表") from error
    tables = []
    for name, headings, rows in flat:
        if not rows:
            notes.append(f"列表{_quoted(name)}是空的。")
        elif known_count(headings, is_heading):
            tables.append(Table(path, name, None, headings, rows, decoded.encoding))
        else:
            notes.append(f"列表{_quoted(name)}没有能识别的字段名，未读取。")
    if not tables:
        if not any(rows for _, _, rows in flat):
            raise bad_file(path, "里面没有记录", "请确认导出时选中了数据")
        raise no_header(path, [heading for _, headings, _ in flat for heading in headings])
    first, *others = tables
    said = (*decoded.notes, *notes)
    return (Table(first.path, first.sheet, None, first.headings, first.rows, first.encoding, said), *others)


def _find(path: Path, text: str) -> tuple[list[_Found], list[str]]:
    """Parse as JSON, or line by line, and list what could be a table."""
    lines_expected = path.suffix.lower() in _LINES
    try:
        value = _loads(text)
    except json.JSONDecodeError as error:
        # A second document after the first means JSON Lines, whatever the extension says.
        if not lines_expected and error.msg != "Extra data":
            raise _syntax_error(path, text, error) from error
        return [(None, _parse_lines(path, text))], [] if lines_expected else ["内容是一行一个对象，按 JSONL 读取。"]
    if not isinstance(value, dict | list):
        raise bad_file(path, "内容不是对象的列表", '请写成 [{"成果名称": "…"}, …] 的形式')
    found = list(_lists(path, None, value))
    if isinstance(value, list):
        return found, ["内容是一个完整的 JSON 列表，按 JSON 读取。"] if lines_expected else []
    if not found:
        return [(None, [(1, value)])], []
    beside = [key for key, inner in value.items() if not isinstance(inner, dict | list)]
    return found, [f"列表之外的{'、'.join(map(_quoted, beside))}未读取。"] if beside else []


def _loads(text: str) -> object:
    return json.loads(text, parse_float=_number, parse_int=str, parse_constant=_nothing, object_pairs_hook=_object)


def _parse_lines(path: Path, text: str) -> list[_Item]:
    items = []
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            try:
                value = _loads(line)
            except json.JSONDecodeError as error:
                problem = f"第 {number} 行（第 {error.colno} 列附近）不是完整的 JSON 对象"
                raise bad_file(path, problem, _REPAIR) from error
            items.append((number, _record(path, value, f"第 {number} 行")))
    return items


def _lists(path: Path, name: str | None, value: object) -> Iterator[_Found]:
    """Find lists of objects, at the top or inside objects, but not inside records."""
    if isinstance(value, list):
        if name is None or not value or any(isinstance(item, dict) for item in value):
            where = "" if name is None else f"列表{_quoted(name)}的"
            yield name, [(i, _record(path, item, f"{where}第 {i} 项")) for i, item in enumerate(value, start=1)]
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _lists(path, key if name is None else f"{name}.{key}", inner)


def _record(path: Path, value: object, where: str) -> dict[str, object]:
    if not isinstance(value, dict):
        raise bad_file(path, f"{where}不是对象", '请把每条记录写成 {"成果名称": "…"} 的形式')
    return value


def _flatten(items: list[_Item]) -> tuple[tuple[str, ...], tuple[Row, ...]]:
    """Give every record the union of keys, in first-seen order."""
    records = []
    for number, item in items:
        pairs = list(_pairs("", item))
        names = unique_headings([name for name, _ in pairs])
        records.append((number, dict(zip(names, (text for _, text in pairs), strict=True))))
    headings = tuple(dict.fromkeys(name for _, record in records for name in record))
    return headings, tuple(Row(number, tuple(record.get(name, "") for name in headings)) for number, record in records)


def _pairs(name: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict) and (value or not name):
        for key, inner in value.items():
            shown = clean_text(key).strip() or "（无名）"
            yield from _pairs(f"{name}.{shown}" if name else shown, inner)
    elif isinstance(value, list) and value and all(isinstance(item, dict) and item for item in value):
        flat = [dict(_pairs(name, item)) for item in value]
        for key in dict.fromkeys(key for item in flat for key in item):
            yield key, _JOIN.join(item.get(key, "") for item in flat)
    elif isinstance(value, list):
        yield name, _JOIN.join(_text(item) for item in value)
    else:
        yield name, _text(value)


def _text(value: object) -> str:
    if isinstance(value, str):
        return clean_text(value)
    if value is None or value == {}:
        return ""
    return json.dumps(value, ensure_ascii=False)


def _number(text: str) -> str:
    value = Decimal(text)
    if abs(value.adjusted()) > _LONGEST_NUMBER:
        return text
    return format(value.to_integral_value() if value == value.to_integral_value() else value, "f")


def _nothing(_constant: str) -> str:
    # NaN and Infinity are how programs write an empty cell.
    return ""


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    whole = dict(pairs)
    if len(whole) == len(pairs):
        return whole
    return dict(zip(unique_headings([key for key, _ in pairs]), (value for _, value in pairs), strict=True))


def _syntax_error(path: Path, text: str, error: json.JSONDecodeError) -> FileFormatError:
    if error.pos >= len(text.rstrip()):
        return bad_file(path, f"JSON 在第 {error.lineno} 行提前结束，文件不完整", "请重新下载或导出")
    return bad_file(path, f"JSON 第 {error.lineno} 行第 {error.colno} 列有语法错误", _REPAIR)


def _quoted(name: str | None) -> str:
    return "" if name is None else f"“{clean_text(name)}”"
