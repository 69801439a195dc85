"""What a complete feed does not list any more, and the guard against a source that lost most of its list."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.db.tables import Feed, RecordRow
from api.feeds.writing import FeedWriter
from api.records.states import State

__all__ = ["FEW", "Absence", "find_absent", "withdraw_all"]

FEW = 10
"""So many records may go without being asked about, whatever share they are."""
_LIVE = (State.DRAFT.value, State.REVIEW.value, State.PUBLISHED.value)
_AT_ONCE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """Ids of records that are not listed any more, of `live` that the feed had before the read."""

    ids: tuple[str, ...]
    live: int

    @property
    def doubtful(self) -> bool:
        """Whether that is more than half of them, and more than a few: rather a broken source than a clearing."""
        return len(self.ids) > FEW and 2 * len(self.ids) > self.live


def find_absent(session: Session, feed: Feed, present: Collection[str]) -> Absence:
    """Compare the feed's live records with the numbers its source lists; call it before the items are entered."""
    found = session.execute(
        select(RecordRow.id, RecordRow.external_id)
        .where(RecordRow.feed_id == feed.id, RecordRow.deleted_at.is_(None), RecordRow.state.in_(_LIVE))
        .order_by(RecordRow.id)
    ).all()
    return Absence(ids=tuple(row_id for row_id, number in found if number not in present), live=len(found))


def withdraw_all(session: Session, writer: FeedWriter, feed: Feed, ids: Sequence[str]) -> int:
    """Withdraw those that are still this feed's and live; how many."""
    done = 0
    for start in range(0, len(ids), _AT_ONCE):
        rows = session.scalars(
            select(RecordRow)
            .where(RecordRow.id.in_(ids[start : start + _AT_ONCE]), RecordRow.feed_id == feed.id)
            .order_by(RecordRow.id)
        ).all()
        done += sum(writer.withdraw(row) for row in rows)
    return done
