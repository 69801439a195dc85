"""Terms in common: BM25 (Robertson & Zaragoza 2009, in Lucene's form) through bm25s over `search_terms`.

A query asks with its title alone, each term once: the title says what is wanted, the body much else (docs/index.md has
the figures). Only a title without a single term asks with the body.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from matcher.index.base import Allowed, Hits, QueryText
from matcher.index.tokens import TokenTable
from matcher.index.topk import best, check_request
from matcher.text.segment import search_terms

__all__ = ["Lexical"]

Scores = npt.NDArray[np.float32]


class Lexical:
    """A retriever over the terms of title and body. Records that share no term with the query are left out."""

    name = "lexical"

    def __init__(self, model: Any, count: int) -> None:
        """`model` is a fitted `bm25s.BM25`, or None where no record has a single word."""
        self._model = model
        self._count = count

    @classmethod
    def build(cls, table: TokenTable) -> "Lexical":
        """Index the words of a corpus."""
        if not table.vocabulary:
            return cls(None, len(table))
        import bm25s  # noqa: PLC0415

        # Compiled code would need numba and a first call of seconds; plain numpy gives the same numbers.
        model = bm25s.BM25(auto_compile=False)
        lookup = {word: at for at, word in enumerate(table.vocabulary)}
        model.index(bm25s.tokenization.Tokenized(ids=table, vocab=lookup), show_progress=False)
        return cls(model, len(table))

    @classmethod
    def build_by(
        cls, table: TokenTable, weights: Callable[[Sequence[str]], npt.NDArray[np.float64]], average_terms: float
    ) -> "Lexical":
        """Index the words of a few records so that their scores compare with those of another corpus.

        Args:
            table: words of the few.
            weights: inverse document frequencies of words in the other corpus; see `weights`.
            average_terms: mean number of terms of its records, > 0.
        """
        if not table.vocabulary:
            return cls(None, len(table))
        import bm25s  # noqa: PLC0415

        model = bm25s.BM25(auto_compile=False)
        lengths = np.diff(table.offsets)
        owners = np.repeat(np.arange(len(table)), lengths)
        # Ascending by word, then by record: the order of the columns.
        cells, counts = np.unique(table.ids.astype(np.int64) * len(table) + owners, return_counts=True)
        words, records = np.divmod(cells, len(table))
        longer = 1 - model.b + model.b * lengths[records] / average_terms
        model.scores = {
            "data": (weights(table.vocabulary)[words] * counts / (model.k1 * longer + counts)).astype(np.float32),
            "indices": records.astype(np.int32),
            "indptr": np.searchsorted(words, np.arange(len(table.vocabulary) + 1)),
            "num_docs": len(table),
        }
        model.vocab_dict = {word: at for at, word in enumerate(table.vocabulary)}
        return cls(model, len(table))

    def save(self, folder: Path) -> None:
        """Write the index into a folder that does not hold one yet; nothing is written where there are no words."""
        if self._model is not None:
            self._model.save(folder, show_progress=False)

    @classmethod
    def load(cls, folder: Path, count: int) -> "Lexical":
        """Open what `save` wrote, memory-mapped.

        Raises:
            OSError, ValueError: files are missing or are not what `save` wrote.
        """
        if not folder.is_dir():
            return cls(None, count)
        import bm25s  # noqa: PLC0415

        return cls(bm25s.BM25.load(folder, mmap=True, show_progress=False, auto_compile=False), count)

    def __len__(self) -> int:
        """Number of records."""
        return self._count

    def search(self, queries: Sequence[QueryText], k: int, allowed: Allowed | None = None) -> list[Hits]:
        """See `Retriever.search`; only records with a score above 0 are returned."""
        check_request(self._count, k, allowed)
        return [self.hits(self.scores(query), k, allowed) for query in queries]

    def score(self, queries: Sequence[QueryText], positions: Sequence[npt.NDArray[np.int64]]) -> list[Scores]:
        """See `Retriever.score`; 0.0 where no word is shared."""
        return [self._looked_up(query, where) for query, where in zip(queries, positions, strict=True)]

    def scores(self, query: QueryText) -> Scores:
        """BM25 ≥ 0 of every record: float32 (n,)."""
        total = np.zeros(self._count, dtype=np.float32)
        for records, shares in self._columns(query):
            total[records] += shares
        return total

    @staticmethod
    def hits(scores: Scores, k: int, allowed: Allowed | None = None) -> Hits:
        """What `search` answers to a query whose `scores` are known."""
        hit = scores > 0
        found = np.flatnonzero(hit if allowed is None else hit & allowed)
        return best(found, scores[found], k)

    def weight(self, word: str) -> float:
        """How much a word tells, > 0: inverse document frequency, ln(1 + (n - df + ½) / (df + ½)) as in the scores."""
        holding = 0
        if self._model is not None and word in self._model.vocab_dict:
            number = self._model.vocab_dict[word]
            starts = self._model.scores["indptr"]
            # One entry in the column of a word for each record that holds it.
            holding = int(starts[number + 1] - starts[number])
        return math.log1p((self._count - holding + 0.5) / (holding + 0.5))

    def weights(self, words: Sequence[str]) -> npt.NDArray[np.float64]:
        """What `weight` says of each word, together in one go: float64 (len(words),)."""
        holding = np.zeros(len(words), dtype=np.float64)
        if self._model is not None:
            numbers = np.array([self._model.vocab_dict.get(word, -1) for word in words], dtype=np.int64)
            known = np.flatnonzero(numbers >= 0)
            starts = np.asarray(self._model.scores["indptr"])
            holding[known] = starts[numbers[known] + 1] - starts[numbers[known]]
        return np.log1p((self._count - holding + 0.5) / (holding + 0.5))

    def _looked_up(self, query: QueryText, where: npt.NDArray[np.int64]) -> Scores:
        """The same sums in the same order as in `scores`, of a few records only."""
        total = np.zeros(len(where), dtype=np.float32)
        for records, shares in self._columns(query):
            places = np.minimum(np.searchsorted(records, where), len(records) - 1)
            total += np.where(records[places] == where, shares[places], np.float32(0))
        return total

    def _columns(self, query: QueryText) -> Iterator[tuple[npt.NDArray[np.int32], Scores]]:
        """For each known term of the query which records hold it, ascending, and what it adds to their scores."""
        if self._model is None:
            return
        records, shares, starts = (self._model.scores[name] for name in ("indices", "data", "indptr"))
        for number in self._model.get_tokens_ids(_asked(query)):
            start, end = int(starts[number]), int(starts[number + 1])
            yield records[start:end], shares[start:end]


@lru_cache(maxsize=256)
def _asked(query: QueryText) -> list[str]:
    """The terms of a query, each once; a pass asks for them several times in a row."""
    return list(dict.fromkeys(search_terms(query.title) or search_terms(query.body)))
