"""Terms in common: BM25 (Robertson & Zaragoza 2009, in Lucene's form) through bm25s over `search_terms`.

A query asks with its title alone, each term once: the title says what is wanted, the body much else (docs/index.md has
the figures). Only a title without a single term asks with the body.
"""

import math
from collections.abc import Sequence
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
        return [self._search_one(query, k, allowed) for query in queries]

    def score(self, queries: Sequence[QueryText], positions: Sequence[npt.NDArray[np.int64]]) -> list[Scores]:
        """See `Retriever.score`; 0.0 where no word is shared."""
        return [self._all_scores(query)[where] for query, where in zip(queries, positions, strict=True)]

    def weight(self, word: str) -> float:
        """How much a word tells, > 0: inverse document frequency, ln(1 + (n - df + ½) / (df + ½)) as in the scores."""
        holding = 0
        if self._model is not None and word in self._model.vocab_dict:
            number = self._model.vocab_dict[word]
            starts = self._model.scores["indptr"]
            # One entry in the column of a word for each record that holds it.
            holding = int(starts[number + 1] - starts[number])
        return math.log1p((self._count - holding + 0.5) / (holding + 0.5))

    def _search_one(self, query: QueryText, k: int, allowed: Allowed | None) -> Hits:
        scores = self._all_scores(query)
        hit = scores > 0
        found = np.flatnonzero(hit if allowed is None else hit & allowed)
        return best(found, scores[found], k)

    def _all_scores(self, query: QueryText) -> Scores:
        """float32 (n,), BM25 ≥ 0 of every record."""
        asked = list(dict.fromkeys(search_terms(query.title) or search_terms(query.body)))
        known = [] if self._model is None else self._model.get_tokens_ids(asked)
        if not known:
            return np.zeros(self._count, dtype=np.float32)
        return np.asarray(self._model.get_scores_from_ids(known), dtype=np.float32)
