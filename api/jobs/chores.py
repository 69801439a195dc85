"""Does what has to be done every so often, each chore in a thread of its own: a slow one delays no other."""

import threading
from collections.abc import Sequence

import structlog

from api.chores import Chore
from api.service import Service

__all__ = ["ChoreRunner"]


class ChoreRunner:
    """Runs each chore at once and then at its own pace until `stop` is set; an error is logged and tried again."""

    def __init__(self, service: Service, chores: Sequence[Chore], stop: threading.Event) -> None:
        """Nothing runs yet."""
        self._service = service
        self._stop = stop
        self._threads = [
            threading.Thread(target=self._repeat, args=(chore,), name=f"chore-{chore.name}", daemon=True)
            for chore in chores
        ]

    def start(self) -> None:
        """Begin."""
        for thread in self._threads:
            thread.start()

    def join(self, timeout_s: float = 10.0) -> None:
        """Wait for the chores that are being done, each at most that long; they are safe to repeat, so to cut off."""
        for thread in self._threads:
            thread.join(timeout=timeout_s)

    def _repeat(self, chore: Chore) -> None:
        log = structlog.get_logger("chores")
        while not self._stop.is_set():
            try:
                done = chore.run(self._service)
                if done:
                    log.info("chore_done", chore=chore.name, things=done)
            except Exception:
                log.exception("chore_failed", chore=chore.name)
            self._stop.wait(chore.every_s)
