"""A whole service as its users start it: `matcher serve` in a process of its own, on a free port."""

import os
import re
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx

MATCHER = str(Path(sys.executable).with_name("matcher"))
"""The command as it was installed."""

_PASSWORD = re.compile(r"一次性密码：(\S+)")
_ADDRESS = re.compile(r"正在启动：(http://\S+?)（")


class RunningService:
    """Starts on `start` or `with`, and can be ended in order, killed, and started again on the same data.

    ::

        with RunningService(tmp_path / "data", sample=True) as service:
            service.wait_ready()
            service.client.get("/api/v1/needs")
    """

    def __init__(self, data_dir: Path, *, sample: bool = False, port: int = 0, **settings: object) -> None:
        """Nothing is started yet. `settings`: of the service by their names, such as `workers=2`."""
        self.data_dir = data_dir
        self.sample = sample
        self.port = port
        self.environment = {
            **os.environ,
            **{f"SERVICE_{name.upper()}": str(value) for name, value in settings.items()},
        }
        self.out = data_dir.with_name(f"{data_dir.name}.out")
        self.err = data_dir.with_name(f"{data_dir.name}.err")
        self.process: subprocess.Popen[bytes] | None = None
        self.client = httpx.Client(trust_env=False, timeout=30)

    def start(self) -> "RunningService":
        """Start; returns as soon as the address is known. What it says is added to the files `out` and `err`."""
        said = len(self.said())
        command = [MATCHER, "serve", "--data", str(self.data_dir), "--port", str(self.port)]
        with self.out.open("ab") as out, self.err.open("ab") as err:
            self.process = subprocess.Popen(
                [*command, *(["--sample"] if self.sample else [])],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                env=self.environment,
            )
        until = time.monotonic() + 60
        while (found := _ADDRESS.search(self.said()[said:])) is None:
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < until, self.said()
            time.sleep(0.05)
        self.client.close()
        self.client = httpx.Client(base_url=found[1], trust_env=False, timeout=30)
        self.port = httpx.URL(found[1]).port or 80
        return self

    def __enter__(self) -> "RunningService":
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        self.client.close()

    @property
    def url(self) -> str:
        return str(self.client.base_url).rstrip("/")

    @property
    def password(self) -> str:
        """The one-time password of `admin`, as it was printed."""
        found = _PASSWORD.search(self.out.read_text(encoding="utf-8"))
        assert found is not None
        return found[1]

    def said(self) -> str:
        """Standard error so far: what the supervisor tells, and the log of all processes."""
        return self.err.read_text(encoding="utf-8") if self.err.exists() else ""

    def wait_for(self, path: str, timeout_s: float = 120) -> float:
        """Wait until a GET of `path` is answered with 200; the seconds it took."""
        began = time.monotonic()
        while time.monotonic() - began < timeout_s:
            assert self.process is not None
            assert self.process.poll() is None, self.said()
            try:
                if self.client.get(path).status_code == 200:
                    return time.monotonic() - began
            except httpx.TransportError:
                pass
            time.sleep(0.1)
        raise AssertionError(f"{path} was not answered in {timeout_s} s\n{self.said()[-5000:]}")

    def wait_ready(self, timeout_s: float = 120) -> float:
        """Wait until it is ready and, where it was asked to, has read the sample, which it does while it answers."""
        began = time.monotonic()
        while self.sample and "示例数据" not in self.said():
            assert time.monotonic() - began < timeout_s, self.said()
            time.sleep(0.05)
        self.wait_for("/readyz", timeout_s)
        return time.monotonic() - began

    def wait_indexed(self, timeout_s: float = 300) -> None:
        """Wait until the index has learned all there is."""
        until = time.monotonic() + timeout_s
        while self.metric("service_index_queue") != 0:
            assert time.monotonic() < until, self.said()[-5000:]
            time.sleep(0.1)

    def metric(self, name: str) -> float:
        """A series of /metrics, named with its labels as they stand there."""
        text = self.client.get("/metrics").text
        return float(next(line.split()[-1] for line in text.splitlines() if line.startswith(f"{name} ")))

    def cpu_s(self) -> float:
        """Seconds of processor time that the supervisor and its processes have used: what load beside cannot change."""
        assert self.process is not None
        ticks = 0
        for pid in (self.process.pid, *self.children().values()):
            words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(words[11]) + int(words[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def children(self) -> dict[str, int]:
        """Process ids by what they are: web, indexer, worker (of several web processes the last)."""
        assert self.process is not None
        found: dict[str, int] = {}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
                words = (folder / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if parent == self.process.pid and b"api.serve" in words:
                found[words[words.index(b"api.serve") + 1].decode()] = int(folder.name)
        return found

    def signal(self, number: signal.Signals) -> None:
        assert self.process is not None
        self.process.send_signal(number)

    def stop(self, timeout_s: float = 40) -> int:
        """End it in order; its exit status."""
        if self.process is None:
            return 0
        if self.process.poll() is None:
            self.process.terminate()
        try:
            status = self.process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            self.kill()
            raise
        self.process = None
        return status

    def kill(self) -> None:
        """SIGKILL to the supervisor and to all it started, at once, as when the machine loses power."""
        assert self.process is not None
        children = list(self.children().values())
        for pid in (self.process.pid, *children):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()
        self.process = None

    def sign_in(self, password: str, login: str = "admin") -> Any:
        """POST to the route of signing in; the answer."""
        return self.client.post("/api/v1/session", json={"login": login, "password": password})
