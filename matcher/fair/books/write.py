"""The door: everything that is made from a plan, into its folder."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from matcher.errors import PlanError
from matcher.fair.books.base import BOOK, CALENDARS, PAGES, RESULTS, Books
from matcher.fair.books.browser import NONE_FOUND, BrowserError, print_pdf
from matcher.fair.books.calendar import write_calendars
from matcher.fair.books.pages import pages
from matcher.fair.books.resultsheet import write_resultsheet
from matcher.fair.books.workbook import write_workbook

__all__ = ["Written", "write_books"]


@dataclass(frozen=True, slots=True)
class Written:
    """What was written. `kept`: older workbooks that differed and were renamed; `unprinted`: why there are no PDFs."""

    paths: tuple[Path, ...]
    kept: tuple[Path, ...]
    unprinted: str


def write_books(folder: Path, books: Books, *, browser: Path | None, wanted: bool = True) -> Written:
    """Write workbooks, pages, PDFs and calendars beside `plan.json`.

    A workbook that is there already and differs is kept under another name: somebody may have written into it. Pages
    and calendars are written over; PDFs of an earlier plan are removed where no new ones are made.

    Args:
        folder: of the plan.
        books: what to write.
        browser: prints the pages; None: nobody does.
        wanted: False where the user wants no PDFs, so that their absence is not worth a word.

    Raises:
        PlanError: something cannot be written.
    """
    kept: list[Path] = []
    try:
        paths = [
            _workbook(folder / BOOK, lambda path: write_workbook(path, books), kept),
            _workbook(folder / RESULTS, lambda path: write_resultsheet(path, books), kept),
        ]
        page_files = _pages(folder / PAGES, books)
        pdfs, unprinted = _pdfs(folder, page_files, books, browser)
        calendars = write_calendars(folder / CALENDARS, books)
    except OSError as error:
        raise PlanError(
            f"写不了排期材料（{error}）；请检查磁盘空间和权限，并关闭在 Excel 中打开的文件，再重新运行。"
        ) from error
    return Written((*paths, *page_files, *pdfs, *calendars), tuple(kept), unprinted if wanted else "")


def _workbook(path: Path, write: Callable[[Path], None], kept: list[Path]) -> Path:
    """Write beside, then take the place of one with other content, which gets another name."""
    beside = path.with_name(f".{path.name}.partial")
    write(beside)
    if path.exists() and path.read_bytes() != beside.read_bytes():
        older = _unused(path)
        path.replace(older)
        kept.append(older)
    beside.replace(path)
    return path


def _unused(path: Path) -> Path:
    number = 1
    while (older := path.with_name(f"{path.stem}-旧{'' if number == 1 else number}{path.suffix}")).exists():
        number += 1
    return older


def _pages(folder: Path, books: Books) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, html in pages(books).items():
        path = folder / f"{name}.html"
        path.write_text(html, encoding="utf-8", errors="replace", newline="\n")
        written.append(path)
    return written


def _pdfs(folder: Path, page_files: list[Path], books: Books, browser: Path | None) -> tuple[list[Path], str]:
    """What was printed, and why not the rest."""
    for page in page_files:
        (folder / f"{page.stem}.pdf").unlink(missing_ok=True)
    if browser is None:
        return [], NONE_FOUND
    stamp = books.created.strftime("%Y%m%d%H%M%S")
    printed: list[Path] = []
    for page in page_files:
        pdf = folder / f"{page.stem}.pdf"
        try:
            print_pdf(browser, page, pdf, stamp)
        except BrowserError as error:
            return printed, f"{error}；网页文件夹里的页面可在浏览器中打开，按 Ctrl+P 打印"
        printed.append(pdf)
    return printed, ""
