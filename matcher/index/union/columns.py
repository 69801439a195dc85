"""Filter columns of a union, put together when a filter or a count first asks for them."""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from matcher.index.columns import Columns, TextColumn
from matcher.index.union.rows import Rows, largest
from matcher.index.union.segment import Segment

__all__ = ["join_columns"]

T = TypeVar("T")


def join_columns(segments: Sequence[Segment], rows: Rows) -> Columns:
    """The columns of the live records in the order of the union."""
    columns = [segment.index.columns for segment in segments]
    big = largest(segments)

    def numbers(name: str) -> npt.NDArray[np.int32]:
        joined = np.empty(len(rows), dtype=np.int32)
        for column, live, merged in zip(columns, rows.live, rows.merged, strict=True):
            joined[merged] = column.numbers[name][live]
        return joined

    def texts(name: str) -> TextColumn:
        return _join([column.texts[name] for column in columns], rows, big)

    return Columns(len(rows), _OnDemand(tuple(columns[0].texts), texts), _OnDemand(tuple(columns[0].numbers), numbers))


class _OnDemand(Mapping[str, T]):
    """A mapping whose values are made when first asked for."""

    def __init__(self, names: tuple[str, ...], make: Callable[[str], T]) -> None:
        self._names = names
        self._make = make
        self._made: dict[str, T] = {}

    def __getitem__(self, name: str) -> T:
        if name not in self._made:
            if name not in self._names:
                raise KeyError(name)
            self._made[name] = self._make(name)
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def _join(parts: Sequence[TextColumn], rows: Rows, big: int) -> TextColumn:
    """Values of the small parts are looked up in the sorted values of the big one; a value may be left unheld."""
    known = parts[big].values
    small = {value for at, part in enumerate(parts) if at != big for value in part.values}
    new = sorted(value for value in small if not _holds(known, value))
    values = tuple(sorted((*known, *new))) if new else known
    where, codes = [], []
    for at, (part, live, merged) in enumerate(zip(parts, rows.live, rows.merged, strict=True)):
        place = np.full(part.count, -1, dtype=np.int64)
        place[live] = merged
        if at == big:
            inserted = np.array([bisect_left(known, value) for value in new], dtype=np.int64)
            number = np.arange(len(known)) + np.searchsorted(inserted, np.arange(len(known)), side="right")
        else:
            number = np.array([bisect_left(values, value) for value in part.values], dtype=np.int64)
        kept = place[part.rows] >= 0
        where.append(place[part.rows[kept]])
        codes.append(number[part.codes[kept]])
    joined, numbers = np.concatenate(where), np.concatenate(codes)
    # The texts of one record stay in the order they were in.
    order = np.argsort(joined, kind="stable")
    return TextColumn(values, joined[order].astype(np.int32), numbers[order].astype(np.int32), len(rows))


def _holds(ascending: Sequence[str], value: str) -> bool:
    at = bisect_left(ascending, value)
    return at < len(ascending) and ascending[at] == value
