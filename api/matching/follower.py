"""The index follows the database: what is queued is written into it, and only then taken off the queue."""

from collections.abc import Callable, Iterator, Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from api.db.engine import Database
from api.db.tables import IndexQueue, RecordRow
from api.records.content import for_index, is_indexed
from matcher.live.changes import Change
from matcher.live.writer import LiveWriter
from matcher.records import Side

__all__ = ["IndexFollower"]

_BATCH = 256
_FIRST = 32
_PAGE = 2_000


class IndexFollower:
    """Brings the live index up to what the database says. Several may at once, as indexer and reindex do."""

    def __init__(self, database: Database, writer: LiveWriter) -> None:
        """Nothing is read yet."""
        self._database = database
        self._writer = writer
        self._batch = _FIRST

    def reconcile(self) -> int:
        """Queue every record whose version in the index is not that of the database; how many there were.

        It mends whatever a crash, a restored backup or a lost index folder left behind.
        """
        indexed = self._writer.stamps()
        wrong: list[str] = []
        with self._database.reading() as session:
            for record_id, side, version, is_live in _live_versions(session):
                stamp = indexed.pop((Side(side), record_id), None)
                if stamp != (version if is_live else None):
                    wrong.append(record_id)
        # What is left is in the index and not in the database.
        wrong += [record_id for _, record_id in indexed]
        with self._database.work() as session:
            waiting = set(session.scalars(select(IndexQueue.record_id)))
            session.add_all(
                IndexQueue(record_id=record_id, bulk=True) for record_id in wrong if record_id not in waiting
            )
        return len(wrong)

    def step(self) -> int:
        """Write the next batch of the queue; how many entries were taken off it, 0 where it was empty.

        Raises:
            IndexStoreError: the index cannot be written; nothing was taken off the queue.
        """
        if not self._queued():
            self._batch = _FIRST
            return 0
        taken: list[int] = []

        def read() -> list[Change]:
            # While nobody else writes: else an older state might be put over a newer one that another has written.
            queued = self._queued()
            taken.extend(queue_id for queue_id, _ in queued)
            with self._database.reading() as session:
                return list(_changes(session, [record_id for _, record_id in queued]))

        self._writer.apply_from(read)
        if not taken:
            # Another one has taken them off.
            return 0
        with self._database.work() as session:
            session.execute(delete(IndexQueue).where(IndexQueue.id.in_(taken)))
        # The first ones are searchable at once; a long queue goes in large pieces.
        self._batch = _BATCH
        return len(taken)

    def _queued(self) -> list[tuple[int, str]]:
        """Ids of the next entries, and of their records."""
        chosen = select(IndexQueue.id, IndexQueue.record_id).order_by(IndexQueue.bulk, IndexQueue.id)
        with self._database.reading() as session:
            return [(queue_id, record_id) for queue_id, record_id in session.execute(chosen.limit(self._batch))]

    def follow(self, go_on: Callable[[], bool], wait: Callable[[], None]) -> None:
        """Reconcile, then step until told to stop; `wait` is called while the queue is empty."""
        self.reconcile()
        while go_on():
            if not self.step():
                wait()


def _live_versions(session: Session) -> Iterator[tuple[str, str, int, bool]]:
    """Id, side and version of every row, and whether the index shall hold it; the contents are not read."""
    after = ""
    columns = (
        RecordRow.id,
        RecordRow.side,
        RecordRow.version,
        RecordRow.state,
        RecordRow.visibility,
        RecordRow.deleted_at,
    )
    while rows := session.execute(
        select(*columns).where(RecordRow.id > after).order_by(RecordRow.id).limit(_PAGE)
    ).all():
        for record_id, side, version, state, visibility, deleted_at in rows:
            yield record_id, side, version, is_indexed(state, visibility, deleted_at)
        after = rows[-1][0]


def _changes(session: Session, record_ids: Sequence[str]) -> Iterator[Change]:
    """What each record is to the index now; one that is not in the database is gone from both sides."""
    rows = {row.id: row for row in session.scalars(select(RecordRow).where(RecordRow.id.in_(set(record_ids))))}
    for record_id in dict.fromkeys(record_ids):
        row = rows.get(record_id)
        if row is None:
            yield from (Change(side, record_id, None, 0) for side in Side)
        else:
            yield Change(Side(row.side), record_id, for_index(row), row.version)
