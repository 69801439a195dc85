"""The word table: one vector for every piece of the vocabulary, int8 with one scale a row, as two plain `.npy` files.

It lies outside the graphs, so that several models can share it (docs/decisions/0123-one-word-table.md).
"""

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from matcher.embed.base import Vectors
from matcher.embed.manifest import MEND, SCALES_FILE, WORDS_FILE
from matcher.errors import ModelError

__all__ = ["WordTable"]


@dataclass(frozen=True, slots=True, eq=False)
class WordTable:
    """rows: int8 (vocabulary, dim). scales: float32 (vocabulary,)."""

    rows: npt.NDArray[np.int8]
    scales: npt.NDArray[np.float32]

    @property
    def dim(self) -> int:
        """Width of the vectors."""
        return int(self.rows.shape[1])

    def vectors(self, ids: npt.NDArray[np.int64]) -> Vectors:
        """Row times scale of each piece: int64 (n, length), from 0 → float32 (n, length, dim).

        Raises:
            ModelError: a piece lies beyond the table.
        """
        try:
            # A row in float32 times its scale in float32, rounded once: on every machine the same bits.
            return np.multiply(self.rows[ids], self.scales[ids][..., None], dtype=np.float32)
        except IndexError as error:
            raise ModelError(
                f"词向量表只有 {len(self.rows)} 行，分词文件却给出编号 {ids.max()}，二者不配；{MEND}。"
            ) from error

    def files(self) -> dict[str, bytes]:
        """Name → content of the two files; the same table gives the same bytes."""
        return {WORDS_FILE: _npy(self.rows), SCALES_FILE: _npy(self.scales)}

    @classmethod
    def read(cls, rows: tuple[Path, bytes], scales: tuple[Path, bytes], *, dim: int) -> "WordTable":
        """A table out of two files, of each where it lies and its content.

        Raises:
            ModelError: a file is no array of its kind, or the two do not belong to a table `dim` wide.
        """
        table = cls(_array(*rows), _array(*scales))
        if table.rows.dtype != np.int8 or table.rows.shape[1:] != (dim,):
            raise ModelError(f"词向量表 {rows[0]} 是 {_told(table.rows)}，应为 int8 (词片数, {dim})；{MEND}。")
        if table.scales.dtype != np.float32 or table.scales.shape != table.rows.shape[:1]:
            raise ModelError(
                f"词向量的比例 {scales[0]} 是 {_told(table.scales)}，应为 float32 ({len(table.rows)},)；{MEND}。"
            )
        return table


def _told(array: npt.NDArray[Any]) -> str:
    return f"{array.dtype} {array.shape}"


def _npy(array: npt.NDArray[Any]) -> bytes:
    buffer = BytesIO()
    np.save(buffer, np.ascontiguousarray(array), allow_pickle=False)
    return buffer.getvalue()


def _array(path: Path, content: bytes) -> npt.NDArray[Any]:
    try:
        # Not `np.load`: that would also take an archive of arrays.
        return np.asarray(np.lib.format.read_array(BytesIO(content), allow_pickle=False))
    except Exception as error:
        # What numpy raises depends on where in the header the damage lies.
        raise ModelError(f"词向量文件 {path} 不是 .npy 数组；{MEND}。") from error
