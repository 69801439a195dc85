"""Starts the processes of a service, keeps them alive, and ends them in order."""

import os
import shutil
import socket
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from api.serve.child import Child, Role
from api.settings import ServiceSettings

__all__ = ["Supervisor", "roles"]

_LOOK_S = 0.2
# The web takes 10 s for its last requests, the index process the time of one batch.
_GRACE_S = 25.0
# Threads that spin while they wait cost others up to twenty times the work.
_QUIET = {
    "OMP_WAIT_POLICY": "PASSIVE",
    "OMP_NUM_THREADS": "1",
    "MATCHER_THREADS": "1",
    "TOKENIZERS_PARALLELISM": "false",
}
_FOLDER_OF_METRICS = "PROMETHEUS_MULTIPROC_DIR"


def roles(settings: ServiceSettings, listening: socket.socket) -> tuple[Role, ...]:
    """The processes of a service."""
    descriptor = listening.fileno()
    web = [Role(f"web-{number}", ("web", str(descriptor)), (descriptor,)) for number in range(1, settings.workers + 1)]
    return (*web, Role("indexer", ("indexer",)), Role("worker", ("worker",)))


class Supervisor:
    """The processes of one service. `say` gets Chinese sentences about what happens to them."""

    def __init__(
        self, settings: ServiceSettings, wanted: Sequence[Role], given: Mapping[str, str], say: Callable[[str], None]
    ) -> None:
        """Nothing is started yet.

        Args:
            settings: of the service.
            wanted: the processes.
            given: variables for them beside those of this process.
            say: where sentences go.
        """
        environment = {name: os.environ.get(name, value) for name, value in _QUIET.items()} | dict(given)
        if settings.workers > 1:
            environment[_FOLDER_OF_METRICS] = str(_metrics_folder(settings.data_dir))
        self.children = [Child(role, environment) for role in wanted]
        self._say = say
        self._metrics = environment.get(_FOLDER_OF_METRICS)

    def __enter__(self) -> "Supervisor":
        """Start all; they load their libraries and wait."""
        for child in self.children:
            child.start(go=False)
        return self

    def __exit__(self, *_: object) -> None:
        """End all, in order."""
        self._end()

    def run(self, stop: threading.Event, on_look: Callable[[], None]) -> None:
        """Let all begin, and keep them alive until `stop` is set; `on_look` is called several times a second."""
        for child in self.children:
            child.go()
        while not stop.wait(_LOOK_S):
            for child in self.children:
                self._mend(child)
            on_look()

    def _mend(self, child: Child) -> None:
        pid = child.pid
        status = child.mend()
        if status is None:
            return
        if self._metrics and pid is not None:
            _forget_metrics(Path(self._metrics), pid)
        self._say(f"进程 {child.role.name} 意外结束（状态 {status}），{child.pause_s:.1f} 秒后重新启动；原因见日志。")

    def _end(self) -> None:
        for child in self.children:
            child.end()
        until = time.monotonic() + _GRACE_S
        for child in self.children:
            if not child.wait(until):
                self._say(f"进程 {child.role.name} 未能及时结束，已强制终止；已确认的内容不受影响。")


def _metrics_folder(data_dir: Path) -> Path:
    """An empty folder for the counters that several web processes share."""
    folder = (data_dir / "run" / "metrics").absolute()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def _forget_metrics(folder: Path, pid: int) -> None:
    """Gauges of a process that is gone; counters stay, so that no sum ever falls."""
    for path in folder.glob(f"gauge_live*_{pid}.db"):
        path.unlink(missing_ok=True)
