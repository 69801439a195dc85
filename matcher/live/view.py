"""A live index at one moment: its segments, opened, and where the live record of an id is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from matcher.index.side import SideIndex
from matcher.index.union.segment import Segment
from matcher.index.union.side import unite
from matcher.live.changes import Key
from matcher.live.segments import SavedSegment
from matcher.live.state import State
from matcher.records import Side

__all__ = ["View"]


@dataclass(frozen=True, eq=False)
class View:
    """Never changes. segments: those the state names, oldest first."""

    state: State
    segments: tuple[SavedSegment, ...]

    @cached_property
    def sides(self) -> Mapping[Side, SideIndex]:
        """Both sides as one index each; none where there is no segment."""
        return {side: unite(side, self._parts(side)) for side in Side} if self.segments else {}

    def locate(self, side: Side, record_id: str) -> tuple[int, int] | None:
        """Place of the segment that holds the live record of an id, and its row there."""
        for at in reversed(range(len(self.segments))):
            part = self.segments[at].parts[side]
            row = part.index.find(record_id)
            if row is not None:
                return at, row
            if record_id in part.gone:
                return None
        return None

    def stamp(self, side: Side, record_id: str) -> int | None:
        """The stamp of the live record of an id."""
        found = self.locate(side, record_id)
        return None if found is None else int(self.segments[found[0]].stamps[side][found[1]])

    def stamps(self) -> dict[Key, int]:
        """The stamp of every live record."""
        found: dict[Key, int] = {}
        for side in Side:
            gone: set[str] = set()
            mine: dict[str, int] = {}
            for segment in reversed(self.segments):
                part, stamps = segment.parts[side], segment.stamps[side].tolist()
                here = zip(part.index.ids, stamps, strict=True)
                # Later segments came first, so what is there already hides what comes now.
                mine = {record_id: stamp for record_id, stamp in here if record_id not in gone} | mine
                gone |= part.gone
            found |= {(side, record_id): stamp for record_id, stamp in mine.items()}
        return found

    def live_rows(self, at: int, side: Side) -> Sequence[int]:
        """Rows of one segment whose records are live, ascending."""
        ids = self.segments[at].parts[side].index.ids
        return [row for row, record_id in enumerate(ids) if self.locate(side, record_id) == (at, row)]

    def _parts(self, side: Side) -> list[Segment]:
        """What matters for one side; at least one, be it empty."""
        parts = [segment.parts[side] for segment in self.segments]
        return [part for part in parts if len(part) or part.gone] or parts[:1]
