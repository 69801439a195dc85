"""How close phrases are in meaning, by an encoder."""

from collections.abc import Sequence

from matcher.embed.base import Encoder, Vectors

__all__ = ["Meaning"]


class Meaning:
    """Cosines of phrases; give it an encoder that remembers, where the same phrases come again."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder

    def __call__(self, left: Sequence[str], right: Sequence[str]) -> Vectors:
        """Cosines in [-1, 1]: float32 (len(left), len(right)), both asked as queries.

        Raises:
            ModelError: the encoder's files are missing or damaged.
        """
        vectors = self._encoder.encode_queries([*left, *right])
        return vectors[: len(left)] @ vectors[len(left) :].T
