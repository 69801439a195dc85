"""The service's commands on the command line: listed, light, and clear where something is missing."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from api.db.engine import Database
from api.db.migrate import current, head, upgrade
from api.setup import first_administrator

MATCHER = str(Path(sys.executable).with_name("matcher"))
HEAVY = {"alembic", "fastapi", "httpx", "numpy", "pydantic", "sqlalchemy", "structlog", "uvicorn"}


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([MATCHER, *arguments], capture_output=True, text=True, timeout=120, check=False)


def test_they_are_listed_and_load_nothing_heavy() -> None:
    listed = run("--help").stdout
    assert "serve" in listed
    assert "service" in listed
    code = "import sys\nimport api.cli.serve, api.cli.service\nprint('\\n'.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not HEAVY & set(done.stdout.split())


def test_the_engine_does_not_know_them() -> None:
    folder = Path(__file__).resolve().parents[3] / "matcher" / "cli"
    assert not [
        path for path in folder.glob("*.py") if "import api" in path.read_text() or "from api" in path.read_text()
    ]


def test_help_comes_at_once() -> None:
    times = []
    for _ in range(3):
        began = time.process_time_ns(), time.monotonic()
        assert run("serve", "--help").returncode == 0
        times.append(time.monotonic() - began[1])
    # Half a second on a machine of its own; CI shares its cores.
    assert min(times) < 3


@pytest.mark.parametrize("command", [("backup", "b.zip"), ("reindex",), ("admin-password",)])
def test_without_a_service_nothing_is_made(tmp_path: Path, command: tuple[str, ...]) -> None:
    missing = tmp_path / "missing"
    done = run("service", *command, "--data", str(missing))
    assert done.returncode == 2
    assert "还没有服务的数据" in done.stderr
    assert "Traceback" not in done.stderr
    assert not missing.exists()


def test_migrate_says_what_it_did(tmp_path: Path) -> None:
    data = tmp_path / "data"
    first = run("service", "migrate", "--data", str(data))
    assert (first.returncode, f"从 空 升级到 {head()}" in first.stdout) == (0, True)
    second = run("service", "migrate", "--data", str(data))
    assert "已是最新" in second.stdout
    assert current(Database(f"sqlite:///{data / 'service.sqlite'}")) == head()


def test_a_new_password_is_printed(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'data' / 'service.sqlite'}")
    upgrade(database)
    first = first_administrator(database)
    done = run("service", "admin-password", "--data", str(tmp_path / "data"))
    assert done.returncode == 0, done.stderr
    assert "一次性密码：" in done.stdout
    assert first is not None
    assert first not in done.stdout
    other = run("service", "admin-password", "somebody", "--data", str(tmp_path / "data"))
    assert (other.returncode, "现有管理员：admin" in other.stderr) == (1, True)
