"""Which records of which segment are live, and where they stand in the union."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
import numpy.typing as npt

from matcher.index.base import Allowed
from matcher.index.union.segment import Segment

__all__ = ["Rows", "largest"]

Positions = npt.NDArray[np.int64]


def largest(segments: Sequence[Segment]) -> int:
    """Place of the segment with the most records, the first of equals."""
    return max(range(len(segments)), key=lambda at: (len(segments[at]), -at))


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Rows of the union are the live records of all segments in order of id: dead ones have none.

    live: for each segment int64, its live rows, ascending. merged: for each segment int64, the same records' rows in
    the union, ascending. owner, row: int64 (n,), for each row of the union its segment and the row there.
    """

    live: tuple[Positions, ...]
    merged: tuple[Positions, ...]
    owner: Positions
    row: Positions

    @classmethod
    def of(cls, segments: Sequence[Segment]) -> "Rows":
        """Rows of one segment or more, oldest first. Looks at the ids of the small segments one by one only."""
        masks = _masks(segments)
        big = largest(segments)
        few = sorted(
            (segment.index.ids[row], at, row)
            for at, segment in enumerate(segments)
            if at != big
            for row in np.flatnonzero(masks[at]).tolist()
        )
        ids = segments[big].index.ids
        places = np.array([bisect_left(ids, record_id) for record_id, _, _ in few], dtype=np.int64)
        before = np.concatenate([[0], np.cumsum(masks[big])]).astype(np.int64)
        of_few = np.arange(len(few)) + before[places]
        owners, rows = (np.array([item[part] for item in few], dtype=np.int64) for part in (1, 2))
        live = tuple(np.flatnonzero(mask) for mask in masks)
        merged = [of_few[owners == at] for at in range(len(segments))]
        merged[big] = np.arange(len(live[big])) + np.searchsorted(places, live[big], side="right")
        owner = np.full(len(few) + len(live[big]), big, dtype=np.int64)
        row = np.empty(len(owner), dtype=np.int64)
        owner[of_few], row[of_few], row[merged[big]] = owners, rows, live[big]
        return cls(live, tuple(merged), owner, row)

    def __len__(self) -> int:
        """Number of live records."""
        return len(self.owner)

    def place(self, segment: int, row: int) -> int | None:
        """The row in the union of a row of a segment; None where that record is dead."""
        live = self.live[segment]
        at = int(np.searchsorted(live, row))
        return int(self.merged[segment][at]) if at < len(live) and live[at] == row else None

    def split(self, positions: Positions) -> Iterator[tuple[int, Positions, Positions]]:
        """Rows of the union by segment: the segment, int64 places in `positions`, int64 rows there."""
        owners = self.owner[positions]
        for at in np.unique(owners).tolist():
            places = np.flatnonzero(owners == at)
            yield at, places, self.row[positions[places]]


def _masks(segments: Sequence[Segment]) -> list[Allowed]:
    """For each segment bool (n,), True where no later one replaces or removes the record."""
    masks = [np.ones(len(segment), dtype=np.bool_) for segment in segments]
    for at, (segment, mask) in enumerate(zip(segments, masks, strict=True)):
        for later in segments[at + 1 :]:
            mask[_hidden(segment, later)] = False
    return masks


def _hidden(segment: Segment, later: Segment) -> list[int]:
    """Rows of a segment whose ids a later one holds or takes away; goes through the ids of the smaller one."""
    if len(later) > len(segment):
        ids = enumerate(segment.index.ids)
        return [row for row, record_id in ids if record_id in later.gone or record_id in later.index]
    found = (segment.index.find(record_id) for record_id in chain(later.gone, later.index.ids))
    return [row for row in found if row is not None]
