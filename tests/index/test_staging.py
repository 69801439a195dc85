"""What an interrupted build left is taken up as far as it is whole."""

from pathlib import Path

import numpy as np
import pytest

from matcher.embed.hashing import HashingEncoder
from matcher.index.disk import Disk
from matcher.index.staging import Staging
from matcher.index.vectors import KnownVectors, content_keys

TEXTS = ["花生", "菊花", "冷箱"]
VECTORS = HashingEncoder(8).encode_passages(TEXTS)
KEYS = content_keys(TEXTS)


def staging(folder: Path, encoder_id: str = "e1") -> Staging:
    return Staging(folder / "staging.vectors", encoder_id, 8, Disk())


def found(folder: Path, encoder_id: str = "e1") -> list[str]:
    """Which texts are known after resuming; what is known must be right."""
    known = KnownVectors()
    staging(folder, encoder_id).resume(known)
    hits = [known.find(key.tobytes()) for key in KEYS]
    for hit, vector in zip(hits, VECTORS, strict=True):
        assert hit is None or hit.tobytes() == vector.tobytes()
    return [text for text, hit in zip(TEXTS, hits, strict=True) if hit is not None]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    for at in range(len(TEXTS)):
        staging(tmp_path).append(KEYS[at : at + 1], VECTORS[at : at + 1])
    return tmp_path / "staging.vectors"


def test_everything_that_was_appended_is_known(file: Path) -> None:
    assert found(file.parent) == TEXTS


def test_nothing_to_resume_is_fine(tmp_path: Path) -> None:
    assert found(tmp_path) == []
    assert list(tmp_path.iterdir()) == []


def test_another_encoders_vectors_are_not_taken(file: Path) -> None:
    assert found(file.parent, "e2") == []
    staging(file.parent, "e2").append(KEYS[:1], VECTORS[:1])
    assert found(file.parent, "e2") == TEXTS[:1]


@pytest.mark.parametrize("cut", [1, 8 * 4, 8 * 4 + 4 + 16 - 1])
def test_a_row_cut_off_is_dropped_and_the_file_goes_on_after_it(file: Path, cut: int) -> None:
    file.write_bytes(file.read_bytes()[:-cut])
    assert found(file.parent) == TEXTS[:2]
    staging(file.parent).append(KEYS[2:], VECTORS[2:])
    assert found(file.parent) == TEXTS


def test_a_spoilt_row_ends_what_is_trusted(file: Path) -> None:
    data = bytearray(file.read_bytes())
    # The last byte of the second of three rows of 16 + 4 + 32 bytes.
    data[-52 - 1] ^= 1
    file.write_bytes(bytes(data))
    assert found(file.parent) == TEXTS[:1]


@pytest.mark.parametrize("data", [b"", b"{", b"\xff" * 500])
def test_rubbish_is_not_trusted(file: Path, data: bytes) -> None:
    file.write_bytes(data)
    assert found(file.parent) == []
    staging(file.parent).append(KEYS, VECTORS)
    assert found(file.parent) == TEXTS


def test_removed_there_is_nothing(file: Path) -> None:
    staging(file.parent).remove()
    assert found(file.parent) == []
    assert np.array_equal(KEYS, content_keys(TEXTS))
