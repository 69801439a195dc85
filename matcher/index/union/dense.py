"""Meaning in common over a union: every segment answers from its own vectors, which are neither copied nor moved."""

from collections.abc import Iterator, Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt

from matcher.index.base import Allowed, Hits, QueryText
from matcher.index.dense import Nearest, Product, settled
from matcher.index.passages import Passages, QueryPassages
from matcher.index.topk import best, check_request
from matcher.index.union.rows import Rows
from matcher.index.union.segment import Segment

__all__ = ["UnionDense"]

Positions = npt.NDArray[np.int64]
Scores = npt.NDArray[np.float32]


class UnionDense:
    """See `Dense`; scores are those of a fresh index over the live records.

    Each segment asks the encoder for itself: give them one that remembers. All must cut queries alike.
    """

    name = "dense"

    def __init__(self, segments: Sequence[Segment], rows: Rows) -> None:
        """`rows`: of these segments."""
        self._rows = rows
        self._segments = segments
        self._parts = [segment.index.dense for segment in segments]
        sizes = [0, *(len(part.passages) for part in self._parts)]
        self._offsets = np.cumsum(sizes)[:-1]

    def __len__(self) -> int:
        """Number of live records."""
        return len(self._rows)

    def search(self, queries: Sequence[QueryText], k: int, allowed: Allowed | None = None) -> list[Hits]:
        """See `Dense.search`."""
        check_request(len(self), k, allowed)
        found: list[list[tuple[Positions, Scores]]] = [[] for _ in queries]
        for at, live in enumerate(self._rows.live):
            if len(live):
                for hits, here in zip(found, self._found(at, queries, k, allowed), strict=True):
                    hits.append(here)
        return [_joined(hits, k) for hits in found]

    def score(self, queries: Sequence[QueryText], positions: Sequence[Positions]) -> list[Scores]:
        """See `Retriever.score`."""
        scores = [np.zeros(len(where), dtype=np.float32) for where in positions]
        for segment, numbers, places, rows in self._by_segment(positions):
            found = self._parts[segment].score([queries[number] for number in numbers], rows)
            for number, place, score in zip(numbers, places, found, strict=True):
                scores[number][place] = score
        return scores

    @cached_property
    def title_share(self) -> float:
        """See `Dense.title_share`; of the live records."""
        bare = [segment.titles_only[live] for segment, live in zip(self._segments, self._rows.live, strict=True)]
        return sum(int(part.sum()) for part in bare) / len(self) if len(self) else 0.0

    @cached_property
    def passages(self) -> Passages:
        """The passages of all segments one after the other, those of dead records with record -1."""
        records = []
        for part, live, merged in zip(self._parts, self._rows.live, self._rows.merged, strict=True):
            place = np.full(len(part), -1, dtype=np.int32)
            place[live] = merged
            records.append(place[part.passages.records])
        starts, ends = (
            np.concatenate([getattr(part.passages, name) for part in self._parts]) for name in ("starts", "ends")
        )
        return Passages(np.concatenate(records), starts, ends)

    def products(self, queries: Sequence[QueryText]) -> Iterator[Product]:
        """See `Dense.products`."""
        # One at least: it says what the query's vectors are.
        alive = [at for at, live in enumerate(self._rows.live) if len(live)] or [0]
        for together in zip(*(self._parts[at].products(queries) for at in alive), strict=True):
            scores = np.empty(len(self), dtype=np.float32)
            for at, product in zip(alive, together, strict=True):
                scores[self._rows.merged[at]] = product.scores[self._rows.live[at]]
            yield Product(together[0].query, scores)

    def settle(self, product: Product, k: int) -> Hits:
        """See `Dense.settle`.

        Raises:
            ValueError: k < 1.
        """
        check_request(len(self), k, None)
        return settled(product, np.arange(len(self)), k, self.rescore)

    def rescore(self, query: npt.NDArray[np.float32], where: Positions) -> Scores:
        """See `Dense.rescore`."""
        scores = np.zeros(len(where), dtype=np.float32)
        for segment, places, rows in self._rows.split(where):
            scores[places] = self._parts[segment].rescore(query, rows)
        return scores

    def titles(self, where: Positions) -> npt.NDArray[np.float32]:
        """See `Dense.titles`."""
        parts = list(self._rows.split(where))
        if not parts:
            return self._parts[0].titles(where)
        found = [(places, self._parts[segment].titles(rows)) for segment, places, rows in parts]
        vectors = np.empty((len(where), found[0][1].shape[1]), dtype=np.float32)
        for places, here in found:
            vectors[places] = here
        return vectors

    def known(self, record: int, title: str, body: str) -> dict[str, npt.NDArray[np.float32]]:
        """See `Dense.known`."""
        ((segment, _, rows),) = self._rows.split(np.array([record]))
        return self._parts[segment].known(int(rows[0]), title, body)

    def cut(self, queries: Sequence[QueryText]) -> list[QueryPassages]:
        """See `Dense.cut`."""
        return self._parts[0].cut(queries)

    def nearest(self, queries: Sequence[QueryText], positions: Sequence[Positions]) -> list[Nearest]:
        """See `Dense.nearest`; `rows` are rows of `passages`."""
        found = [
            Nearest(cut, np.zeros(len(where), dtype=np.int64), np.zeros(len(where), dtype=np.int64))
            for cut, where in zip(self.cut(queries), positions, strict=True)
        ]
        for segment, numbers, places, rows in self._by_segment(positions):
            here = self._parts[segment].nearest([queries[number] for number in numbers], rows)
            for number, place, nearest in zip(numbers, places, here, strict=True):
                found[number].windows[place] = nearest.windows
                found[number].rows[place] = nearest.rows + self._offsets[segment]
        return found

    def _by_segment(
        self, positions: Sequence[Positions]
    ) -> Iterator[tuple[int, list[int], list[Positions], list[Positions]]]:
        """Each segment with the numbers of the queries that ask for records of it, their places there, and its rows."""
        split = [{at: (places, rows) for at, places, rows in self._rows.split(where)} for where in positions]
        for at in range(len(self._parts)):
            numbers = [number for number, parts in enumerate(split) if at in parts]
            if numbers:
                yield at, numbers, [split[n][at][0] for n in numbers], [split[n][at][1] for n in numbers]

    def _found(
        self, at: int, queries: Sequence[QueryText], k: int, allowed: Allowed | None
    ) -> Iterator[tuple[Positions, Scores]]:
        """The best `k` live records of a segment for each query, as rows of the union, best first."""
        part, live, merged = self._parts[at], self._rows.live[at], self._rows.merged[at]
        dead = len(part) - len(live)
        mask = None
        if allowed is not None:
            mask = np.zeros(len(part), dtype=np.bool_)
            mask[live] = allowed[merged]
        # The best k of the living are among the best k + dead of all, and asking for all spares a copy of the vectors.
        for hits in part.search(queries, k if allowed is not None else k + dead, mask):
            places = np.searchsorted(live, hits.positions)
            alive = live[np.minimum(places, len(live) - 1)] == hits.positions
            yield merged[places[alive]][:k], hits.scores[alive][:k]


def _joined(found: Sequence[tuple[Positions, Scores]], k: int) -> Hits:
    """The best k of what the segments found."""
    positions = np.concatenate([np.zeros(0, dtype=np.int64), *(where for where, _ in found)])
    scores = np.concatenate([np.zeros(0, dtype=np.float32), *(score for _, score in found)])
    order = np.argsort(positions)
    return best(positions[order], scores[order], k)
