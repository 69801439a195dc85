"""Meaning in common: cosines between several vectors of each side, exact. The only file that imports FAISS.

A record is scored by three cosines: title with title, the best of the query's windows with the best of the record's
windows, and the query's title with the record's best window. A record without a body is its own one window.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from types import ModuleType

import numpy as np
import numpy.typing as npt

from matcher.embed.base import Encoder, Vectors
from matcher.index.base import Allowed, Hits, QueryText
from matcher.index.passages import Passages, QueryPassages, cut_query, passage_text
from matcher.index.product import Weights, product_scores
from matcher.index.topk import best, check_request

__all__ = ["ROUNDING", "Dense", "Nearest", "Product", "Weights", "settled"]

Positions = npt.NDArray[np.int64]
Scores = npt.NDArray[np.float32]

# A matrix product pays from this many query vectors on; below, FAISS's kernel reads the vectors once for each.
_FEW_VECTORS = 8
# Its sums differ in the last bits from one shape to another; whoever is this close to the cut is scored again exactly.
ROUNDING = np.float32(1e-5)
# The kernel takes the query's vectors in turn over so many rows (768 kB at 384 dimensions), which are read once so.
_CHUNK = 512
# Rows in one go are read faster than rows with gaps: from this share of allowed records on, all are scored.
_MOSTLY = 0.6
# Cosines held at once (256 MB).
_MOST_COSINES = 1 << 26


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    """Rows of the vectors that some records need.

    rows: int64 (records + windows,), the title of each record, then the windows of those that have any.
    titles: number of records. windowed: int64, which of the records have windows, most windows first. sizes: int64,
    how many these have. starts: int64, where theirs begin, counted after the titles. whole: whether `rows` are all
    there are, in order.
    """

    rows: Positions
    titles: int
    windowed: Positions
    sizes: Positions
    starts: Positions
    whole: bool = False

    def best(self, cosines: Scores) -> Scores:
        """The largest cosine over the windows of each record, the title's where it has none: float32 (titles,).

        Args:
            cosines: float32 (records + windows,).
        """
        found = cosines[: self.titles].copy()
        if len(self.windowed):
            windows = cosines[self.titles :]
            # All records that have so many windows at once; `reduceat` takes them one by one and three times as long.
            peaks, falling = windows[self.starts], -self.sizes
            for place in range(1, int(self.sizes[0])):
                having = np.searchsorted(falling, -place)
                np.maximum(peaks[:having], windows[self.starts[:having] + place], out=peaks[:having])
            found[self.windowed] = peaks
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Nearest:
    """The windows by which a query and some records are nearest.

    query: the texts of the query. windows: int64 (records,), which of its windows. rows: int64 (records,), which
    passage of each record; its title where it has no body.
    """

    query: QueryPassages
    windows: Positions
    rows: Positions


@dataclass(frozen=True, slots=True, eq=False)
class Product:
    """One query against all records at once.

    query: float32 (1 + windows, d), its vectors. scores: float32 (n,), differing from what `Dense.score` says by at
    most `ROUNDING`.
    """

    query: Vectors
    scores: Scores


class Dense:
    """A retriever over passage vectors.

    Every allowed record is scored, so the answer is exact at every size. Single queries are scored by FAISS's
    inner-product kernel; batches by a matrix product that sets aside what is clearly beyond the cut, and the rest by
    the kernel. The kernel adds in one order whatever stands beside a pair, so reported scores do not depend on how
    many queries or records were asked for together.
    """

    name = "dense"

    def __init__(
        self,
        passages: Passages,
        vectors: Vectors,
        encoder: Encoder,
        *,
        window_chars: int,
        query_windows: int = 4,
        weights: Weights | None = None,
    ) -> None:
        """`vectors`: float32 (len(passages), d), unit rows, C-contiguous; may be memory-mapped."""
        self.passages = passages
        self._vectors = vectors
        self._encoder = encoder
        self._window_chars = window_chars
        self._query_windows = query_windows
        self._weights = weights or Weights()
        self._count = passages.titles
        self._sizes = np.bincount(passages.records[self._count :], minlength=self._count)
        self._firsts = self._count + np.cumsum(self._sizes) - self._sizes

    def __len__(self) -> int:
        """Number of records."""
        return self._count

    def search(self, queries: Sequence[QueryText], k: int, allowed: Allowed | None = None) -> list[Hits]:
        """See `Retriever.search`; scores are weighted cosines in [-1, 1], and every allowed record may be returned.

        Raises:
            ModelError: the encoder's files are missing or damaged.
        """
        check_request(self._count, k, allowed)
        where = np.arange(self._count) if allowed is None else np.flatnonzero(allowed)
        asked = self._encode(queries)
        if len(where) == 0:
            return [Hits(np.zeros(0, np.int64), np.zeros(0, np.float32)) for _ in asked]
        whole = len(where) >= _MOSTLY * self._count
        needed = self._everything if whole else self._rows(where)
        # Where among the scored records the allowed ones are.
        places = where if whole and len(where) < self._count else slice(None)
        found: list[Hits] = []
        for block in _blocks(asked, max(1, _MOST_COSINES // len(needed.rows))):
            if sum(map(len, block)) < _FEW_VECTORS:
                scores = (self._combine(self._exact(query, needed), needed) for query in block)
                found.extend(best(where, score[places], k) for score in scores)
            else:
                products = zip(block, self._batch(block, needed), strict=True)
                found.extend(
                    settled(Product(query, score[places]), where, k, self.rescore) for query, score in products
                )
        return found

    def products(self, queries: Sequence[QueryText]) -> Iterator[Product]:
        """The scores of all records for each query, from matrix products.

        Raises:
            ModelError: the encoder's files are missing or damaged.
        """
        needed = self._everything
        for block in _blocks(self._encode(queries), max(1, _MOST_COSINES // max(1, len(needed.rows)))):
            scores = product_scores(
                block, self._vectors[: self._count], self._vectors[self._count :], self._sizes, self._weights
            )
            yield from map(Product, block, scores)

    def settle(self, product: Product, k: int) -> Hits:
        """What `search` answers to a query whose product is known; may be called from several threads.

        Raises:
            ValueError: k < 1.
        """
        check_request(self._count, k, None)
        return settled(product, np.arange(self._count), k, self.rescore)

    def score(self, queries: Sequence[QueryText], positions: Sequence[Positions]) -> list[Scores]:
        """See `Retriever.score`."""
        asked = self._encode(queries)
        return [self.rescore(query, where) for query, where in zip(asked, positions, strict=True)]

    def rescore(self, query: Vectors, where: Positions) -> Scores:
        """What `score` says of some records, for a query whose vectors, float32 (1 + windows, d), are known."""
        needed = self._rows(where)
        return self._combine(self._exact(query, needed), needed)

    @cached_property
    def title_share(self) -> float:
        """How many of the records are known by their titles alone, in [0, 1]; 0 for an empty corpus."""
        return float((self._sizes == 0).mean()) if self._count else 0.0

    def nearest(self, queries: Sequence[QueryText], positions: Sequence[Positions]) -> list[Nearest]:
        """For each query and each of its records the two windows with the largest cosine, the first of equals.

        Raises:
            ModelError: the encoder's files are missing or damaged.
        """
        found = []
        for cut, query, where in zip(self.cut(queries), self._encode(queries), positions, strict=True):
            needed = self._rows(where)
            cosines = self._exact(query, needed)
            cosines = cosines[min(1, len(cosines) - 1) :]
            peaks = cosines.max(axis=0)
            rows = np.arange(needed.titles)
            for record, start, size in zip(needed.windowed, needed.starts, needed.sizes, strict=True):
                rows[record] = needed.titles + start + peaks[needed.titles :][start : start + size].argmax()
            found.append(Nearest(cut, cosines.argmax(axis=0)[rows], needed.rows[rows]))
        return found

    def titles(self, where: Positions) -> Vectors:
        """The vectors of the titles of some records: float32 (m, d), unit rows."""
        return np.asarray(self._vectors[where])

    def known(self, record: int, title: str, body: str) -> dict[str, Vectors]:
        """The vectors of a record by the texts that were embedded, given its title and body: float32 (d,) each."""
        first = int(self._firsts[record])
        rows = (record, *range(first, first + int(self._sizes[record])))
        return {passage_text(self.passages, row, title, body): np.array(self._vectors[row]) for row in rows}

    def cut(self, queries: Sequence[QueryText]) -> list[QueryPassages]:
        """The texts by which each query is compared."""
        return [cut_query(query.title, query.body, self._window_chars, self._query_windows) for query in queries]

    def _encode(self, queries: Sequence[QueryText]) -> list[Vectors]:
        """For each query float32 (1 + windows, d), the title first."""
        cuts = self.cut(queries)
        texts = [(cut.title, *cut.windows) for cut in cuts]
        distinct = {text: at for at, text in enumerate(dict.fromkeys(text for group in texts for text in group))}
        vectors = self._encoder.encode_queries(list(distinct))
        return [vectors[[distinct[text] for text in group]] for group in texts]

    @cached_property
    def _everything(self) -> _Rows:
        return replace(self._rows(np.arange(self._count)), whole=True)

    def _rows(self, where: Positions) -> _Rows:
        windowed = np.flatnonzero(self._sizes[where])
        sizes = self._sizes[where[windowed]]
        starts = np.cumsum(sizes) - sizes
        windows = np.repeat(self._firsts[where[windowed]] - starts, sizes) + np.arange(int(sizes.sum()))
        order = np.argsort(-sizes, kind="stable")
        return _Rows(np.concatenate([where, windows]), len(where), windowed[order], sizes[order], starts[order])

    def _combine(self, cosines: Scores, needed: _Rows) -> Scores:
        """float32 (records,) from cosines (1 + query windows, rows needed), or (1, rows needed) where all are alike."""
        title = cosines[0]
        cross = window = needed.best(title)
        # A free text is its own one window.
        if len(cosines) > 1:
            window = needed.best(cosines[1:].max(axis=0))
        weights = self._weights
        score: Scores = weights.title * title[: needed.titles] + weights.window * window + weights.cross * cross
        return score

    def _exact(self, query: Vectors, needed: _Rows) -> Scores:
        """float32 (1 + query windows, rows needed), each cosine by itself, in FAISS; one row where all are alike."""
        faiss = _faiss()
        # A query without a body is its own one window: the same vector twice.
        query = np.ascontiguousarray(query, dtype=np.float32)
        keys = [vector.tobytes() for vector in query]
        distinct = dict(zip(keys, query, strict=True))
        cosines = np.empty((len(distinct), len(needed.rows)), dtype=np.float32)
        vectors, dim = np.asarray(self._vectors), self._vectors.shape[1]
        step = _CHUNK if len(distinct) > 1 else max(1, len(needed.rows))
        for first in range(0, len(needed.rows), step):
            rows, out = needed.rows[first : first + step], cosines[:, first : first + step]
            for vector, row in zip(distinct.values(), out, strict=True):
                found, asked = faiss.swig_ptr(row), faiss.swig_ptr(vector)
                if needed.whole:
                    # The same sums without a list of rows to look up, which costs a third of the time.
                    faiss.fvec_inner_products_ny(found, asked, faiss.swig_ptr(vectors[first:]), dim, len(rows))
                else:
                    faiss.fvec_inner_products_by_idx(
                        found, asked, faiss.swig_ptr(vectors), faiss.swig_ptr(rows), dim, 1, len(rows)
                    )
        if len(distinct) in (1, len(query)):
            return cosines
        return cosines[[list(distinct).index(key) for key in keys]]

    def _batch(self, block: list[Vectors], needed: _Rows) -> Scores:
        """float32 (queries, records), to within `ROUNDING`."""
        complete = len(needed.rows) == len(self._vectors)
        vectors = self._vectors if complete else self._vectors[needed.rows]
        titles, windows = vectors[: needed.titles], vectors[needed.titles :]
        return product_scores(block, titles, windows, self._sizes[needed.rows[: needed.titles]], self._weights)


def settled(product: Product, where: Positions, k: int, rescore: Callable[[Vectors, Positions], Scores]) -> Hits:
    """The best k of some records, whose scores these are: who is near the cut is scored again exactly.

    Args:
        product: its scores are those of `where`.
        where: int64 (n,), ascending.
        k: at least 1.
        rescore: exact scores of some of them from the query's vectors.
    """
    near, rough = where, product.scores
    if k < len(where):
        cut = np.partition(rough, len(where) - k)[len(where) - k]
        near = where[rough >= cut - 2 * ROUNDING]
    return best(near, rescore(product.query, near), k)


def _blocks(queries: list[Vectors], most_vectors: int) -> list[list[Vectors]]:
    """Queries in order, so many at a time that they have about `most_vectors` vectors together, at least one."""
    blocks: list[list[Vectors]] = []
    room = 0
    for query in queries:
        if room < len(query):
            blocks.append([])
            room = most_vectors
        blocks[-1].append(query)
        room -= len(query)
    return blocks


def _faiss() -> ModuleType:
    import faiss  # noqa: PLC0415

    # The kernels used here are short; waking threads for them costs more than it saves, and spinning ones much more.
    faiss.omp_set_num_threads(1)
    return faiss  # type: ignore[no-any-return, unused-ignore]
