"""The toy encoder counts characters, and nothing else."""

from zlib import crc32

import numpy as np
import pytest

from matcher.embed.hashing import HashingEncoder


def test_vector_is_the_signed_count_of_characters_and_pairs() -> None:
    dim = 64
    expected = np.zeros(dim)
    for gram in ("a", "b", "ab"):
        code = crc32(gram.encode())
        expected[code // 2 % dim] += 1 if code % 2 else -1
    expected /= np.sqrt((expected**2).sum())
    np.testing.assert_allclose(HashingEncoder(dim).encode_queries(["AB "])[0], expected, atol=1e-7)


def test_both_sides_are_alike() -> None:
    encoder = HashingEncoder()
    assert np.array_equal(encoder.encode_queries(["花生"]), encoder.encode_passages(["花生"]))


@pytest.mark.parametrize("text", ["", "   "])
def test_nothing_to_count_points_along_the_first_axis(text: str) -> None:
    assert HashingEncoder(4).encode_queries([text]).tolist() == [[1, 0, 0, 0]]


def test_width_is_part_of_the_id() -> None:
    assert HashingEncoder(8).id != HashingEncoder(16).id
