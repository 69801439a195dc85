"""What subscriptions have still to be compared with: published versions that the index has taken in."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, exists, select, update
from sqlalchemy.orm import Session

from api.db.tables import IndexQueue, RecordRow, WatchQueue
from api.records.states import State
from matcher.records import Side, Tier

__all__ = ["Waiting", "done", "postpone", "waiting"]

# A record that is published, not queued for the index and yet not in it waits for the index to be reconciled.
_AGAIN_S = 60


@dataclass(frozen=True, slots=True)
class Waiting:
    """Part of the queue. `entries` are its numbers by record; `live` the records of each side that are searched."""

    entries: dict[str, list[int]]
    live: dict[Side, dict[str, RecordRow]]


def waiting(session: Session, now: dt.datetime, most: int) -> Waiting:
    """The first `most` entries that are due and whose record the index holds as it is now, or holds no more."""
    in_index = ~exists().where(IndexQueue.record_id == WatchQueue.record_id)
    # One statement, so that a row is of the version that the index was found to hold.
    found = session.execute(
        select(WatchQueue.id, WatchQueue.record_id, RecordRow)
        .outerjoin(RecordRow, RecordRow.id == WatchQueue.record_id)
        .where(WatchQueue.due_at <= now, in_index)
        .order_by(WatchQueue.id)
        .limit(most)
    ).all()
    entries: dict[str, list[int]] = {}
    live: dict[Side, dict[str, RecordRow]] = {side: {} for side in Side}
    for number, record_id, row in found:
        entries.setdefault(record_id, []).append(number)
        if row is not None and row.deleted_at is None and row.state == State.PUBLISHED and row.visibility < Tier.SECRET:
            live[Side(row.side)][row.id] = row
    return Waiting(entries, live)


def done(session: Session, numbers: Sequence[int]) -> None:
    """Take entries off the queue."""
    session.execute(delete(WatchQueue).where(WatchQueue.id.in_(numbers)))


def postpone(session: Session, numbers: Iterable[int], now: dt.datetime) -> None:
    """Look at entries again a little later."""
    later = now + dt.timedelta(seconds=_AGAIN_S)
    session.execute(update(WatchQueue).where(WatchQueue.id.in_(list(numbers))).values(due_at=later))
