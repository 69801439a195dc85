"""A table on a sheet: frozen heading, filter, widths, row heights that fit, print setup."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from matcher.report.cells import clean, lines_needed, looks_like_formula, split_marked
from matcher.report.columns import Column, Kind
from matcher.report.workbook.style import Styles

__all__ = ["write_grid", "write_text"]

T = TypeVar("T")

_LINE_PT = 14.0
_ROW_PT_MAX = 405.0
# Excel drops every link of a sheet with more than 65,530.
_LINKS_MAX = 60_000
_A4 = 9


def write_text(sheet: Worksheet, row: int, column: int, text: str, form: Format) -> None:
    """Write a text as a text, whatever it begins with."""
    sheet.write_string(row, column, clean(text), form)


def write_grid(
    sheet: Worksheet,
    styles: Styles,
    columns: Sequence[Column[T]],
    rows: Iterable[T],
    *,
    frozen: int,
    empty: str,
    group: Callable[[T], str] | None = None,
) -> int:
    """Write a table from the first row of a sheet.

    Args:
        sheet: an empty sheet.
        styles: of its workbook.
        columns: left to right; those to be printed first.
        rows: top to bottom.
        frozen: how many columns stay in sight when scrolling right.
        empty: what the sheet says when there are no rows.
        group: rows with the same key in a row form a group with a strong line above.

    Returns:
        The number of rows written.
    """
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.width)
        write_text(sheet, 0, place, column.heading, styles.heading())
    sheet.set_row(0, 2 * _LINE_PT)
    count, previous = 0, None
    for count, row in enumerate(rows, start=1):
        key = group(row) if group else None
        opens = group is not None and key != previous
        previous = key
        lines = [
            _write_cell(sheet, styles, (count, place), column, row, opens=opens) for place, column in enumerate(columns)
        ]
        # What stays on screen can be opened there; on paper it would only leave half of every row blank.
        tallest = max(needed for needed, column in zip(lines, columns, strict=True) if column.printed)
        sheet.set_row(count, min(tallest * _LINE_PT + 5.0, _ROW_PT_MAX))
    if not count:
        write_text(sheet, 1, 0, empty, styles.make(font_color="#7F7F7F"))
    _finish(sheet, columns, count, frozen)
    return count


def _write_cell(
    sheet: Worksheet, styles: Styles, at: tuple[int, int], column: Column[T], row: T, *, opens: bool
) -> int:
    """Write one cell; the answer is how many lines it takes."""
    value = column.value(row)
    level = column.level(row) if column.level else 0
    if not isinstance(value, str):
        sheet.write_number(*at, value, styles.cell(column.kind, level=level, opens_group=opens))
        return 1
    text = clean(value)
    form = styles.cell(column.kind, level=level, opens_group=opens, quoted=looks_like_formula(text))
    link = column.link(row) if column.link and at[0] <= _LINKS_MAX else ""
    pieces = list(split_marked(text, column.words(row) if column.words else ()))
    if link:
        sheet.write_url(*at, link, styles.link(opens_group=opens), text)
    elif len(pieces) > 1:
        plain, marked = styles.make(), styles.marked()
        parts = [part for piece, is_marked in pieces for part in (marked if is_marked else plain, piece)]
        sheet.write_rich_string(*at, *parts, form)
    elif text:
        sheet.write_string(*at, text, form)
    else:
        sheet.write_blank(*at, None, form)
    return lines_needed(text, column.width - 1.0)


def _finish(sheet: Worksheet, columns: Sequence[Column[T]], count: int, frozen: int) -> None:
    """Everything that needs to know how many rows there are."""
    sheet.freeze_panes(1, frozen)
    sheet.autofilter(0, 0, max(count, 1), len(columns) - 1)
    sheet.hide_gridlines(2)
    for place, column in enumerate(columns):
        if column.kind is Kind.PERCENT and count:
            sheet.conditional_format(
                1, place, count, place,
                {"type": "data_bar", "bar_color": "#9DC3E6", "bar_solid": True, "min_type": "num", "max_type": "num",
                 "min_value": 0, "max_value": 1},
            )  # fmt: skip
        if column.choices and count:
            sheet.data_validation(
                1, place, count, place,
                {"validate": "list", "source": list(column.choices), "error_title": column.heading,
                 "error_message": "请从下拉列表中选择：" + "、".join(column.choices)},
            )  # fmt: skip
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_margins(left=0.3, right=0.3, top=0.5, bottom=0.5)
    sheet.set_footer("&L&A&R第 &P 页，共 &N 页")
    printed = sum(column.printed for column in columns)
    sheet.print_area(0, 0, max(count, 1), printed - 1)
