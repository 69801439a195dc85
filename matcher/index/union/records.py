"""Records and ids of a union by row, looked up in their segments when asked for."""

from collections.abc import Iterator, Sequence
from typing import TypeVar, overload

from matcher.index.union.rows import Rows

__all__ = ["Joined"]

T = TypeVar("T")


class Joined(Sequence[T]):
    """Live items of several sequences in the order of the union."""

    def __init__(self, rows: Rows, parts: Sequence[Sequence[T]]) -> None:
        """`parts`: one a segment, in the order of `rows`."""
        self._rows = rows
        self._parts = parts

    def __len__(self) -> int:
        """Number of live items."""
        return len(self._rows)

    def __iter__(self) -> Iterator[T]:
        for owner, row in zip(self._rows.owner.tolist(), self._rows.row.tolist(), strict=True):
            yield self._parts[owner][row]

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> list[T]: ...
    def __getitem__(self, index: int | slice) -> T | list[T]:
        if isinstance(index, slice):
            return [self[at] for at in range(*index.indices(len(self)))]
        return self._parts[int(self._rows.owner[index])][int(self._rows.row[index])]
