"""CSV and its relatives: text with one record per line and a separator that has to be found."""

import csv
import io
from pathlib import Path

from matcher.corpus.read.base import IsHeading, Row, Table
from matcher.corpus.read.cells import clean_text
from matcher.corpus.read.encoding import decode
from matcher.corpus.read.faults import bad_file, no_header
from matcher.corpus.read.header import HEADER_SEARCH_ROWS, Grid, known_count, tabulate

__all__ = ["read_delimited"]

_SEPARATORS = {",": "逗号", "\t": "制表符", ";": "分号", "|": "竖线"}
# Stands between the columns of a file that has only one.
_NO_SEPARATOR = "\x1f"
# Appended as a last record: it comes back whole unless a quoted cell was left open. A code that is never a character.
_SENTINEL = "\ufdd0"


def read_delimited(path: Path, data: bytes, is_heading: IsHeading) -> tuple[Table, ...]:
    """Read the one table of a delimited text file.

    Raises:
        FileFormatError: undecodable text, NUL bytes, or a quoted cell that never ends.
        ColumnError: no known heading in the first rows.
    """
    decoded = decode(path, data, is_heading)
    # The limit belongs to the whole process; it is only ever raised, so that no long cell is refused.
    csv.field_size_limit(max(csv.field_size_limit(), len(decoded.text) + len(_SENTINEL)))
    separator = _find_separator(decoded.text, is_heading)
    lines = _records(path, decoded.text, separator)
    notes = list(decoded.notes)
    if separator in ";|":
        notes.append(f"各列用{_SEPARATORS[separator]}分隔。")
    if (loose := _loose_quotes(decoded.text, separator)) is not None:
        notes.append(f"第 {loose} 行附近的引号不规范，已按宽松方式读取，请核对。")
    table = tabulate(Grid(path, None, lines, decoded.encoding, tuple(notes)), is_heading)
    if table is None:
        raise no_header(path, list(lines[0].cells) if lines else [])
    return (table,)


def _find_separator(text: str, is_heading: IsHeading) -> str:
    """Choose the separator under which some early row shows most known headings, then most cells."""
    best, best_score = _NO_SEPARATOR, (0, 1)
    for separator in _SEPARATORS:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        early = [row for row, _ in zip(reader, range(HEADER_SEARCH_ROWS), strict=False)]
        score = max(((known_count(row, is_heading), len(row)) for row in early), default=best_score)
        if score > best_score and score[1] > 1:
            best, best_score = separator, score
    return best


def _records(path: Path, text: str, separator: str) -> tuple[Row, ...]:
    """Parse tolerantly; a row carries the number of its first line."""
    whole = text if text.endswith(("\n", "\r")) else text + "\n"
    reader = csv.reader(io.StringIO(whole + _SENTINEL, newline=""), delimiter=separator)
    rows: list[Row] = []
    start = 1
    for cells in reader:
        if cells == [_SENTINEL]:
            return tuple(rows)
        if any(cell and not cell.isspace() for cell in cells):
            rows.append(Row(start, tuple(map(clean_text, cells))))
        start = reader.line_num + 1
    problem = f"从第 {rows[-1].number} 行开始的引号没有结束"
    raise bad_file(path, problem, "请补上缺少的英文双引号，或另存为 .xlsx 后重试")


def _loose_quotes(text: str, separator: str) -> int | None:
    """Find the first line where text follows a closing quote."""
    if '"' not in text:
        return None
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for _ in reader:
            pass
    except csv.Error:
        return reader.line_num
    return None
