"""The whole service, started as its users start it."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import pytest

from api.access.roles import Role
from api.db.engine import Database
from matcher import Matcher, load
from matcher.config import Settings
from tests.api.serve.running import MATCHER, RunningService
from tests.api.world import make_person

SAMPLE = Path(__file__).parents[3] / "corpora" / "sample"

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

LIGHT = {"MATCHER_ENCODER": "hashing"}


@pytest.fixture
def light(monkeypatch: pytest.MonkeyPatch) -> None:
    """A toy encoder where the test is not about searching."""
    for name, value in LIGHT.items():
        monkeypatch.setenv(name, value)


def gone(pid: int, seconds: float = 30) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            # One that has ended and nobody has asked about yet is a zombie.
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except OSError:
            return True
        time.sleep(0.1)
    return False


def cpu_of_indexing_needs() -> float:
    """Processor time in seconds, once everything is loaded."""
    needs = load([SAMPLE / "needs.csv"], max_bytes=10**7).needs
    for _ in range(2):
        began = time.process_time()
        Matcher.build(needs=needs, settings=Settings(encoder="bundled"))
    return time.process_time() - began


@pytest.mark.model
def test_first_start_to_first_search_on_the_sample(tmp_path: Path) -> None:
    began = time.monotonic()
    with RunningService(tmp_path / "data", sample=True) as service:
        service.wait_for("/healthz")
        alive = time.monotonic() - began
        service.wait_ready()
        ready = time.monotonic() - began
        headers = make_person(Database(f"sqlite:///{service.data_dir / 'service.sqlite'}"), Role.BROKER, "b").headers
        found = service.client.post(
            "/api/v1/search", json={"text": "花生脱壳时破损太多", "looks_for": "achievement"}, headers=headers
        )
        searched, used = time.monotonic() - began, service.cpu_s()
        assert found.status_code == 200, found.text
        service.wait_indexed()
        indexed = time.monotonic() - began
        told = f"alive {alive:.1f} s, ready {ready:.1f} s, first search {searched:.1f} s, indexed {indexed:.1f} s"
        sys.stderr.write(f"{told}; processor time up to the first search {used:.1f} s\n")
        assert "虚构" in service.said()
        assert service.password
    # Even one after the other on one core it would all fit into half a minute. A shared processor is as fast as its
    # neighbours let it (20 to 28 s on one day), so it counts in what indexing the sample's needs costs here and now.
    assert used < 9 * cpu_of_indexing_needs()
    log = [json.loads(line) for line in service.said().splitlines() if line.startswith("{")]
    assert service.password not in service.said()
    assert {line["process"] for line in log} >= {"web"}


def test_stopping_lets_a_running_request_finish(tmp_path: Path, light: None) -> None:
    with RunningService(tmp_path / "data") as service:
        service.wait_ready()
        children = service.children()
        assert set(children) == {"web", "indexer", "worker"}
        # A request whose body is still under way when the service is told to stop.
        host, port = "127.0.0.1", service.port
        with socket.create_connection((host, port), timeout=20) as caller:
            body = b'{"login":"a","password":"b"}'
            head = "POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            caller.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body[:5])
            time.sleep(0.5)
            service.signal(signal.SIGTERM)
            time.sleep(1.0)
            caller.sendall(body[5:])
            answer = caller.recv(65536)
        assert answer.startswith(b"HTTP/1.1 4"), answer
        assert service.stop() == 0
        assert all(gone(pid, 1) for pid in children.values())
        assert "已停止" in service.said()
        with pytest.raises(OSError, match=r"refused|拒绝"):
            socket.create_connection((host, port), timeout=5)


def test_a_child_that_dies_is_started_again(tmp_path: Path, light: None) -> None:
    with RunningService(tmp_path / "data") as service:
        service.wait_ready()
        before = service.children()
        for name in ("web", "indexer", "worker"):
            os.kill(before[name], signal.SIGKILL)
        until = time.monotonic() + 60
        while set(service.children()) != set(before) or set(service.children().values()) & set(before.values()):
            assert time.monotonic() < until, service.said()
            time.sleep(0.1)
        service.wait_ready()
        assert "意外结束" in service.said()


def test_children_end_when_the_supervisor_is_killed_and_a_new_start_takes_over(tmp_path: Path, light: None) -> None:
    with RunningService(tmp_path / "data") as service:
        service.wait_ready()
        children = service.children()
        service.signal(signal.SIGKILL)
        assert service.process is not None
        service.process.wait()
        service.process = None
        # At once: the same port and the same data folder.
        service.start()
        service.wait_ready()
        assert all(gone(pid) for pid in children.values())


def test_a_second_service_on_the_same_data_is_refused(tmp_path: Path, light: None) -> None:
    with RunningService(tmp_path / "data") as service:
        command = [MATCHER, "serve", "--data", str(service.data_dir), "--port", "0"]
        done = subprocess.run(command, capture_output=True, text=True, env=service.environment, timeout=60, check=False)
        assert done.returncode == 1
        assert "正由另一个 matcher serve 使用" in done.stderr
        assert "Traceback" not in done.stderr
        service.wait_ready()


def test_several_web_processes_share_a_port_and_their_counters(tmp_path: Path, light: None) -> None:
    with RunningService(tmp_path / "data", workers=2) as service:
        service.wait_ready()
        name = 'service_requests_total{method="GET",route="/api/v1/needs",status="200"}'
        until = time.monotonic() + 60
        answered = 0
        while answered < 30:
            assert time.monotonic() < until
            # A new connection each time, so that both processes get some.
            answered += httpx.get(f"{service.url}/api/v1/needs", trust_env=False).status_code == 200
        assert {service.metric(name) for _ in range(8)} == {30.0}


def test_backup_while_it_runs_and_restore_when_it_does_not(tmp_path: Path, light: None) -> None:
    data, file = tmp_path / "data", tmp_path / "b.zip"

    def service_command(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [MATCHER, "service", *arguments, "--data", str(data)]
        return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)

    with RunningService(data, sample=True) as service:
        service.wait_ready()
        service.wait_indexed()
        count = len(service.client.get("/api/v1/needs", params={"limit": 100}).json()["items"])
        done = service_command("backup", str(file))
        assert done.returncode == 0, done.stderr
        refused = service_command("restore", str(file), "--replace")
        assert (refused.returncode, "请先停止它" in refused.stderr) == (1, True)
        reindexed = service_command("reindex")
        assert reindexed.returncode == 0, reindexed.stderr
        password = service_command("admin-password")
        assert "一次性密码" in password.stdout
    unasked = service_command("restore", str(file))
    assert (unasked.returncode, "--replace" in unasked.stderr) == (1, True)
    done = service_command("restore", str(file), "--replace")
    assert done.returncode == 0, done.stderr
    with service:
        service.wait_ready()
        service.wait_indexed()
        assert len(service.client.get("/api/v1/needs", params={"limit": 100}).json()["items"]) == count > 0


def test_requests_go_on_while_the_index_process_is_killed_again_and_again(tmp_path: Path, light: None) -> None:
    with RunningService(tmp_path / "data", sample=True, rate_anonymous_per_minute=100_000) as service:
        service.wait_ready()
        failed: list[int] = []
        stop = threading.Event()

        def ask() -> None:
            while not stop.is_set():
                status = httpx.get(f"{service.url}/api/v1/needs", trust_env=False, timeout=30).status_code
                if status != 200:
                    failed.append(status)

        thread = threading.Thread(target=ask)
        thread.start()
        for _ in range(3):
            pid = service.children().get("indexer")
            if pid is not None:
                os.kill(pid, signal.SIGKILL)
            time.sleep(1.0)
        service.wait_indexed()
        stop.set()
        thread.join()
        assert failed == []
