"""A table as CSV and as a workbook, with the columns and the look of the engine's own reports."""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import xlsxwriter

from matcher.report.cells import clean, looks_like_formula
from matcher.report.columns import Column, Kind
from matcher.report.workbook.grid import write_grid
from matcher.report.workbook.style import BOOK_OPTIONS, Styles

__all__ = ["Sheet"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Sheet(Generic[T]):
    """One table: the name of its sheet, its columns, its rows, and what keeps rows together."""

    name: str
    columns: Sequence[Column[T]]
    rows: Sequence[T]
    group: Callable[[T], str] | None = None

    def to_xlsx(self) -> bytes:
        """A workbook with this sheet. Texts are never taken for formulas."""
        file = io.BytesIO()
        with xlsxwriter.Workbook(file, {**BOOK_OPTIONS, "in_memory": True}) as book:
            styles, sheet = Styles(book), book.add_worksheet(self.name)
            write_grid(sheet, styles, self.columns, self.rows, frozen=1, empty="没有记录", group=self.group)
        return file.getvalue()

    def to_csv(self) -> bytes:
        """UTF-8 with a byte order mark; what looks like a formula gets an apostrophe in front."""
        file = io.StringIO(newline="")
        rows = csv.writer(file)
        rows.writerow([column.heading for column in self.columns])
        rows.writerows([_cell(column, row) for column in self.columns] for row in self.rows)
        return file.getvalue().encode("utf-8-sig")


def _cell(column: Column[T], row: T) -> str:
    value = column.value(row)
    if isinstance(value, str):
        text = clean(value)
        return f"'{text}" if looks_like_formula(text) else text
    if column.kind is Kind.PERCENT:
        return f"{value:.1%}"
    return f"{value:.2f}" if isinstance(value, float) else str(value)
