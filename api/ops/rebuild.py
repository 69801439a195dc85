"""The index anew from the database: beside, while the old one answers; or only what a restored database contradicts."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from sqlalchemy import func, select

from api.db.engine import Database
from api.db.tables import RecordRow
from api.matching.follower import IndexFollower
from api.records.content import for_index
from api.records.states import State as RecordState
from matcher.config import Settings
from matcher.embed.base import Encoder
from matcher.errors import IndexLockedError, IndexStoreError
from matcher.index.disk import Disk
from matcher.live.changes import Change
from matcher.live.folder import LiveFolder
from matcher.live.state import State
from matcher.live.writer import LiveWriter
from matcher.records import Side

__all__ = ["forget_differing", "rebuild_index"]

_BATCH = 256
# No writer makes so many segments while an index is rebuilt; so no number of the old index comes back in the new one,
# and no reader takes a segment it has open for another.
_APART = 100_000
_LOCK_S = 60.0
_COMPACTING_S = 3600.0


def rebuild_index(
    database: Database,
    folder: Path,
    encoder: Encoder,
    settings: Settings,
    *,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> int:
    """Write all published records to a new index, let it take over in one step, and queue what has changed meanwhile.

    The service may run: searches go on with the old index until the last step, also where parts of it are damaged.

    Args:
        database: the truth.
        folder: of the live index.
        encoder: makes the vectors.
        settings: of the matcher.
        progress: called with records done and records in all, after each batch.

    Returns:
        How many records the new index holds.

    Raises:
        IndexStoreError: the medium is full or the folder not writable.
        ModelError: the encoder's files are missing or damaged.
    """
    disk = Disk()
    live = LiveFolder(folder, disk)
    beside = folder.with_name(f"{folder.name}.rebuilt.tmp")
    disk.remove(beside)
    first = _highest(live) + _APART
    built = LiveFolder(beside, disk)
    with built.locked(timeout_s=_LOCK_S):
        built.publish(State(following=first))
    writer = LiveWriter(beside, encoder, settings)
    done, total = 0, _count(database)
    for batch in _published(database):
        done += writer.apply(batch).written
        progress(done, max(done, total))
    if done:
        writer.compact()
    # A compaction that is under way would put its base over ours.
    with live.locked(".compacting", timeout_s=_COMPACTING_S), live.locked(timeout_s=_LOCK_S):
        state = State.of(built.read())
        for number in state.segments:
            live.adopt(beside / "segments" / str(number), number)
        state = replace(state, generation=max(state.generation, _state_of(live).generation) + 1)
        live.publish(state)
        live.clean(state)
    disk.remove(beside)
    IndexFollower(database, LiveWriter(folder, encoder, settings)).reconcile()
    return done


def forget_differing(database: Database, folder: Path, encoder: Encoder, settings: Settings) -> int:
    """Take out of the index what differs from the database, and queue it; how many records there were.

    After a restore a record may be changed anew and reach the very version the index holds of its lost future. Then
    it would look as if the index had it already.

    Raises:
        IndexStoreError: the medium is full or the folder not writable.
    """
    writer = LiveWriter(folder, encoder, settings)
    try:
        stamps = writer.stamps()
        versions = _versions(database)
        stale = [key for key, stamp in stamps.items() if versions.get(key) != stamp]
        writer.apply(Change(side, record_id, None, 0) for side, record_id in stale)
    except IndexLockedError:
        raise
    except IndexStoreError:
        # Damaged, or made by another encoder: the next start makes it anew.
        shutil.rmtree(folder, ignore_errors=True)
    return IndexFollower(database, LiveWriter(folder, encoder, settings)).reconcile()


def _published(database: Database) -> Iterator[list[Change]]:
    after = ""
    while True:
        with database.reading() as session:
            rows = session.scalars(
                select(RecordRow)
                .where(RecordRow.id > after, RecordRow.state == RecordState.PUBLISHED, RecordRow.deleted_at.is_(None))
                .order_by(RecordRow.id)
                .limit(_BATCH)
            ).all()
            changes = [Change(Side(row.side), row.id, for_index(row), row.version) for row in rows]
        if not rows:
            return
        after = rows[-1].id
        yield changes


def _versions(database: Database) -> dict[tuple[Side, str], int]:
    with database.reading() as session:
        rows = session.execute(select(RecordRow.side, RecordRow.id, RecordRow.version)).all()
    return {(Side(side), record_id): version for side, record_id, version in rows}


def _count(database: Database) -> int:
    with database.reading() as session:
        counted = select(func.count()).where(RecordRow.state == RecordState.PUBLISHED, RecordRow.deleted_at.is_(None))
        return session.scalar(counted) or 0


def _highest(live: LiveFolder) -> int:
    """The highest number of a segment that is there or was; also where the state cannot be read."""
    folder = live.path / "segments"
    numbers = [int(path.name) for path in folder.glob("*") if path.name.isdecimal()] if folder.is_dir() else []
    return max([_state_of(live).following, *numbers])


def _state_of(live: LiveFolder) -> State:
    try:
        return State.of(live.read())
    except IndexStoreError:
        return State()
