"""Sheets of .xls files, by xlrd: calamine ends the whole process on some damaged ones, which no `except` can stop."""

import datetime as dt
from io import StringIO
from pathlib import Path

import xlrd

from matcher.corpus.read.faults import bad_file
from matcher.corpus.read.sheet import Merge, RawSheet, SheetDetails

__all__ = ["xls_sheets"]


def xls_sheets(path: Path, data: bytes) -> list[RawSheet]:
    """Read every sheet.

    Raises:
        FileFormatError: damaged or protected by a password.
    """
    try:
        # With formatting: merged cells and hidden rows. Remarks would go to standard output.
        book = xlrd.open_workbook(file_contents=data, formatting_info=True, ragged_rows=True, logfile=StringIO())
        return [_sheet(sheet, book.datemode) for sheet in book.sheets()]
    except Exception as error:
        if "encrypted" in str(error):
            raise bad_file(path, "工作簿加了打开密码", "请在 Excel 或 WPS 中取消密码、另存后重试") from error
        # The library raises whatever its arithmetic on damaged records leads to.
        action = "请重新下载或复制，确认能用 Excel 或 WPS 打开，另存为 .xlsx 后再试"
        raise bad_file(path, "旧版工作簿不完整或已损坏", action) from error


def _sheet(sheet: xlrd.sheet.Sheet, datemode: int) -> RawSheet:
    errors = {}
    rows = []
    for index in range(sheet.nrows):
        cells = sheet.row(index)
        rows.append([_value(cell, datemode) for cell in cells])
        for column, cell in enumerate(cells):
            if cell.ctype == xlrd.XL_CELL_ERROR:
                errors[index, column] = xlrd.error_text_from_code.get(cell.value, f"#ERR{cell.value}")
    details = SheetDetails(
        height=sheet.nrows,
        width=sheet.ncols,
        merges=tuple(Merge(top, left, below - 1, after - 1) for top, below, left, after in sheet.merged_cells),
        errors=errors,
        hidden_rows=frozenset(index for index, info in sheet.rowinfo_map.items() if info.hidden),
        hidden_columns=frozenset(index for index, info in sheet.colinfo_map.items() if info.hidden),
    )
    return RawSheet(name=sheet.name, visible=sheet.visibility == 0, rows=rows, details=details)


def _value(cell: xlrd.sheet.Cell, datemode: int) -> object:
    match cell.ctype:
        case xlrd.XL_CELL_BOOLEAN:
            return bool(cell.value)
        case xlrd.XL_CELL_DATE:
            return _date(cell.value, datemode)
        case xlrd.XL_CELL_TEXT | xlrd.XL_CELL_NUMBER:
            return cell.value
        case _:
            return ""


def _date(serial: float, datemode: int) -> object:
    try:
        moment = xlrd.xldate_as_datetime(serial, datemode)
    except (OverflowError, ValueError, xlrd.XLDateError):
        return serial
    if 0 <= serial < 1:
        return moment.time()
    return moment.date() if moment.time() == dt.time() else moment
