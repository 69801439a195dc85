"""A side made of segments: searched, filtered and looked up as if it had been built from its live records."""

from collections.abc import Iterator, Sequence

import numpy as np

from matcher.index.base import Allowed
from matcher.index.filters import Filter
from matcher.index.side import SideIndex
from matcher.index.union.columns import join_columns
from matcher.index.union.dense import UnionDense
from matcher.index.union.lexical import UnionLexical
from matcher.index.union.records import Joined
from matcher.index.union.rows import Rows
from matcher.index.union.segment import Segment
from matcher.records import Side

__all__ = ["UnionSide", "unite"]


def unite(side: Side, segments: Sequence[Segment]) -> SideIndex:
    """The live records of one segment or more, oldest first.

    A record in a later segment, or removed there, hides those of its id in earlier ones.
    """
    if len(segments) == 1:
        return segments[0].index
    return UnionSide(side, segments)


class UnionSide(SideIndex):
    """Rows are the live records in order of id; dead ones have no row, so nothing can find, count or score them."""

    def __init__(self, side: Side, segments: Sequence[Segment]) -> None:
        """At least one segment, oldest first. Costs in proportion to the records of all but the largest one."""
        rows = Rows.of(segments)
        super().__init__(
            side,
            records=Joined(rows, [segment.index.records for segment in segments]),
            ids=Joined(rows, [segment.index.ids for segment in segments]),
            columns=join_columns(segments, rows),
            lexical=UnionLexical(segments, rows),
            dense=UnionDense(segments, rows),
        )
        self._segments = tuple(segments)
        self._rows = rows

    def owner(self, record_id: str) -> int | None:
        """The segment that holds the live record of an id."""
        for at in reversed(range(len(self._segments))):
            if self._segments[at].index.find(record_id) is not None:
                return at
            if record_id in self._segments[at].gone:
                return None
        return None

    def find(self, record_id: str) -> int | None:
        """See `SideIndex.find`."""
        at = self.owner(record_id)
        return None if at is None else self._rows.place(at, self._segments[at].index.position(record_id))

    def canonical(self, record_id: str) -> str:
        """See `SideIndex.canonical`. A mark holds while the head is the record it was when the mark was made.

        Copies of a head that was replaced or removed since stand together behind the first of them by id.
        """
        at = self.owner(record_id)
        if at is None:
            return record_id
        head = self._segments[at].index.canonical(record_id)
        of_head = self.owner(head)
        if of_head is not None and of_head <= at:
            return head
        return min(self._copies_within(at, head))

    def cluster(self, canonical_id: str) -> tuple[str, ...]:
        """See `SideIndex.cluster`."""
        members = {canonical_id}
        for at, segment in enumerate(self._segments):
            heads = {canonical_id, segment.index.canonical(canonical_id)}
            copies = {copy for head in heads for copy in self._copies_within(at, head)}
            members |= {copy for copy in copies if self.canonical(copy) == canonical_id}
        return tuple(sorted(members))

    def filter_mask(self, conditions: Filter) -> Allowed:
        """See `SideIndex.filter_mask`."""
        allowed = np.empty(len(self), dtype=np.bool_)
        for segment, live, merged in zip(self._segments, self._rows.live, self._rows.merged, strict=True):
            if len(live):
                allowed[merged] = segment.index.filter_mask(conditions)[live]
        return allowed

    def _copies_within(self, at: int, head: str) -> Iterator[str]:
        """The live records of one segment that were marked there as copies of a head, or are it."""
        return (copy for copy in self._segments[at].index.cluster(head) if self.owner(copy) == at)
