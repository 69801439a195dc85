"""The sentence on each side that shows best why two records belong together: by meaning and by shared words."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from matcher.embed.base import Encoder, Vectors
from matcher.explain.candidates import Candidates, Weight, candidates, carried, encoded_text, worth_comparing
from matcher.explain.reading import Reading, Statement

__all__ = ["Strongest", "choose"]

Scores: TypeAlias = npt.NDArray[np.float64]

# What all shared words together may add to a cosine; between sentences of related records those differ by about 0.3.
_WORDS_WEIGHT = 0.3
_OF_QUERY, _OF_PAIR, _OF_PARTNER = 6, 5, 3


class Strongest:
    """Chooses sentences for a query and all its partners at once, so that they are encoded in one batch."""

    def __init__(self, weight: Weight, encoder: Encoder | None) -> None:
        self._weight = weight
        self._encoder = encoder

    def choose_all(
        self, query: Reading, partners: Sequence[tuple[Reading, Sequence[str]]], *, by_meaning: bool = True
    ) -> list[tuple[Statement | None, Statement | None]]:
        """For each partner the strongest statement of the query and of the partner; None where a side has none.

        Args:
            query: the query as read.
            partners: partners as read, each with the words it shares with the query.
            by_meaning: False leaves the encoder alone.

        Raises:
            ModelError: the encoder's files are missing or damaged.
        """
        words = {word for _, shared in partners for word in shared}
        mine = worth_comparing(query, words, self._weight, _OF_QUERY)
        encodes = by_meaning and self._encoder is not None

        def few(reading: Reading, among: Sequence[Statement], shared: Sequence[str], most: int) -> Candidates:
            return candidates(reading, among, shared, self._weight, most, by_meaning=encodes)

        pairs = []
        for partner, shared in partners:
            theirs = worth_comparing(partner, shared, self._weight, _OF_PARTNER)
            pairs.append((few(query, mine, shared, _OF_PAIR), few(partner, theirs, shared, _OF_PARTNER), shared))
        vectors = self._vectors([(left, right) for left, right, _ in pairs]) if encodes else {}
        return [
            choose(left, right, shared, self._weight, vectors)
            if left.statements and right.statements
            else (_first(left), _first(right))
            for left, right, shared in pairs
        ]

    def _vectors(self, pairs: Iterable[tuple[Candidates, Candidates]]) -> Mapping[str, Vectors]:
        """Vectors of all sentences where there is something to choose, by their text."""
        if self._encoder is None:
            return {}
        open_pairs = [pair for pair in pairs if any(len(side.statements) > 1 for side in pair)]
        texts = list(dict.fromkeys(text for pair in open_pairs for side in pair for text in side.texts()))
        # All as queries: a pair must not depend on who asks, and vectors of queries are remembered.
        return dict(zip(texts, self._encoder.encode_queries(texts), strict=True)) if texts else {}


def _first(found: Candidates) -> Statement | None:
    return found.statements[0] if found.statements else None


def choose(
    left: Candidates,
    right: Candidates,
    shared: Collection[str],
    weight: Weight,
    vectors: Mapping[str, Vectors],
) -> tuple[Statement, Statement]:
    """The strongest pair of statements; the first on a tie.

    A pair scores the mean of three cosines (the two statements, and each with the title of the other side, which tells
    what that record is about) and its share of the weight of all shared words.

    Args:
        left: candidates of one record, at least one.
        right: candidates of the other, at least one.
        shared: words both records assert.
        weight: how much a word tells.
        vectors: float32 (d,) unit vectors by encoded text; where one is missing, words alone decide.
    """
    total = sum(weight(word) for word in sorted(shared)) or 1.0
    sides = left.statements, right.statements
    told = [np.array([carried(item, shared, weight) for item in side]) / total for side in sides]
    scores = _cosines(left, right, vectors) + _WORDS_WEIGHT / 2 * (told[0][:, None] + told[1][None, :])
    row, column = divmod(int(np.argmax(scores)), len(sides[1]))
    return sides[0][row], sides[1][column]


def _cosines(left: Candidates, right: Candidates, vectors: Mapping[str, Vectors]) -> Scores:
    if any(text not in vectors for side in (left, right) for text in side.texts()):
        return np.zeros((len(left.statements), len(right.statements)))

    def rows(items: Iterable[Statement]) -> Scores:
        return np.stack([vectors[encoded_text(item)] for item in items]).astype(np.float64)

    mine, theirs = rows(left.statements), rows(right.statements)
    pairs = mine @ theirs.T
    to_title = mine @ rows([right.title])[0] if right.title else pairs.max(axis=1)
    from_title = theirs @ rows([left.title])[0] if left.title else pairs.max(axis=0)
    # Rounded, so that the order in which a product sums cannot decide a tie.
    return np.asarray(np.round((pairs + to_title[:, None] + from_title[None, :]) / 3, 6))
