"""The report as an Excel workbook."""

from pathlib import Path

import xlsxwriter

from matcher.report.base import Leads
from matcher.report.wording import wording
from matcher.report.workbook.guide import write_guide
from matcher.report.workbook.sheets import write_excluded, write_matches, write_organisations, write_overview
from matcher.report.workbook.style import BOOK_OPTIONS, Styles

__all__ = ["write_workbook"]


def write_workbook(path: Path, leads: Leads) -> None:
    """Write all sheets; the same leads give the same bytes.

    Raises:
        OSError: the file cannot be written.
    """
    try:
        with xlsxwriter.Workbook(str(path), dict(BOOK_OPTIONS)) as book:
            title = f"{wording(leads.side).query}匹配清单"
            book.set_properties({"title": title, "created": leads.about.created})
            styles = Styles(book)
            write_overview(book, styles, leads)
            write_matches(book, styles, leads)
            write_organisations(book, styles, leads)
            write_excluded(book, styles, leads)
            write_guide(book, styles, leads)
    except xlsxwriter.exceptions.FileCreateError as error:
        raise OSError(str(error)) from error
