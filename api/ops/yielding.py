"""How far a process steps back behind the others of a service, so that searches do not wait for an import."""

import os
from contextlib import suppress
from pathlib import Path

__all__ = ["step_back"]

_AUTOGROUP = Path("/proc/self/autogroup")


def step_back(niceness: int) -> None:
    """Lower the priority of this process; 0 changes nothing.

    Args:
        niceness: 0 to 19, as in `nice`.
    """
    if not niceness:
        return
    os.nice(niceness)
    # Linux shares the cores among sessions first, and every child of the supervisor leads one: the niceness of a
    # process then counts within its own session only. One that leads none would slow down whoever started it.
    if os.getsid(0) == os.getpid():
        # Not there on other systems, nor where the kernel was built without it.
        with suppress(OSError):
            _AUTOGROUP.write_text(str(niceness))
