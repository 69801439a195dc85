"""Texts that a workbook could not hold whole: put back from what is stored, or refused; never stored in its place."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from matcher.corpus.columns import field_label
from matcher.errors import RecordError
from matcher.records import Record
from matcher.report.cells import CUT_NOTE, clean

__all__ = ["uncut"]

_FIELDS = MappingProxyType({"problem": "body", "summary": "body"})


def uncut(record: Record, before: Record | None) -> Record:
    """The record with the texts that its workbook had cut as they are stored, where nobody has touched them since.

    Args:
        record: as it was read.
        before: what is stored under its number; None where nothing is.

    Raises:
        RecordError: a text bears the mark of the cut and is not what the stored one is cut to.
    """
    whole: dict[str, Any] = {}
    for name, text in _texts(record):
        if not CUT_NOTE.search(text):
            continue
        stored = None if before is None else getattr(before, name, None)
        if not isinstance(stored, str) or clean(stored).strip() != text.strip():
            raise _refusal(field_label(_FIELDS.get(name, name)))
        whole[name] = stored
    extra = dict(record.extra)
    for heading, text in record.extra.items():
        if not CUT_NOTE.search(text):
            continue
        stored = None if before is None else before.extra.get(heading)
        if stored is None or clean(stored).strip() != text.strip():
            raise _refusal(heading)
        extra[heading] = stored
    return replace(record, **whole, extra=extra) if whole or extra != record.extra else record


def _texts(record: Record) -> Iterator[tuple[str, str]]:
    """Every text of a record but those in `extra`, with the name of its field."""
    for name in record.__dataclass_fields__:
        yield from ((name, text) for text in _strings(getattr(record, name)) if name != "extra")


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _strings(item)
    elif not isinstance(value, Mapping) and hasattr(value, "__dataclass_fields__"):
        for name in value.__dataclass_fields__:
            yield from _strings(getattr(value, name))


def _refusal(column: str) -> RecordError:
    return RecordError(
        f"“{column[:40]}”一栏带有“此处截断”字样：原文超出了表格单元格的上限，这里只有前一部分，没有导入，以免丢失原文。"
        "请在网页上修改这条记录，或把全文填在 CSV 文件里导入；如确实只要这一部分，请删去末尾的说明后重新导入。"
    )
