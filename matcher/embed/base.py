"""The one interface every text encoder implements."""

from collections.abc import Sequence
from typing import Protocol, TypeAlias, runtime_checkable

import numpy as np
import numpy.typing as npt

__all__ = ["Encoder", "Vectors"]

Vectors: TypeAlias = npt.NDArray[np.float32]


@runtime_checkable
class Encoder(Protocol):
    """Turns texts into unit vectors. Both methods are deterministic and keep the order of the input."""

    @property
    def id(self) -> str:
        """Name and content hash, e.g. `bundled:e5-small-zh:1a2b3c4d5e6f`; equal ids mean equal vectors."""
        ...

    @property
    def dim(self) -> int:
        """Width of the vectors."""
        ...

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Encode what someone looks for.

        Args:
            texts: any number of strings; an empty string is allowed.

        Returns:
            float32 (len(texts), dim), each row of Euclidean length 1 (up to rounding).

        Raises:
            ModelError: the model files are missing or damaged.
        """
        ...

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Encode what can be found; same shapes, range and errors as `encode_queries`."""
        ...
