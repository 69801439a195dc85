"""Shorter vectors: the first numbers of longer ones, brought back to length 1.

An encoder trained so (Matryoshka, Kusupati et al. 2022, NeurIPS) loses little by it, and an index of 128 numbers a
passage takes a third of the memory of one of 384 (docs/training.md has the figures).
"""

from collections.abc import Sequence

import numpy as np

from matcher.embed.base import Encoder, Vectors
from matcher.errors import ConfigError

__all__ = ["NarrowEncoder"]


class NarrowEncoder:
    """The first `dim` numbers of another encoder's vectors."""

    def __init__(self, encoder: Encoder, dim: int) -> None:
        """Raises ConfigError where the encoder's vectors are not that long."""
        if not 1 <= dim <= encoder.dim:
            raise ConfigError(
                f"MATCHER_DIM 是 {dim}，但编码器 {encoder.id} 只有 {encoder.dim} 维；请改小，或设为 0 使用全部。"
            )
        self._encoder = encoder
        self._dim = dim

    @property
    def id(self) -> str:
        """The id of the encoder behind it, and the width."""
        return f"{self._encoder.id}:d{self._dim}"

    @property
    def dim(self) -> int:
        """Width of the vectors."""
        return self._dim

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """See `Encoder.encode_queries`."""
        return self._narrow(self._encoder.encode_queries(texts))

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """See `Encoder.encode_passages`."""
        return self._narrow(self._encoder.encode_passages(texts))

    def _narrow(self, vectors: Vectors) -> Vectors:
        short = np.array(vectors[:, : self._dim], dtype=np.float32, order="C")
        lengths = np.linalg.norm(short, axis=1, keepdims=True)
        # A vector may lie entirely in what is cut off; it must point somewhere.
        short[lengths[:, 0] == 0, 0] = 1
        return np.asarray(short / np.where(lengths > 0, lengths, 1), dtype=np.float32)
