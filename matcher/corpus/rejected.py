"""Rows that cannot be used, and the spreadsheet in which a person mends them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from matcher.corpus.columns import RETURN_HEADINGS
from matcher.errors import InputError

__all__ = ["RejectedRow", "write_rejected"]

_REASON_WIDTH, _WIDTH = 40, 20
_MOST_CHARS = 32_767
# Texts stay texts: an id of 18 digits or a title that begins with = must come back as it was.
_OPTIONS = {"strings_to_numbers": False, "strings_to_formulas": False, "strings_to_urls": False}
_TEXT = {"text_wrap": True, "valign": "top", "num_format": "@"}
_FORBIDDEN_IN_NAME = str.maketrans("[]:*?/\\", "_______")


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectedRow:
    """One row that became no record: where it is, which field and value are at fault, why, and all of its cells.

    `row` is the number the spreadsheet program shows. Of a state secret only the 密级 cell is kept.
    """

    file: str
    sheet: str | None
    row: int
    field: str
    value: str
    reason: str
    headings: tuple[str, ...]
    cells: tuple[str, ...]


def write_rejected(path: Path, rows: Iterable[RejectedRow]) -> int:
    """Write rejected rows to an .xlsx workbook: one sheet per source table, its headings after four of ours.

    Mended, the workbook can be read like any other; the four columns are then passed over. No file is written when
    there are no rows.

    Returns:
        The number of rows written.

    Raises:
        InputError: the file cannot be written.
    """
    tables: dict[tuple[str, str | None, tuple[str, ...]], list[RejectedRow]] = {}
    for row in rows:
        tables.setdefault((row.file, row.sheet, row.headings), []).append(row)
    if not tables:
        return 0
    _write(path, list(tables.values()))
    return sum(map(len, tables.values()))


def _write(path: Path, tables: Sequence[list[RejectedRow]]) -> None:
    import xlsxwriter  # noqa: PLC0415
    from xlsxwriter.exceptions import XlsxFileError  # noqa: PLC0415

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with xlsxwriter.Workbook(str(path), _OPTIONS) as book:
            text = book.add_format(_TEXT)
            head = book.add_format({**_TEXT, "bold": True, "bg_color": "#DCE6F1"})
            names: set[str] = set()
            for table in tables:
                sheet = book.add_worksheet(_sheet_name(table[0], names))
                headings = (*RETURN_HEADINGS, *table[0].headings)
                sheet.freeze_panes(1, 1)
                sheet.set_column(0, 0, _REASON_WIDTH, text)
                sheet.set_column(1, len(headings) - 1, _WIDTH, text)
                for at, heading in enumerate(headings):
                    sheet.write_string(0, at, heading, head)
                for line, row in enumerate(table, start=1):
                    values = (row.reason, row.file, row.sheet or "", str(row.row), *row.cells)
                    for at, value in enumerate(values):
                        if value:
                            sheet.write_string(line, at, value[:_MOST_CHARS], text)
    except (OSError, XlsxFileError) as error:
        raise InputError(f"退回表 {path} 无法写入（{error}）；请关闭正在打开它的程序，或换一个路径后重试。") from error


def _sheet_name(row: RejectedRow, taken: set[str]) -> str:
    """A sheet name that Excel accepts and no other sheet has; names differing only in case count as the same."""
    # The source's name stays in front: it may be all that tells needs from achievements.
    wanted = (
        "-".join(filter(None, (Path(row.file).stem, row.sheet))).translate(_FORBIDDEN_IN_NAME).strip("'")[:31] or "退回"
    )
    name, number = wanted, 2
    while name.lower() in taken or name.lower() == "history":
        tail = f"({number})"
        name, number = wanted[: 31 - len(tail)] + tail, number + 1
    taken.add(name.lower())
    return name
