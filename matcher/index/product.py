"""Dense scores of many queries at once by matrix products, to within the rounding of single precision.

Records are taken in chunks whose cosines stay in the processor's cache. Queries and records are put in order of how
many windows they have, so that “the best window” is a few maxima of whole matrices, not a small search for each pair.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from threadpoolctl import ThreadpoolController

from matcher.embed.base import Vectors

__all__ = ["Weights", "product_scores"]

Scores = npt.NDArray[np.float32]
_Places = npt.NDArray[np.int64]

_CHUNK = 2048


@dataclass(frozen=True, slots=True)
class Weights:
    """Shares of the three cosines; they sum to 1, so that scores stay in [-1, 1]."""

    title: float = 1 / 3
    window: float = 1 / 3
    cross: float = 1 / 3


def product_scores(
    queries: Sequence[Vectors], titles: Vectors, windows: Vectors, sizes: _Places, weights: Weights
) -> Scores:
    """Scores of all records for all queries: float32 (len(queries), n).

    Args:
        queries: float32 (1 + windows, d) each, the title first, at least one window.
        titles: float32 (n, d).
        windows: float32 (sizes.sum(), d), in order of record.
        sizes: int64 (n,), how many windows each record has; 0 for a record that is its own one window.
        weights: of the three cosines.
    """
    count = len(queries)
    order = sorted(range(count), key=lambda at: -len(queries[at]))
    asked = np.concatenate([np.stack(list(column)) for column in _columns([queries[at] for at in order])])
    widths = [sum(len(query) > place for query in queries) for place in range(1, len(queries[order[0]]))]
    starts = np.cumsum(sizes) - sizes
    scores = np.empty((count, len(titles)), dtype=np.float32)

    def fill(here: slice) -> None:
        window = slice(int(starts[here][0]), int(starts[here][-1] + sizes[here][-1]))
        found = _best_windows(titles[here] @ asked.T, count, widths)
        title, best = found[:, :count], found[:, count:]
        cross = title
        if window.stop > window.start:
            rows, inside = _best_rows(_best_windows(windows[window] @ asked.T, count, widths), sizes[here])
            cross, best = title.copy(), best.copy()
            cross[rows], best[rows] = inside[:, :count], inside[:, count:]
        scores[order, here] = (weights.title * title + weights.window * best + weights.cross * cross).T

    chunks = [slice(first, min(first + _CHUNK, len(titles))) for first in range(0, len(titles), _CHUNK)]
    threads = min(_threads(), len(chunks))
    # Threads of the linear algebra wait for each other at every product, spinning; ours share out whole chunks.
    with _blas().limit(limits=1):
        if threads < 2:
            list(map(fill, chunks))
        else:
            with ThreadPoolExecutor(threads) as pool:
                list(pool.map(fill, chunks))
    return scores


@lru_cache(maxsize=1)
def _blas() -> ThreadpoolController:
    return ThreadpoolController().select(user_api="blas")


@lru_cache(maxsize=1)
def _threads() -> int:
    """As many as the linear algebra was given (`OMP_NUM_THREADS`), or would take."""
    return max((library.num_threads for library in _blas().lib_controllers), default=1)


def _columns(queries: Sequence[Vectors]) -> Iterator[Iterator[Vectors]]:
    """The titles, then the first windows, the second … of queries that have them, most windows first."""
    for place in range(len(queries[0])):
        yield (query[place] for query in queries if len(query) > place)


def _best_windows(cosines: Scores, count: int, widths: Sequence[int]) -> Scores:
    """float32 (records, 2 · count): of each query its title's cosine, then that of its best window."""
    at = 2 * count
    for width in widths[1:]:
        best = cosines[:, count : count + width]
        np.maximum(best, cosines[:, at : at + width], out=best)
        at += width
    return cosines[:, : 2 * count]


def _best_rows(cosines: Scores, sizes: _Places) -> tuple[_Places, Scores]:
    """Which records have windows, most first, and of each the best over its rows of `cosines`."""
    records = np.argsort(-sizes, kind="stable")[: int(np.count_nonzero(sizes))]
    starts = (np.cumsum(sizes) - sizes)[records]
    best = cosines[starts]
    for place in range(1, int(sizes[records[0]])):
        having = int(np.count_nonzero(sizes[records] > place))
        np.maximum(best[:having], cosines[starts[:having] + place], out=best[:having])
    return records, best
