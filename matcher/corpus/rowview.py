"""One row of a table seen by fields: texts joined, values typed, and what they do not repeat kept aside."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from matcher.corpus.columns import Column, Found
from matcher.corpus.read import Row
from matcher.corpus.read.cells import is_error_text

__all__ = ["Layout", "RowView", "Unread", "failed_cells"]

T = TypeVar("T")
_EXAMPLES = 3
_LONGEST_EXAMPLE = 30
# Cells that say nothing; kept, but not reported as not understood.
_BLANK = frozenset(
    {
        "面议",
        "协商",
        "均可",
        "待定",
        "多种方式",
        "无",
        "不限",
        "其他",
        "其它",
        "暂无",
        "没有",
        "/",
        "-",
        "--",
        "—",
        "——",
        "null",
        "none",
        "nan",
        "n/a",
        "至",
    }
)


@dataclass(slots=True)
class Unread:
    """How many texts of a column were not understood, and a few of them."""

    count: int = 0
    examples: list[str] = field(default_factory=list)

    def add(self, text: str) -> None:
        """Count one more."""
        self.count += 1
        shown = text[:_LONGEST_EXAMPLE]
        if len(self.examples) < _EXAMPLES and shown not in self.examples:
            self.examples.append(shown)


@dataclass(slots=True)
class Layout:
    """The columns of a table by field, the one that counts first in front, with what was counted while reading."""

    by_field: Mapping[str, tuple[Column, ...]]
    plain_extra: tuple[Column, ...]
    headings: tuple[str, ...]
    filled: list[int]
    unread: dict[str, Unread] = field(default_factory=dict)

    @classmethod
    def of(cls, columns: Sequence[Column], used: frozenset[str]) -> "Layout":
        """Arrange columns; fields not in `used` (the other side's) are kept as they are."""
        by_field: dict[str, list[Column]] = {}
        for column in columns:
            if column.field in used:
                by_field.setdefault(column.field, []).append(column)
        extra = tuple(c for c in columns if c.field not in used and c.found is not Found.RETURNED)
        ordered = {name: tuple(sorted(found, key=lambda c: (c.order, c.index))) for name, found in by_field.items()}
        return cls(ordered, extra, tuple(column.heading for column in columns), [0] * len(columns))


def failed_cells(row: Row) -> dict[int, str]:
    """Cells that hold a spreadsheet error, also as text (a CSV export of #DIV/0!), with the error."""
    texts = {at: text for at, cell in enumerate(row.cells) if is_error_text(text := cell.strip())}
    return texts | dict(row.errors)


class RowView:
    """The cells of one row. Every method leaves in `extra` what its answer does not say word for word."""

    __slots__ = ("_layout", "cells", "errors", "extra")

    def __init__(self, row: Row, layout: Layout) -> None:
        self.errors = failed_cells(row)
        self.cells = tuple("" if at in self.errors else cell.strip() for at, cell in enumerate(row.cells))
        self._layout = layout
        filled = layout.filled
        for at, cell in enumerate(self.cells):
            if cell:
                filled[at] += 1
        self.extra = {c.heading: self.cells[c.index] for c in layout.plain_extra if self.cells[c.index]}
        self.extra |= {layout.headings[at]: error for at, error in self.errors.items()}

    def columns(self, name: str) -> tuple[Column, ...]:
        """Columns of a field in the order in which they count."""
        return self._layout.by_field.get(name, ())

    def filled(self, name: str) -> list[tuple[Column, str]]:
        """Columns of a field with their texts, the empty ones left out."""
        return [(c, self.cells[c.index]) for c in self._layout.by_field.get(name, ()) if self.cells[c.index]]

    def first(self, name: str) -> str:
        """The first text of a field; the others are kept aside."""
        texts = self.filled(name)
        for column, text in texts[1:]:
            if text != texts[0][1]:
                self.extra[column.heading] = text
        return texts[0][1] if texts else ""

    def joined(self, name: str, mark: str = "\n") -> str:
        """All texts of a field, each once."""
        return mark.join(dict.fromkeys(text for _, text in self.filled(name)))

    def words(self, name: str, split: Callable[[str], tuple[str, ...]]) -> tuple[str, ...]:
        """The words of all columns of a field, each once."""
        return tuple(dict.fromkeys(word for _, text in self.filled(name) for word in split(text)))

    def typed(self, name: str, parse: Callable[[str, Column], T | None], render: Callable[[T], str]) -> T | None:
        """The first value that is understood."""
        value: T | None = None
        for column, text in self.filled(name):
            parsed = parse(text, column)
            if value is None and parsed is not None:
                value = parsed
                if render(parsed) != text:
                    self.extra[column.heading] = text
                continue
            self.extra[column.heading] = text
            if parsed is None:
                self.not_understood(column, text)
        return value

    def together(
        self, name: str, parse: Callable[[str], tuple[T, ...]], render: Callable[[tuple[T, ...]], str]
    ) -> tuple[T, ...]:
        """The values that all columns of a field give together (kind, number and state of a right stand apart)."""
        texts = self.filled(name)
        values = parse(" ".join(text for _, text in texts)) if texts else ()
        for column, text in texts:
            if render(values) != text:
                self.extra[column.heading] = text
            if not values:
                self.not_understood(column, text)
        return values

    def not_understood(self, column: Column, text: str) -> None:
        """Count a text that says something but not to us."""
        if text.lower() not in _BLANK:
            self._layout.unread.setdefault(column.heading, Unread()).add(text)
