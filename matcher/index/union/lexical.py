"""Terms in common over a union: every segment scored by the word statistics of the largest one."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from matcher.index.base import Allowed, Hits, QueryText
from matcher.index.lexical import Lexical
from matcher.index.topk import check_request
from matcher.index.union.rows import Rows, largest
from matcher.index.union.segment import Segment

__all__ = ["UnionLexical"]

Scores = npt.NDArray[np.float32]


class UnionLexical:
    """See `Lexical`.

    How common a word is and how long records are is taken from the largest segment, its dead records included. Scores
    of all records compare with each other; they differ from those of a fresh index as far as these counts do.
    """

    name = "lexical"

    def __init__(self, segments: Sequence[Segment], rows: Rows) -> None:
        """`rows`: of these segments."""
        guide = segments[largest(segments)]
        self._rows = rows
        self._parts = [segment.weighed_by(guide) for segment in segments]
        self._guide = guide.index.lexical

    def __len__(self) -> int:
        """Number of live records."""
        return len(self._rows)

    def search(self, queries: Sequence[QueryText], k: int, allowed: Allowed | None = None) -> list[Hits]:
        """See `Retriever.search`; only records with a score above 0 are returned."""
        check_request(len(self), k, allowed)
        return [self.hits(self.scores(query), k, allowed) for query in queries]

    def score(self, queries: Sequence[QueryText], positions: Sequence[npt.NDArray[np.int64]]) -> list[Scores]:
        """See `Retriever.score`; 0.0 where no word is shared."""
        return [self._score(query, where) for query, where in zip(queries, positions, strict=True)]

    def scores(self, query: QueryText) -> Scores:
        """See `Lexical.scores`."""
        total = np.zeros(len(self), dtype=np.float32)
        for part, live, merged in zip(self._parts, self._rows.live, self._rows.merged, strict=True):
            if len(live):
                total[merged] = part.scores(query)[live]
        return total

    @staticmethod
    def hits(scores: Scores, k: int, allowed: Allowed | None = None) -> Hits:
        """See `Lexical.hits`."""
        return Lexical.hits(scores, k, allowed)

    def weight(self, word: str) -> float:
        """See `Lexical.weight`; a word the largest segment does not hold counts as held by none."""
        return self._guide.weight(word)

    def weights(self, words: Sequence[str]) -> npt.NDArray[np.float64]:
        """See `Lexical.weights`."""
        return self._guide.weights(words)

    def _score(self, query: QueryText, where: npt.NDArray[np.int64]) -> Scores:
        total = np.zeros(len(where), dtype=np.float32)
        for segment, places, rows in self._rows.split(where):
            total[places] = self._parts[segment].score([query], [rows])[0]
        return total
