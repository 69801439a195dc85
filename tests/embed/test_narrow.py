"""Shorter vectors: the beginning of longer ones, of length 1 again."""

from collections.abc import Sequence

import numpy as np
import pytest

from matcher.embed.base import Vectors
from matcher.embed.hashing import HashingEncoder
from matcher.embed.narrow import NarrowEncoder
from matcher.errors import ConfigError


class Fixed:
    """Gives the same two vectors of length 1 whatever it reads."""

    id = "fixed"
    dim = 3

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return np.array([[0.6, 0.0, 0.8], [0.0, 0.0, 1.0]], dtype=np.float32)[: len(texts)]

    encode_passages = encode_queries


def test_first_numbers_brought_to_length_one() -> None:
    encoder = NarrowEncoder(Fixed(), 2)
    assert (encoder.dim, encoder.id) == (2, "fixed:d2")
    # Nothing is left of the second vector, which must point somewhere all the same.
    np.testing.assert_allclose(encoder.encode_queries(["甲", "乙"]), [[1.0, 0.0], [1.0, 0.0]])
    np.testing.assert_allclose(NarrowEncoder(Fixed(), 3).encode_passages(["甲"]), [[0.6, 0.0, 0.8]], rtol=1e-6)


@pytest.mark.parametrize("dim", [0, 4, -1])
def test_a_width_the_encoder_has_not_is_refused(dim: int) -> None:
    with pytest.raises(ConfigError, match="MATCHER_DIM"):
        NarrowEncoder(Fixed(), dim)


def test_different_widths_have_different_ids() -> None:
    assert NarrowEncoder(HashingEncoder(), 8).id != NarrowEncoder(HashingEncoder(), 16).id
