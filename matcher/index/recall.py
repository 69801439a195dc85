"""A query that is a record of the index need not be encoded: the index holds its vectors."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

import numpy as np

from matcher.embed.base import Encoder
from matcher.embed.remember import RememberingEncoder
from matcher.index.side import SideIndex
from matcher.records import Record, Side
from matcher.text.fields import title_and_body

__all__ = ["Recall"]

_PROBE = "同"


class Recall:
    """Hands vectors of indexed records to the encoder's memory; it does nothing where that has none."""

    def __init__(self, sides: Mapping[Side, SideIndex], encoder: Encoder) -> None:
        """`encoder` must be the one the sides were built with."""
        self._sides = sides
        self._encoder = encoder

    def before(self, queries: Iterable[Record]) -> Iterator[Record]:
        """The queries as they are; before one is handed on, its vectors are remembered if the index has them.

        Raises:
            ModelError: the encoder's files are missing or damaged.
        """
        for query in queries:
            self._remember(query)
            yield query

    def _remember(self, query: Record) -> None:
        side = self._sides.get(query.side)
        at = None if side is None else side.find(query.id)
        if side is None or at is None or not isinstance(self._encoder, RememberingEncoder):
            return
        text = title_and_body(query)
        # A record may have changed since, and free texts go by any id.
        if title_and_body(side.records[at]) == text and self._alike:
            self._encoder.learn(side.dense.known(at, *text))

    @cached_property
    def _alike(self) -> bool:
        """Whether the encoder makes the same of a query as of a passage; those that do not differ by a prefix."""
        asked, held = self._encoder.encode_queries([_PROBE]), self._encoder.encode_passages([_PROBE])
        return bool(np.array_equal(asked, held))
