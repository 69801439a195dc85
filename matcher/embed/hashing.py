"""A toy encoder for tests: no model, no meaning, only shared characters.

Texts that share character pairs get similar vectors, which is enough to test everything around an encoder in
milliseconds. Its search quality is that of counting characters: never offer it to users.
"""

from collections.abc import Sequence
from zlib import crc32

import numpy as np

from matcher.embed.base import Vectors

__all__ = ["HashingEncoder"]


class HashingEncoder:
    """Counts single characters and pairs of neighbours in hashed, signed buckets."""

    def __init__(self, dim: int = 256) -> None:
        self._dim = dim

    @property
    def id(self) -> str:
        """The counting rule and the width."""
        return f"hashing:chars-1-2:{self._dim}"

    @property
    def dim(self) -> int:
        """Width of the vectors."""
        return self._dim

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Encode what someone looks for: float32 (len(texts), dim), unit rows, in order."""
        return self.encode_passages(texts)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Encode what can be found: float32 (len(texts), dim), unit rows, in order."""
        vectors = np.zeros((len(texts), self._dim), dtype=np.float32)
        for row, text in enumerate(texts):
            for gram in _grams(text):
                code = crc32(gram.encode("utf-8", errors="replace"))
                vectors[row, (code >> 1) % self._dim] += 1 if code & 1 else -1
            # Nothing to count, or counts that cancelled out: any fixed direction will do.
            if not vectors[row].any():
                vectors[row, 0] = 1
        lengths: Vectors = np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors / lengths


def _grams(text: str) -> list[str]:
    text = text.strip().lower()
    return [*text, *(text[i : i + 2] for i in range(len(text) - 1))]
