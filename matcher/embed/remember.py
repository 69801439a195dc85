"""Query vectors kept for a while: search and scoring ask for the same texts, and fairs ask for them again."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence

import numpy as np

from matcher.embed.base import Encoder, Vectors

__all__ = ["RememberingEncoder"]


class RememberingEncoder:
    """An encoder that keeps the vectors of the last `size` distinct query texts; passages are not kept.

    Not for several threads at once: give each its own.
    """

    def __init__(self, encoder: Encoder, *, size: int = 8192) -> None:
        """Raises ValueError where size < 1."""
        if size < 1:
            raise ValueError(f"size must be at least 1, not {size}")
        self._encoder = encoder
        self._size = size
        self._kept: OrderedDict[str, Vectors] = OrderedDict()

    @property
    def id(self) -> str:
        """The id of the encoder behind it: the vectors are the same."""
        return self._encoder.id

    @property
    def dim(self) -> int:
        """Width of the vectors."""
        return self._encoder.dim

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """See `Encoder.encode_queries`."""
        new = [text for text in dict.fromkeys(texts) if text not in self._kept]
        fresh = dict(zip(new, self._encoder.encode_queries(new), strict=True)) if new else {}
        rows = np.empty((len(texts), self.dim), dtype=np.float32)
        for at, text in enumerate(texts):
            if text in self._kept:
                self._kept.move_to_end(text)
            rows[at] = self._kept[text] if text in self._kept else fresh[text]
        self.learn(fresh)
        return rows

    def learn(self, vectors: Mapping[str, Vectors]) -> None:
        """Keep what is known of these query texts already: float32 (dim,), unit length, by text."""
        for text, vector in vectors.items():
            self._kept[text] = vector
            self._kept.move_to_end(text)
        while len(self._kept) > self._size:
            self._kept.popitem(last=False)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """See `Encoder.encode_passages`."""
        return self._encoder.encode_passages(texts)
