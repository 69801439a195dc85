"""Selection of the best, the same everywhere: by score, then by position."""

import numpy as np
import numpy.typing as npt

from matcher.index.base import Allowed, Hits

__all__ = ["best", "check_request"]


def check_request(count: int, k: int, allowed: Allowed | None) -> None:
    """Refuse what no retriever can answer.

    Raises:
        ValueError: k < 1, or `allowed` of another length than the corpus.
    """
    if k < 1:
        raise ValueError(f"k must be at least 1, not {k}")
    if allowed is not None and (allowed.shape != (count,) or allowed.dtype != np.bool_):
        raise ValueError(f"allowed must be bool of shape ({count},), not {allowed.dtype} of shape {allowed.shape}")


def best(positions: npt.NDArray[np.int64], scores: npt.NDArray[np.float32], k: int) -> Hits:
    """The k highest of the scored positions, exact at the cut: equal scores in ascending order of position.

    Args:
        positions: int64 (m,), ascending.
        scores: float32 (m,), of the same records.
        k: at least 1.
    """
    if k < len(scores):
        cut = np.partition(scores, len(scores) - k)[len(scores) - k]
        kept = np.flatnonzero(scores >= cut)
        positions, scores = positions[kept], scores[kept]
    # A stable sort keeps ascending positions among equals.
    order = np.argsort(-scores, kind="stable")[:k]
    return Hits(positions[order].astype(np.int64, copy=False), scores[order].astype(np.float32, copy=False))
