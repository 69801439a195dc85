"""Sheets of .xlsx, .xlsb and .ods files: values by calamine, what it leaves out by the `*_details` modules."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import python_calamine as calamine

from matcher.corpus.read.archive import ZIP_ERRORS, open_archive
from matcher.corpus.read.faults import bad_file
from matcher.corpus.read.ods_details import ods_details
from matcher.corpus.read.sheet import Merge, RawSheet, SheetDetails
from matcher.corpus.read.sniff import Kind
from matcher.corpus.read.xlsx_details import xlsx_details

__all__ = ["modern_sheets"]

# calamine lays a sheet out as a full rectangle; one stray cell in the last corner would ask for 17 thousand million.
_MOST_CELLS = 20_000_000
_RELOAD = "请重新下载或复制，确认能用 Excel 或 WPS 打开，另存为 .xlsx 后再试"


def modern_sheets(path: Path, data: bytes, kind: Kind, max_bytes: int) -> Iterator[RawSheet]:
    """Read the sheets one after the other.

    Raises:
        FileFormatError: damaged, protected by a password, or too large.
    """
    details = _details(path, data, kind, max_bytes)
    for about in details:
        if about.height * about.width > _MOST_CELLS:
            problem = f"有工作表的数据区域达到 {about.height} 行、{about.width} 列，多半是远处有误填的单元格"
            raise bad_file(path, problem, "请删除数据之外的行和列，保存后重试")
    with _calamine_errors(path):
        workbook = calamine.CalamineWorkbook.from_filelike(BytesIO(data))
        sheets = list(enumerate(workbook.sheets_metadata))
    for index, sheet in sheets:
        if sheet.typ == calamine.SheetTypeEnum.WorkSheet:
            about = details[index] if index < len(details) else SheetDetails()
            yield _sheet(path, workbook, sheet, about)


def _details(path: Path, data: bytes, kind: Kind, max_bytes: int) -> list[SheetDetails]:
    archive = open_archive(path, data, max_bytes)
    try:
        if kind is Kind.ODS:
            return ods_details(archive.read("content.xml"))
        if kind is Kind.XLSX:
            workbook = next(name for name in archive.namelist() if name.endswith("workbook.xml"))
            return list(xlsx_details(archive, workbook))
    except ZIP_ERRORS as error:
        raise bad_file(path, "工作簿的内部结构已损坏", _RELOAD) from error
    return []


def _sheet(
    path: Path, workbook: calamine.CalamineWorkbook, about: calamine.SheetMetadata, details: SheetDetails
) -> RawSheet:
    with _calamine_errors(path, about.name):
        sheet = workbook.get_sheet_by_name(about.name)
        merges = tuple(Merge(*first, *last) for first, last in sheet.merged_cell_ranges or ())
        # Rows begin at the sheet's first filled column, though not at its first filled row.
        left = [""] * (sheet.start[1] if sheet.start else 0)
    return RawSheet(
        name=about.name,
        visible=about.visible == calamine.SheetVisibleEnum.Visible,
        rows=_rows(path, sheet, left),
        details=replace(details, merges=(*details.merges, *merges)),
    )


def _rows(path: Path, sheet: calamine.CalamineSheet, left: list[str]) -> Iterator[Sequence[object]]:
    with _calamine_errors(path, sheet.name):
        for row in sheet.iter_rows():
            yield [*left, *row]


@contextmanager
def _calamine_errors(path: Path, sheet: str | None = None) -> Iterator[None]:
    try:
        yield
    except calamine.PasswordError as error:
        raise bad_file(path, "工作簿加了打开密码", "请在 Excel 或 WPS 中取消密码、另存后重试") from error
    except BaseException as error:
        # A panic of the Rust code derives from BaseException, as KeyboardInterrupt does, and cannot be imported.
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        raise bad_file(path, "工作簿的内容已损坏", _RELOAD, sheet=sheet) from error
