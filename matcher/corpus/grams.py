"""Texts as hashed character pairs: what the field classifier counts. No segmentation, no vocabulary to ship."""

import math
import re
import zlib
from collections import Counter
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matcher.text.normalize import normalize

__all__ = ["BUCKETS", "Grams", "count_grams"]

BUCKETS = 1 << 14
_TITLE_WEIGHT = 2
_BODY_CHARS = 500
_RUN = re.compile(r"[\u3400-\u9fff]+|[a-z]+")


@dataclass(frozen=True, slots=True, eq=False)
class Grams:
    """A text's features.

    buckets: int64 (m,), ascending, distinct, each in [0, BUCKETS).
    values: float32 (m,), log(1 + weighted count).
    count: occurrences counted, 0 for a text without Chinese characters or Latin words.
    """

    buckets: npt.NDArray[np.int64]
    values: npt.NDArray[np.float32]
    count: int


def count_grams(title: str, body: str = "") -> Grams:
    """Count Latin words and pairs of Chinese characters; the title counts twice, the body up to 500 characters."""
    found: Counter[int] = Counter()
    seen = 0
    for text, weight in ((normalize(title), _TITLE_WEIGHT), (normalize(body[: 2 * _BODY_CHARS])[:_BODY_CHARS], 1)):
        for run in _RUN.findall(text.lower()):
            pieces = [run] if run.isascii() or len(run) == 1 else [run[at : at + 2] for at in range(len(run) - 1)]
            seen += len(pieces)
            for piece in pieces:
                found[zlib.crc32(piece.encode()) % BUCKETS] += weight
    buckets = np.array(sorted(found), dtype=np.int64)
    values = np.array([math.log1p(found[bucket]) for bucket in sorted(found)], dtype=np.float32)
    return Grams(buckets, values, seen)
