"""Workbooks: the tables of every visible sheet, and a remark on everything that was left out or looks damaged."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from matcher.corpus.read.base import IsHeading, Row, Table
from matcher.corpus.read.cells import EXACT_DIGITS, cell_text, column_letters
from matcher.corpus.read.faults import bad_file, no_header, spans
from matcher.corpus.read.header import Grid, tabulate
from matcher.corpus.read.legacy import xls_sheets
from matcher.corpus.read.modern import modern_sheets
from matcher.corpus.read.sheet import RawSheet, SheetDetails, lines_of
from matcher.corpus.read.sniff import Kind

__all__ = ["read_workbook"]


def read_workbook(path: Path, data: bytes, kind: Kind, is_heading: IsHeading, max_bytes: int) -> tuple[Table, ...]:
    """Read every visible sheet that has a known heading.

    Raises:
        FileFormatError: damaged, protected by a password, too large, or without content.
        ColumnError: no known heading in any sheet.
    """
    sheets = xls_sheets(path, data) if kind is Kind.XLS else modern_sheets(path, data, kind, max_bytes)
    tables: list[Table] = []
    notes = ["公式错误、隐藏的行在 .xlsb 中无法查出；如有，请另存为 .xlsx。"] if kind is Kind.XLSB else []
    seen: list[str] = []
    for sheet in sheets:
        if not sheet.visible:
            notes.append(f"工作表“{sheet.name}”是隐藏的，未读取。")
            continue
        grid = _grid(path, sheet)
        table = tabulate(grid, is_heading)
        if table is not None:
            tables.append(table)
        elif grid.lines:
            seen += grid.lines[0].cells
            notes.append(f"工作表“{sheet.name}”没有能识别的列名，未读取。")
    if not tables and not seen:
        raise bad_file(path, "工作簿里没有内容", "请确认数据在可见的工作表中，并已保存")
    if not tables:
        raise no_header(path, seen)
    tables[0] = replace(tables[0], notes=(*tables[0].notes, *notes))
    return tuple(tables)


def _grid(path: Path, sheet: RawSheet) -> Grid:
    cut: list[int] = []
    lines, hidden = lines_of(_texts(sheet.rows, cut), sheet.details)
    return Grid(path, sheet.name, lines, notes=tuple(_notes(lines, sheet.details, hidden, cut)))


def _texts(rows: Iterable[Sequence[object]], cut: list[int]) -> Iterator[list[str]]:
    """Write the values as text; `cut` collects the rows with numbers longer than Excel keeps."""
    for number, row in enumerate(rows, start=1):
        if any(isinstance(value, int | float) and abs(value) >= 10**EXACT_DIGITS for value in row):
            cut.append(number)
        yield [cell_text(value) for value in row]


def _notes(lines: tuple[Row, ...], details: SheetDetails, hidden: tuple[int, ...], cut: list[int]) -> Iterator[str]:
    if hidden:
        yield f"第 {spans(hidden)} 行被隐藏或筛选掉，未读取；需要时请取消隐藏、清除筛选后保存。"
    width = max((len(line.cells) for line in lines), default=0)
    columns = [column_letters(index) for index in sorted(details.hidden_columns) if index < width]
    if columns:
        yield f"{'、'.join(columns)} 列被隐藏，仍已读取。"
    if cut:
        yield (
            f"第 {spans(cut)} 行有超过 {EXACT_DIGITS} 位的数字，Excel 只保存前 {EXACT_DIGITS} 位，"
            "末尾多半已变成 0；如果是编号，请把该列设为文本格式后重新填写。"
        )
