"""What a sheet says beside its values: merged cells, failed formulas, hidden rows; and rows filled accordingly."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from matcher.corpus.read.base import Row

__all__ = ["Merge", "RawSheet", "SheetDetails", "lines_of"]


@dataclass(frozen=True, slots=True)
class Merge:
    """A block of merged cells: 0-based, both ends included."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class SheetDetails:
    """All 0-based. `height` and `width` are the extent of the filled area, counted from cell A1."""

    height: int = 0
    width: int = 0
    merges: tuple[Merge, ...] = ()
    errors: Mapping[tuple[int, int], str] = field(default_factory=dict)
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class RawSheet:
    """A sheet as its library gives it: `rows` start at row 1, column A, and can be gone through once."""

    name: str
    visible: bool
    rows: Iterable[Sequence[object]]
    details: SheetDetails


def lines_of(rows: Iterable[Sequence[str]], details: SheetDetails) -> tuple[tuple[Row, ...], tuple[int, ...]]:
    """Number the rows, drop empty and hidden ones, and give a cell merged downwards to each of its rows.

    A row that has nothing but its share of merged cells is part of the record above it, not a record. Also gives the
    numbers of hidden rows that were not empty.
    """
    starting: dict[int, list[Merge]] = {}
    for merge in details.merges:
        if merge.bottom > merge.top:
            starting.setdefault(merge.top, []).append(merge)
    failed: dict[int, list[tuple[int, str]]] = {}
    for (row, column), error in sorted(details.errors.items()):
        failed.setdefault(row, []).append((column, error))
    lines: list[Row] = []
    hidden: list[int] = []
    open_merges: dict[int, tuple[int, str]] = {}
    for index, values in enumerate(rows):
        cells = list(values)
        errors = tuple(failed.get(index, ()))
        own = bool(errors) or any(cell and not cell.isspace() for cell in cells)
        for column, (bottom, text) in list(open_merges.items()):
            if bottom < index:
                del open_merges[column]
            elif own:
                cells += [""] * (column + 1 - len(cells))
                cells[column] = cells[column] or text
        for merge in starting.get(index, ()):
            if merge.left < len(cells) and cells[merge.left]:
                open_merges[merge.left] = (merge.bottom, cells[merge.left])
        if own and index in details.hidden_rows:
            hidden.append(index + 1)
        elif own:
            lines.append(Row(index + 1, tuple(cells), errors))
    return tuple(lines), tuple(hidden)
