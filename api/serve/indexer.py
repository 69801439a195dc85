"""The index process: follows the database, and has the index compacted beside when that is worth it."""

import threading
import time
from collections.abc import Callable

import structlog

from api.matching.follower import IndexFollower
from api.ops.beat import Beat
from api.serve.building import build_service
from api.serve.compacting import Compaction
from api.serve.holding import hold
from api.serve.stopping import ends_with_parent, stop_event
from matcher.embed.load import encoder_of
from matcher.errors import IndexLockedError, IndexMismatchError
from matcher.live.writer import LiveWriter

__all__ = ["run_indexer"]

_IDLE_S = 0.25
_AFTER_LOCK_S = 5.0


def run_indexer() -> None:
    """Follow until told to stop; the batch that is being written is finished first.

    Raises:
        IndexStoreError: the index is damaged or not writable.
        ModelError: the encoder's files are missing or damaged.
    """
    stop = stop_event()
    ends_with_parent()
    service = build_service(name="indexer", pool_size=2)
    data_dir = service.settings.data_dir
    settings = service.engine.model_copy(update={"threads": 1})
    # One that a killed supervisor left behind may still be writing its last batch.
    with hold(data_dir, "indexer"):
        writer = LiveWriter(service.settings.index_folder, encoder_of(settings), settings)
        follower = IndexFollower(service.database, writer)
        beat, compaction = Beat(data_dir, "indexer"), Compaction(writer)

        def go_on() -> bool:
            beat.touch()
            compaction.look()
            return not stop.is_set()

        while not stop.is_set():
            _follow(follower, writer, go_on, stop)
        compaction.stop()
    service.database.close()


def _follow(follower: IndexFollower, writer: LiveWriter, go_on: Callable[[], bool], stop: threading.Event) -> None:
    """Follow; come back where something stood in the way that passes."""
    log = structlog.get_logger("indexer")
    try:
        follower.follow(go_on, lambda: _pause(stop))
    except IndexMismatchError as error:
        started = time.monotonic()
        log.warning("index_made_otherwise", error=str(error), next="rebuild")
        writer.compact()
        log.info("index_rebuilt", seconds=round(time.monotonic() - started, 1))
    except IndexLockedError as error:
        log.warning("index_locked", error=str(error))
        stop.wait(_AFTER_LOCK_S)


def _pause(stop: threading.Event) -> None:
    stop.wait(_IDLE_S)
