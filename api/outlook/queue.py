"""What the standing matching has still to look at, in the order it is done in."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, exists, func, insert, select, update
from sqlalchemy.orm import Session

from api.db.tables import IndexQueue, OutlookQueue, RecordRow
from api.records.content import is_indexed
from api.records.states import State
from matcher.records import Side

__all__ = [
    "Entries",
    "achievements_waiting",
    "add_needs",
    "done",
    "is_searched",
    "next_entries",
    "postpone",
    "published_needs",
]

# A record that is published, not queued for the index and yet not in it waits for the index to be reconciled.
_AGAIN_S = 60
_PAGE = 500


@dataclass(frozen=True, slots=True)
class Entries:
    """The next records of one side: the numbers of their entries and the rows, by id; None where one is gone."""

    numbers: dict[str, list[int]]
    rows: dict[str, RecordRow | None]

    @property
    def live(self) -> dict[str, RecordRow]:
        """Those that are published."""
        return {i: row for i, row in self.rows.items() if row is not None and _is_published(row)}

    @property
    def gone(self) -> list[str]:
        """Ids of the others."""
        live = self.live
        return [i for i in self.rows if i not in live]


def next_entries(session: Session, side: Side, moment: dt.datetime, most: int, *, bulk: bool | None = None) -> Entries:
    """Up to `most` records of a side whose entries are due and whose last change the index has taken in.

    All entries of a record that were there before are taken with it. `bulk` None: the ones by hand come first.
    """
    in_index = ~exists().where(IndexQueue.record_id == OutlookQueue.record_id)
    wanted = select(OutlookQueue.record_id).where(OutlookQueue.side == side.value, OutlookQueue.due_at <= moment)
    if bulk is not None:
        wanted = wanted.where(OutlookQueue.bulk.is_(bulk))
    # More than are wanted: the same record may be there several times.
    found = session.scalars(wanted.where(in_index).order_by(OutlookQueue.bulk, OutlookQueue.id).limit(4 * most))
    ids = list(dict.fromkeys(found))[:most]
    if not ids:
        return Entries({}, {})
    # The numbers before the rows: a version that is written meanwhile keeps its entry.
    numbers: dict[str, list[int]] = {i: [] for i in ids}
    for number, record_id in session.execute(
        select(OutlookQueue.id, OutlookQueue.record_id).where(
            OutlookQueue.record_id.in_(ids), OutlookQueue.due_at <= moment, in_index
        )
    ):
        numbers[record_id].append(number)
    rows = {row.id: row for row in session.scalars(select(RecordRow).where(RecordRow.id.in_(ids)))}
    return Entries(numbers, {i: rows.get(i) for i in ids})


def done(session: Session, entries: Entries, *, but: Collection[str] = ()) -> None:
    """Take entries off the queue, except those of the records named in `but`."""
    numbers = [number for record_id, own in entries.numbers.items() if record_id not in but for number in own]
    for start in range(0, len(numbers), _PAGE):
        session.execute(delete(OutlookQueue).where(OutlookQueue.id.in_(numbers[start : start + _PAGE])))


def postpone(session: Session, entries: Entries, record_ids: Collection[str], moment: dt.datetime) -> None:
    """Look at some of the records again a little later."""
    numbers = [number for record_id in record_ids for number in entries.numbers[record_id]]
    later = moment + dt.timedelta(seconds=_AGAIN_S)
    session.execute(update(OutlookQueue).where(OutlookQueue.id.in_(numbers)).values(due_at=later))


def add_needs(session: Session, need_ids: Collection[str], moment: dt.datetime) -> int:
    """Queue needs to be looked at again, each once; how many were not in the queue yet."""
    added = 0
    wanted = sorted(need_ids)
    for start in range(0, len(wanted), _PAGE):
        part = wanted[start : start + _PAGE]
        there = set(session.scalars(select(OutlookQueue.record_id).where(OutlookQueue.record_id.in_(part))))
        fresh = [need_id for need_id in part if need_id not in there]
        if fresh:
            session.execute(insert(OutlookQueue), [_entry(need_id, moment) for need_id in fresh])
        added += len(fresh)
    return added


def published_needs(session: Session) -> Sequence[str]:
    """Ids of every published need, closed ones too."""
    return session.scalars(
        select(RecordRow.id).where(
            RecordRow.side == Side.NEED.value,
            RecordRow.state == State.PUBLISHED.value,
            RecordRow.deleted_at.is_(None),
        )
    ).all()


def achievements_waiting(session: Session, moment: dt.datetime) -> int:
    """How many achievements have due entries."""
    return (
        session.scalar(
            select(func.count(OutlookQueue.record_id.distinct())).where(
                OutlookQueue.side == Side.ACHIEVEMENT.value, OutlookQueue.due_at <= moment
            )
        )
        or 0
    )


def _entry(need_id: str, moment: dt.datetime) -> dict[str, object]:
    return {"record_id": need_id, "side": Side.NEED.value, "bulk": True, "due_at": moment}


def _is_published(row: RecordRow) -> bool:
    return row.deleted_at is None and row.state == State.PUBLISHED


def is_searched(row: RecordRow) -> bool:
    """Whether the index shall hold anything of a row."""
    return is_indexed(row.state, row.visibility, row.deleted_at)
