"""The job that makes the index anew from the database."""

import shutil
import time
from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select

from api.db.tables import IndexQueue
from api.jobs.context import JobContext
from api.matching.follower import IndexFollower
from api.service import Service
from matcher.embed.load import encoder_of
from matcher.errors import IndexDamagedError, IndexLockedError, IndexMismatchError
from matcher.live.writer import LiveWriter

__all__ = ["run_reindex"]

_PAUSE_S = 2.0


def run_reindex(service: Service, context: JobContext, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Compare index and database, write what differs, then write the whole index anew beside the one in use.

    Searches go on with the old one. An index that cannot be read is laid aside first.

    Returns:
        `queued`: how many records were not in the index as the database has them. `rebuilt`: False where there was
        nothing to write anew. `laid_aside`: whether the old index was damaged.

    Raises:
        IndexStoreError, ModelError: as the writer says.
    """
    del parameters
    context.progress(0, 0, "正在核对")
    writer = LiveWriter(service.settings.index_folder, encoder_of(service.engine), service.engine)
    follower = IndexFollower(service.database, writer)
    laid_aside = False
    try:
        queued = follower.reconcile()
    except IndexDamagedError:
        laid_aside = True
        place = service.settings.index_folder
        shutil.move(place, place.with_name(f"{place.name}.damaged-{context.job_id}"))
        queued = follower.reconcile()
    try:
        _follow(service, context, follower)
    except IndexMismatchError:
        # Another encoder or other windows: nothing can be added before all of it is made anew.
        _compact(context, writer)
        _follow(service, context, follower)
    return {"queued": queued, "rebuilt": _compact(context, writer), "laid_aside": laid_aside}


def _follow(service: Service, context: JobContext, follower: IndexFollower) -> None:
    """Beside the indexer, which takes off the same queue; what both write counts once."""
    with service.database.reading() as session:
        total = session.scalar(select(func.count(IndexQueue.id))) or 0
    done = 0
    while taken := follower.step():
        done += taken
        context.progress(min(done, total), total, "正在写入索引")


def _compact(context: JobContext, writer: LiveWriter) -> bool:
    """Wait for a compaction that runs already, then do our own."""
    while True:
        context.progress(0, 0, "正在整理索引")
        try:
            return writer.compact()
        except IndexLockedError:
            time.sleep(_PAUSE_S)
