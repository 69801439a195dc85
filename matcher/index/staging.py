"""Vectors of a build that is not finished: kept beside the versions, so that an interrupted build goes on."""

import json
import zlib
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from matcher.embed.base import Vectors
from matcher.index.disk import Disk
from matcher.index.vectors import KEY_BYTES, Keys, KnownVectors

__all__ = ["Staging"]

_Rows: TypeAlias = npt.NDArray[np.void]


class Staging:
    """One append-only file: a line naming the encoder, then rows of key, checksum and vector.

    A row that was cut off or spoilt by a crash ends what is read back.
    """

    def __init__(self, path: Path, encoder_id: str, dim: int, disk: Disk) -> None:
        self._path = path
        self._disk = disk
        self._header = json.dumps({"dim": dim, "encoder": encoder_id}, sort_keys=True).encode() + b"\n"
        self._row = np.dtype([("key", np.uint8, (KEY_BYTES,)), ("sum", "<u4"), ("vector", "<f4", (dim,))])

    def resume(self, known: KnownVectors) -> None:
        """Tell `known` what an interrupted run left, and make the file fit for appending."""
        if not self._path.is_file():
            return
        data = self._path.read_bytes()
        rows = self._whole_rows(data)
        known.add(rows["key"], rows["vector"])
        whole = self._header + rows.tobytes() if len(rows) else b""
        if whole != data:
            # Written beside and moved: what is kept must survive a crash of this very step.
            beside = self._path.with_suffix(".tmp")
            with self._disk.create(beside) as file:
                file.write(whole)
            self._disk.move(beside, self._path)

    def append(self, keys: Keys, vectors: Vectors) -> None:
        """See `VectorSink.append`."""
        rows = np.zeros(len(keys), dtype=self._row)
        rows["key"] = keys
        rows["vector"] = vectors
        rows["sum"] = [_checksum(row) for row in rows]
        empty = not self._path.is_file() or self._path.stat().st_size == 0
        self._disk.append(self._path, (self._header if empty else b"") + rows.tobytes())

    def remove(self) -> None:
        """Nothing is left to resume."""
        self._disk.remove(self._path)

    def _whole_rows(self, data: bytes) -> _Rows:
        """The rows before the first that is cut off or spoilt; none where another encoder wrote the file."""
        if not data.startswith(self._header):
            return np.zeros(0, dtype=self._row)
        body = memoryview(data)[len(self._header) :]
        rows = np.frombuffer(body, dtype=self._row, count=len(body) // self._row.itemsize)
        spoilt = (at for at, row in enumerate(rows) if _checksum(row) != int(row["sum"]))
        return rows[: next(spoilt, len(rows))]


def _checksum(row: np.void) -> int:
    return zlib.crc32(row["vector"].tobytes(), zlib.crc32(row["key"].tobytes()))
