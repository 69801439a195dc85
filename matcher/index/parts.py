"""What a side asks of its two retrievers beyond searching: of the one by words, and of the one by meaning."""

from collections.abc import Iterator, Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from matcher.index.base import Allowed, Hits, QueryText, Retriever
from matcher.index.dense import Nearest, Product
from matcher.index.passages import Passages, QueryPassages

__all__ = ["KeywordPart", "MeaningPart"]

Scores = npt.NDArray[np.float32]


class KeywordPart(Retriever, Protocol):
    """See `Lexical`."""

    def scores(self, query: QueryText) -> Scores:
        """Score ≥ 0 of every record: float32 (n,)."""
        ...

    def hits(self, scores: Scores, k: int, allowed: Allowed | None = None) -> Hits:
        """What `search` answers to a query whose `scores` are known."""
        ...

    def weight(self, word: str) -> float:
        """How much a word tells, > 0."""
        ...

    def weights(self, words: Sequence[str]) -> npt.NDArray[np.float64]:
        """What `weight` says of each word: float64 (len(words),)."""
        ...


class MeaningPart(Retriever, Protocol):
    """See `Dense`."""

    @property
    def passages(self) -> Passages:
        """The embedded texts; `Nearest.rows` are rows of these."""
        ...

    @property
    def title_share(self) -> float:
        """How many of the records are known by their titles alone, in [0, 1]."""
        ...

    def products(self, queries: Sequence[QueryText]) -> Iterator[Product]:
        """The scores of all records for each query, to within `ROUNDING`."""
        ...

    def settle(self, product: Product, k: int) -> Hits:
        """What `search` answers to a query whose product is known."""
        ...

    def rescore(self, query: npt.NDArray[np.float32], where: npt.NDArray[np.int64]) -> Scores:
        """What `score` says of some records, for a query whose vectors, float32 (1 + windows, d), are known."""
        ...

    def titles(self, where: npt.NDArray[np.int64]) -> npt.NDArray[np.float32]:
        """The vectors of the titles of some records: float32 (m, d), unit rows."""
        ...

    def known(self, record: int, title: str, body: str) -> dict[str, npt.NDArray[np.float32]]:
        """The vectors of a record by the texts that were embedded, given its title and body."""
        ...

    def cut(self, queries: Sequence[QueryText]) -> list[QueryPassages]:
        """The texts by which each query is compared."""
        ...

    def nearest(self, queries: Sequence[QueryText], positions: Sequence[npt.NDArray[np.int64]]) -> list[Nearest]:
        """For each query and each of its records the two windows with the largest cosine."""
        ...
