"""One part of a union: a side as it was saved, and what it takes away from earlier parts."""

from collections.abc import Callable
from functools import cached_property

import numpy as np

from matcher.index.base import Allowed
from matcher.index.lexical import Lexical
from matcher.index.parts import KeywordPart
from matcher.index.side import SideIndex
from matcher.index.tokens import TokenTable

__all__ = ["Segment"]


class Segment:
    """A side that never changes. What is worked out about it once serves every union it takes part in."""

    def __init__(
        self,
        index: SideIndex,
        *,
        gone: frozenset[str] = frozenset(),
        term_count: int,
        tokens: Callable[[], TokenTable],
    ) -> None:
        """Name the parts.

        Args:
            index: the records of this part.
            gone: ids that were removed when it was written; none of them is among its records.
            term_count: how many terms its records have together.
            tokens: reads these terms; asked only where another part's word statistics are used.
        """
        self.index = index
        self.gone = gone
        self.average_terms = term_count / max(1, len(index))
        self._tokens = tokens
        self._weighed: tuple[Segment, Lexical] | None = None

    def __len__(self) -> int:
        """Number of records, hidden ones too."""
        return len(self.index)

    @cached_property
    def titles_only(self) -> Allowed:
        """Bool (n,), True for a record that is known by its title alone."""
        found = np.ones(len(self), dtype=np.bool_)
        found[self.index.dense.passages.records[len(self) :]] = False
        return found

    def weighed_by(self, other: "Segment") -> KeywordPart:
        """The words of this part, scored by how common they are in another, so that the two may be compared."""
        if other is self:
            return self.index.lexical
        if self._weighed is None or self._weighed[0] is not other:
            built = Lexical.build_by(self._tokens(), other.index.lexical.weights, max(other.average_terms, 1.0))
            self._weighed = (other, built)
        return self._weighed[1]
