"""HTML tables, which many web systems export under the name of .xls."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

from matcher.corpus.read.base import IsHeading, Table
from matcher.corpus.read.cells import clean_text
from matcher.corpus.read.encoding import decode
from matcher.corpus.read.faults import bad_file, no_header
from matcher.corpus.read.header import Grid, tabulate
from matcher.corpus.read.sheet import Merge, SheetDetails, lines_of

__all__ = ["read_html"]

# The largest spans a browser accepts.
_MOST_COLUMNS = 1000
_MOST_ROWS = 65534
_BREAKS = frozenset({"br", "p", "div", "li"})


def read_html(path: Path, data: bytes, is_heading: IsHeading) -> tuple[Table, ...]:
    """Read every `<table>` that has a known heading.

    Raises:
        FileFormatError: undecodable text or no table in the page.
        ColumnError: no known heading in any table.
    """
    decoded = decode(path, data, is_heading)
    page = _Page()
    page.feed(decoded.text)
    page.close()
    if not any(cells.rows for cells in page.tables):
        raise bad_file(path, "这是网页，里面没有表格", "请重新导出为 .xlsx 或 CSV")
    tables: list[Table] = []
    notes = list(decoded.notes)
    seen: list[str] = []
    for number, cells in enumerate(page.tables, start=1):
        lines, _ = lines_of(cells.rows, SheetDetails(merges=tuple(cells.merges)))
        sheet = f"表{number}" if len(page.tables) > 1 else None
        table = tabulate(Grid(path, sheet, lines, decoded.encoding, tuple(notes)), is_heading)
        if table is None:
            seen += lines[0].cells if lines else ()
            notes.append(f"网页中的第 {number} 个表格没有能识别的列名，未读取。")
        else:
            tables.append(table)
            notes = []
    if not tables:
        raise no_header(path, seen)
    return tuple(tables)


@dataclass(slots=True)
class _Cells:
    """One `<table>` while it is read; `covered` counts the rows still covered by a cell above, per column."""

    rows: list[list[str]] = field(default_factory=list)
    merges: list[Merge] = field(default_factory=list)
    covered: dict[int, int] = field(default_factory=dict)
    text: list[str] | None = None
    position: int = 0

    def start_row(self) -> None:
        self.end_cell()
        self.covered = {column: left - 1 for column, left in self.covered.items() if left > 1}
        self.rows.append([])

    def start_cell(self, columns: int, rows: int) -> None:
        self.end_cell()
        if not self.rows:
            self.start_row()
        row = self.rows[-1]
        while len(row) in self.covered:
            row.append("")
        top, left = len(self.rows) - 1, len(row)
        row += [""] * columns
        if columns > 1 or rows > 1:
            self.merges.append(Merge(top, left, top + rows - 1, left + columns - 1))
        for column in range(left, left + columns):
            if rows > 1:
                self.covered[column] = rows
        self.position = left
        self.text = []

    def end_cell(self) -> None:
        if self.text is not None:
            lines = (" ".join(line.split()) for line in "".join(self.text).split("\n"))
            self.rows[-1][self.position] = clean_text("\n".join(line for line in lines if line))
            self.text = None


class _Page(HTMLParser):
    """Collects the tables of a page; a table inside a cell stands for itself."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[_Cells] = []
        self._open: list[_Cells] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._open.append(_Cells())
            self.tables.append(self._open[-1])
        elif not self._open:
            return
        elif tag == "tr":
            self._open[-1].start_row()
        elif tag in {"td", "th"}:
            spans = dict(attrs)
            columns = _span(spans.get("colspan"), _MOST_COLUMNS)
            self._open[-1].start_cell(columns, _span(spans.get("rowspan"), _MOST_ROWS))
        elif tag in _BREAKS:
            self.handle_data("\n")

    def handle_endtag(self, tag: str) -> None:
        if not self._open:
            return
        if tag in {"td", "th", "tr", "table"}:
            self._open[-1].end_cell()
        if tag == "table":
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if self._open and (text := self._open[-1].text) is not None:
            text.append(data if data == "\n" else data.replace("\n", " "))


def _span(text: str | None, most: int) -> int:
    digits = (text or "").strip()
    return max(1, min(int(digits), most)) if digits.isascii() and digits.isdigit() else 1
