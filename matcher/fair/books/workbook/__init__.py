"""对接安排.xlsx: the whole plan in tables, for the organiser."""

from pathlib import Path

import xlsxwriter

from matcher.fair.books.base import Books
from matcher.fair.books.workbook.figures import write_figures
from matcher.fair.books.workbook.guide import write_guide
from matcher.fair.books.workbook.meetings import write_meetings
from matcher.fair.books.workbook.others import write_moves, write_standby
from matcher.fair.books.workbook.unscheduled import write_unscheduled
from matcher.report.workbook.style import BOOK_OPTIONS, Styles

__all__ = ["write_workbook"]


def write_workbook(path: Path, books: Books) -> None:
    """Write all sheets; the same plan gives the same bytes.

    Raises:
        OSError: the file cannot be written.
    """
    try:
        with xlsxwriter.Workbook(str(path), dict(BOOK_OPTIONS)) as book:
            book.set_properties({"title": f"{books.title} 对接安排", "created": books.created.replace(tzinfo=None)})
            styles = Styles(book)
            write_meetings(book, styles, books)
            write_unscheduled(book, styles, books)
            write_standby(book, styles, books)
            if books.changes is not None:
                write_moves(book, styles, books)
            write_figures(book, styles, books)
            write_guide(book, styles, books)
    except xlsxwriter.exceptions.FileCreateError as error:
        raise OSError(str(error)) from error
