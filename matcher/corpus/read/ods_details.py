"""What the values of an .ods do not tell: failed formulas, merged cells, hidden rows and columns, the extent."""

from dataclasses import dataclass, field
from xml.parsers.expat import ExpatError, ParserCreate

from matcher.corpus.read.cells import is_error_text
from matcher.corpus.read.sheet import Merge, SheetDetails

__all__ = ["ods_details"]

_ROW = "table-row"
_CELLS = frozenset({"table-cell", "covered-table-cell"})
_HIDDEN = frozenset({"collapse", "filter"})
# Styles are repeated to the sheet's edge; nothing beyond is recorded.
_LAST_ROW = 1_048_576
_LAST_COLUMN = 16_384


@dataclass(slots=True)
class _Sheet:
    row: int = 0
    column: int = 0
    columns_declared: int = 0
    height: int = 0
    width: int = 0
    merges: list[Merge] = field(default_factory=list)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)

    def finish(self) -> SheetDetails:
        return SheetDetails(
            height=self.height,
            width=self.width,
            merges=tuple(self.merges),
            errors=self.errors,
            hidden_rows=frozenset(self.hidden_rows),
            hidden_columns=frozenset(self.hidden_columns),
        )


def ods_details(content: bytes) -> list[SheetDetails]:
    """Scan content.xml; one result per sheet, in order.

    Raises:
        ValueError: malformed XML, an unknown encoding, or counts that are no numbers.
    """
    scanner = _Scanner()
    parser = ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = scanner.start
    parser.EndElementHandler = scanner.end
    parser.CharacterDataHandler = scanner.characters
    try:
        parser.Parse(content, True)
    except (ExpatError, LookupError) as error:
        raise ValueError(str(error)) from error
    return [sheet.finish() for sheet in scanner.sheets]


class _Scanner:
    def __init__(self) -> None:
        self.sheets: list[_Sheet] = []
        self._inside: list[_Sheet] = []
        self._row: dict[str, str] = {}
        self._cell: dict[str, str] = {}
        self._text: list[str] | None = None
        self._filled = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name == "table":
            self._inside.append(_Sheet())
            if len(self._inside) == 1:
                self.sheets.append(self._inside[0])
        elif not self._inside:
            return
        elif name == "table-column":
            self._declare_column(self._inside[-1], attributes)
        elif name == _ROW:
            self._row, self._inside[-1].column, self._filled = attributes, 0, False
        elif name in _CELLS:
            self._cell, self._text = attributes, []

    def characters(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)

    def end(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
        if not self._inside:
            return
        if name == "table":
            self._inside.pop()
        elif name == _ROW:
            self._end_row(self._inside[-1])
        elif name in _CELLS:
            self._end_cell(self._inside[-1])

    @staticmethod
    def _declare_column(sheet: _Sheet, attributes: dict[str, str]) -> None:
        first = sheet.columns_declared
        sheet.columns_declared += int(attributes.get("table:number-columns-repeated", 1))
        if attributes.get("table:visibility") in _HIDDEN:
            sheet.hidden_columns.update(range(first, min(sheet.columns_declared, _LAST_COLUMN)))

    def _end_row(self, sheet: _Sheet) -> None:
        after = sheet.row + int(self._row.get("table:number-rows-repeated", 1))
        if self._row.get("table:visibility") in _HIDDEN:
            sheet.hidden_rows.update(range(sheet.row, min(after, _LAST_ROW)))
        sheet.row = after
        if self._filled:
            sheet.height = after

    def _end_cell(self, sheet: _Sheet) -> None:
        cell, text = self._cell, "".join(self._text or ()).strip()
        self._text = None
        after = sheet.column + int(cell.get("table:number-columns-repeated", 1))
        across, down = int(cell.get("table:number-columns-spanned", 1)), int(cell.get("table:number-rows-spanned", 1))
        if across > 1 or down > 1:
            merge = Merge(sheet.row, sheet.column, sheet.row + down - 1, sheet.column + across - 1)
            sheet.merges.append(merge)
        if text or "office:value-type" in cell:
            self._filled = True
            sheet.width = max(sheet.width, after)
        if cell.get("calcext:value-type") == "error" or ("table:formula" in cell and is_error_text(text)):
            repeats = int(self._row.get("table:number-rows-repeated", 1))
            if repeats * (after - sheet.column) > _LAST_ROW:
                raise ValueError("a failed formula is repeated over more cells than a column has")
            for row in range(sheet.row, min(sheet.row + repeats, _LAST_ROW)):
                sheet.errors.update(((row, column), text) for column in range(sheet.column, min(after, _LAST_COLUMN)))
        sheet.column = after
