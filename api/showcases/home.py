"""What a first visitor sees of the records: how many there are, and the newest, by a few bounded queries."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select

from api.db.tables import RecordRow, Showcase
from api.records.reading import Reader, Seen
from api.records.states import State
from api.showcases.tally import tallied
from matcher.records import Side

__all__ = ["MOST_COUNTED", "NEWEST", "Counted", "count_published", "newest_published", "newest_showcases"]

MOST_COUNTED = 1_000
"""So many are counted while somebody waits."""
NEWEST = 6
"""How many of each are shown."""
_ROUNDED = 100


@dataclass(frozen=True, slots=True)
class Counted:
    """How many records of a side the caller sees; `capped`: there are more than `count`."""

    side: Side
    count: int
    capped: bool

    def __str__(self) -> str:
        return f"{self.count}+" if self.capped else str(self.count)


def count_published(reader: Reader, side: Side, *, most: int = MOST_COUNTED) -> Counted:
    """Published records of a side that the caller may see: exactly as far as `most`, beyond that by the last tally.

    The tally knows of no one's own records, so beyond `most` it is told as a lower bound in whole hundreds.
    """
    some = select(RecordRow.id).where(_published(reader, side)).limit(most + 1).subquery()
    found = reader.session.scalar(select(func.count()).select_from(some)) or 0
    if found <= most:
        return Counted(side, found, capped=False)
    known = tallied(reader.session, side, reader.caller.tier)
    return Counted(side, max(most, known - known % _ROUNDED), capped=True)


def newest_published(reader: Reader, side: Side) -> list[Seen]:
    """The newest published records of a side that the caller may see, by when they were entered."""
    wanted = select(RecordRow).where(_published(reader, side)).order_by(RecordRow.id.desc()).limit(NEWEST)
    return [reader.see(row) for row in reader.session.scalars(wanted)]


def newest_showcases(reader: Reader) -> Sequence[Showcase]:
    """The showcases that were published last."""
    wanted = select(Showcase).where(Showcase.published_at.is_not(None))
    return reader.session.scalars(wanted.order_by(Showcase.published_at.desc(), Showcase.id).limit(NEWEST)).all()


def _published(reader: Reader, side: Side) -> ColumnElement[bool]:
    return (RecordRow.side == side.value) & (RecordRow.state == State.PUBLISHED.value) & reader.visible
