"""The one interface every retriever implements, and what it is asked and answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias, runtime_checkable

import numpy as np
import numpy.typing as npt

__all__ = ["Allowed", "Hits", "QueryText", "Retriever"]

Allowed: TypeAlias = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class QueryText:
    """A record or a free text seen as a query: its title and its body (either may be empty, not both)."""

    title: str
    body: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Hits:
    """Positions in the corpus, best first.

    positions: int64 (k,), distinct, each in [0, n); fewer than asked when fewer records are allowed or score above the
        floor.
    scores: float32 (k,), descending; ties are in ascending order of position.
    """

    positions: npt.NDArray[np.int64]
    scores: npt.NDArray[np.float32]


@runtime_checkable
class Retriever(Protocol):
    """Finds records of one side for queries of the other. Positions are row numbers of the corpus it was built from."""

    @property
    def name(self) -> str:
        """Short name used in reports: `lexical`, `dense`, `hybrid`."""
        ...

    def __len__(self) -> int:
        """Number of records."""
        ...

    def search(self, queries: Sequence[QueryText], k: int, allowed: Allowed | None = None) -> list[Hits]:
        """The best `k` records for each query among those allowed.

        Args:
            queries: one or more queries.
            k: at least 1; may exceed the corpus.
            allowed: bool (n,), True where a record may appear; None allows all. Applied before the cut, exactly:
                the answer equals an exhaustive search over the allowed records.

        Returns:
            One `Hits` per query, in order.

        Raises:
            ValueError: k < 1, or `allowed` of another length than the corpus.
        """
        ...

    def score(
        self, queries: Sequence[QueryText], positions: Sequence[npt.NDArray[np.int64]]
    ) -> list[npt.NDArray[np.float32]]:
        """Scores of given records: for query i float32 (len(positions[i]),), equal to what `search` reports for them.

        A record `search` would leave out (nothing in common) gets the floor, 0.0 for lexical retrievers.
        """
        ...
