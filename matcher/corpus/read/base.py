"""What every reader of files gives: tables of text cells with the row numbers that a person sees.

All values are text here; the next stage turns them into typed fields. A reader never drops a cell: surplus cells get
a heading of their own, and whatever had to be guessed is said in `Table.notes`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

__all__ = ["IsHeading", "Row", "Table"]

IsHeading = Callable[[str], bool]
"""Tells whether a cell's text is a known column heading; the comparison is tolerant (spaces, brackets, 繁體)."""


@dataclass(frozen=True, slots=True)
class Row:
    """One record of a table as text.

    `number` is 1-based, as the spreadsheet program shows it: the first line of the record for CSV and JSONL, the
    position in the list for a JSON list. `cells` has one text per heading, "" where empty: numbers without a trailing
    `.0`, long ids and leading zeros as stored, dates in ISO form. `errors` are (column index, spreadsheet error such
    as `#REF!`) of cells whose formula failed; `cells[i]` is "" there.
    """

    number: int
    cells: tuple[str, ...]
    errors: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet or list: unique headings, rows, and Chinese sentences (`notes`) on what was guessed or skipped.

    `header_row` is the 1-based number of the row that holds the (lowest line of the) headings; None for JSON.
    `encoding` is None where the format has none of its own.
    """

    path: Path
    sheet: str | None
    header_row: int | None
    headings: tuple[str, ...]
    rows: tuple[Row, ...]
    encoding: str | None = None
    notes: tuple[str, ...] = ()
