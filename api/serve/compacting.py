"""Writing the index anew beside, in a process of its own, so that following goes on meanwhile."""

import subprocess
import sys
import time

import structlog

from api.serve.building import build_service
from api.serve.stopping import GO, ends_with_parent
from matcher.embed.load import encoder_of
from matcher.errors import IndexLockedError
from matcher.live.writer import LiveWriter

__all__ = ["Compaction", "run_compaction"]

_EVERY_S = 60.0
_END_S = 5.0


class Compaction:
    """Looks every minute whether the index wants to be compacted, and starts a process that does it."""

    def __init__(self, writer: LiveWriter, *, every_s: float = _EVERY_S) -> None:
        """Nothing is looked at before `every_s` have passed."""
        self._writer = writer
        self._every_s = every_s
        self._next = time.monotonic() + every_s
        self._process: subprocess.Popen[bytes] | None = None

    def look(self) -> None:
        """Start a compaction where one is due and none runs; costs nothing in between."""
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + self._every_s
        if self._process is not None and self._process.poll() is None:
            return
        try:
            wanted = self._writer.wants_compaction()
        except IndexLockedError:
            return
        if wanted:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "api.serve", "compact"], stdin=subprocess.PIPE
            )
            if self._process.stdin is not None:
                self._process.stdin.write(GO)
                self._process.stdin.flush()

    def stop(self) -> None:
        """End the process that runs; the index stays as it was, and what was half written is removed later."""
        if self._process is None or self._process.poll() is not None:
            return
        self._process.terminate()
        try:
            self._process.wait(_END_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def run_compaction() -> None:
    """Compact once. Errors as `matcher.live.writer.LiveWriter.compact`; one that runs already is left alone."""
    ends_with_parent()
    service = build_service(name="compaction", pool_size=1)
    log = structlog.get_logger("compaction")
    settings = service.engine.model_copy(update={"threads": 1})
    started = time.monotonic()
    try:
        done = LiveWriter(service.settings.index_folder, encoder_of(settings), settings).compact()
    except IndexLockedError:
        log.info("compaction_elsewhere")
        return
    log.info("compacted", done=done, seconds=round(time.monotonic() - started, 1))
