"""Text that a spreadsheet takes without harm: cleaned, cut, measured, its matched words found."""

import re
from collections.abc import Iterable, Iterator

from rich.cells import cell_len

__all__ = ["CELL_MAX", "CUT_NOTE", "clean", "lines_needed", "looks_like_formula", "split_marked"]

CELL_MAX = 32_767
"""The longest text a cell of Excel holds, in UTF-16 units."""

_NOTE = "……（原文共 {} 字，超出单元格上限，此处截断）"
CUT_NOTE = re.compile(re.escape(_NOTE).replace(re.escape("{}"), r"\d+"))
"""What `clean` writes at the end of a text that it cuts."""

# Control characters but tab and line feed, and half a surrogate pair, cannot stand in a workbook.
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]")


def clean(text: str) -> str:
    """Text without characters a workbook cannot hold, cut with a note where it is longer than a cell."""
    text = _FORBIDDEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    units = len(text.encode("utf-16-le")) // 2
    if units <= CELL_MAX:
        return text
    note = _NOTE.format(len(text))
    kept = text.encode("utf-16-le")[: 2 * (CELL_MAX - len(note))].decode("utf-16-le", errors="ignore")
    return kept + note


def looks_like_formula(text: str) -> bool:
    """Whether a spreadsheet program could take this text for a formula or a command when it is typed or opened."""
    return _FORMULA.match(text) is not None


def lines_needed(text: str, width: float) -> int:
    """Lines this text takes in a column `width` half-width characters wide; a Chinese character is two wide."""
    return sum(max(1, -int(-cell_len(line) // width)) for line in text.split("\n"))


def split_marked(text: str, words: Iterable[str]) -> Iterator[tuple[str, bool]]:
    """Cut a text into stretches, none empty, and say which are one of the words; longer words win."""
    wanted = sorted({word for word in words if word}, key=lambda word: (-len(word), word))
    if not wanted:
        if text:
            yield text, False
        return
    for number, piece in enumerate(re.split("(" + "|".join(map(re.escape, wanted)) + ")", text)):
        if piece:
            yield piece, number % 2 == 1
