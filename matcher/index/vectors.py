"""Vectors by content: equal texts are embedded once, what was embedded before is not embedded again."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from matcher.embed.base import Encoder, Vectors

__all__ = [
    "KEY_BYTES",
    "Embedded",
    "Keys",
    "KnownVectors",
    "Progress",
    "VectorSink",
    "content_keys",
    "embed",
]

KEY_BYTES = 16
Keys: TypeAlias = npt.NDArray[np.uint8]
Progress: TypeAlias = Callable[[int, int], None]
"""Called with the number of texts embedded so far and the number there are to embed."""

# What an interrupted build loses at most.
_CHUNK = 256


class VectorSink(Protocol):
    """Keeps vectors as they are made, so that an interrupted build can go on."""

    def append(self, keys: Keys, vectors: Vectors) -> None:
        """Keep `vectors`, float32 (m, d), under `keys`, uint8 (m, 16)."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Embedded:
    """Vectors of texts in order: float32 (m, d); their keys: uint8 (m, 16); how many texts the encoder was given."""

    vectors: Vectors
    keys: Keys
    encoded: int


class KnownVectors:
    """Vectors to be found by key, from any number of arrays."""

    def __init__(self) -> None:
        self._arrays: list[Vectors] = []
        self._places: dict[bytes, tuple[int, int]] = {}

    def add(self, keys: Keys, vectors: Vectors) -> None:
        """Learn vectors, float32 (m, d), under `keys`, uint8 (m, 16); a key that is known already stays as it was."""
        at = len(self._arrays)
        self._arrays.append(vectors)
        for row, key in enumerate(keys):
            self._places.setdefault(key.tobytes(), (at, row))

    def find(self, key: bytes) -> Vectors | None:
        """The vector, float32 (d,), or None."""
        place = self._places.get(key)
        return None if place is None else self._arrays[place[0]][place[1]]


def _content_key(text: str) -> bytes:
    """16 bytes that stand for the text (BLAKE2b)."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=KEY_BYTES).digest()


def content_keys(texts: Sequence[str]) -> Keys:
    """uint8 (len(texts), 16)."""
    joined = b"".join(_content_key(text) for text in texts)
    return np.frombuffer(joined, dtype=np.uint8).reshape(-1, KEY_BYTES)


def embed(
    texts: Sequence[str],
    encoder: Encoder,
    known: KnownVectors,
    sink: VectorSink | None = None,
    progress: Progress | None = None,
) -> Embedded:
    """The vector of each text, from `known` where it has it.

    Raises:
        ModelError: the encoder's files are missing or damaged.
    """
    keys = content_keys(texts)
    vectors = np.empty((len(texts), encoder.dim), dtype=np.float32)
    rows: dict[bytes, list[int]] = {}
    for row in range(len(texts)):
        key = keys[row].tobytes()
        if (vector := known.find(key)) is not None:
            vectors[row] = vector
        else:
            rows.setdefault(key, []).append(row)
    groups = list(rows.values())
    for start in range(0, len(groups), _CHUNK):
        chunk = groups[start : start + _CHUNK]
        first = [group[0] for group in chunk]
        made = encoder.encode_passages([texts[row] for row in first])
        if sink is not None:
            sink.append(keys[first], made)
        for group, vector in zip(chunk, made, strict=True):
            vectors[group] = vector
        if progress is not None:
            progress(start + len(chunk), len(groups))
    return Embedded(vectors, keys, len(groups))
