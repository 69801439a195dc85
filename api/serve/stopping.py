"""When a child of the supervisor has to end: it is told to, or its supervisor is gone."""

import os
import signal
import sys
import threading
from types import FrameType

__all__ = ["GO", "ends_with_parent", "stop_event", "wait_for_go"]

GO = b"."
"""What a supervisor writes when the database is ready; nothing else ever comes after it."""

# What a child may take after its supervisor died; then it goes without asking.
_LAST_S = 20.0


def stop_event() -> threading.Event:
    """Set when SIGTERM or SIGINT comes. To be called in the main thread."""
    stop = threading.Event()

    def on_signal(_: int, __: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, on_signal)
    signal.signal(signal.SIGINT, on_signal)
    return stop


def wait_for_go() -> None:
    """Wait until the supervisor lets this process begin; ends it where the supervisor is gone first."""
    if not os.read(sys.stdin.fileno(), 1):
        sys.exit(0)


def ends_with_parent() -> None:
    """Send this process SIGTERM when its standard input ends: the supervisor holds the other end.

    It works however the supervisor dies, SIGKILL included, on every system.
    """
    threading.Thread(target=_watch, name="parent", daemon=True).start()


def _watch() -> None:
    while os.read(sys.stdin.fileno(), 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    threading.Event().wait(_LAST_S)
    os._exit(1)
