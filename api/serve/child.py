"""One process under the supervisor: started, watched, started again after a pause that grows, told to end."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from api.serve.stopping import GO

__all__ = ["Child", "Role"]

_FIRST_PAUSE_S = 0.5
_LONGEST_PAUSE_S = 30.0
# One that lived so long has no fault at its start.
_HEALTHY_S = 60.0


@dataclass(frozen=True, slots=True)
class Role:
    """What a child is: `python -m api.serve <arguments>`, and the descriptors it inherits."""

    name: str
    arguments: tuple[str, ...]
    descriptors: tuple[int, ...] = ()


class Child:
    """Keeps one process alive."""

    def __init__(self, role: Role, environment: Mapping[str, str]) -> None:
        """Nothing is started yet."""
        self.role = role
        self.restarts = 0
        self._environment = dict(environment)
        self._process: subprocess.Popen[bytes] | None = None
        self._started = 0.0
        self._due = 0.0
        self._pause_s = _FIRST_PAUSE_S

    @property
    def pid(self) -> int | None:
        """Of the process, where there is one."""
        return self._process.pid if self._process is not None else None

    @property
    def is_alive(self) -> bool:
        """Whether the process runs."""
        return self._process is not None and self._process.poll() is None

    def start(self, *, go: bool = True) -> None:
        """Start the process. Keys typed into the terminal go to the supervisor alone.

        Args:
            go: let it begin as soon as it can; else it loads its libraries and waits for `go`.
        """
        self._process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-P", "-m", "api.serve", *self.role.arguments],
            env={**os.environ, **self._environment},
            # Its end is how a child learns that the supervisor is gone.
            stdin=subprocess.PIPE,
            pass_fds=self.role.descriptors,
            start_new_session=True,
        )
        self._started = time.monotonic()
        if go:
            self.go()

    def go(self) -> None:
        """Let a process that waits begin its work."""
        if self._process is not None and self._process.stdin is not None:
            # One that has died meanwhile is found and started again by `mend`.
            with suppress(BrokenPipeError):
                self._process.stdin.write(GO)
                self._process.stdin.flush()

    def mend(self) -> int | None:
        """Start the process again where it ended and the pause is over; the exit status, once, where it just ended."""
        if self._process is None:
            if time.monotonic() >= self._due:
                self.restarts += 1
                self.start()
            return None
        status = self._process.poll()
        if status is None:
            return None
        self._let_go()
        if time.monotonic() - self._started > _HEALTHY_S:
            self._pause_s = _FIRST_PAUSE_S
        self._due = time.monotonic() + self._pause_s
        self._pause_s = min(2 * self._pause_s, _LONGEST_PAUSE_S)
        return status

    @property
    def pause_s(self) -> float:
        """Seconds until the process is started again."""
        return max(0.0, self._due - time.monotonic())

    def end(self) -> None:
        """Tell the process to end; does not wait."""
        if self.is_alive and self._process is not None:
            self._process.terminate()

    def wait(self, until: float) -> bool:
        """Wait for the process until a moment of the monotonic clock, then kill it; whether it ended by itself."""
        if self._process is None:
            return True
        try:
            self._process.wait(max(0.0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            return False
        else:
            return True
        finally:
            self._let_go()

    def _let_go(self) -> None:
        if self._process is not None and self._process.stdin is not None:
            with suppress(BrokenPipeError):
                self._process.stdin.close()
        self._process = None
