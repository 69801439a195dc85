"""The service as a province runs it: PostgreSQL and several web processes, by settings alone."""

import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from api.access.roles import Role
from api.db.engine import Database
from tests.api.conftest import POSTGRES
from tests.api.serve.running import RunningService
from tests.api.world import make_person

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.skipif(not POSTGRES, reason="needs a PostgreSQL server: TEST_POSTGRES_URL"),
    pytest.mark.parametrize("database_url", ["postgresql"], indirect=True),
]
ROWS = 30
SHEET = "编号,成果名称,成果简介\n" + "".join(
    f"P{at:02d},压铸件气孔{at}号在线检测,铝合金内部气孔，检出率高\n" for at in range(ROWS)
)


@pytest.fixture
def service(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningService]:
    # What is tested is that all processes agree, not what a text means.
    monkeypatch.setenv("MATCHER_ENCODER", "hashing")
    running = RunningService(
        tmp_path / "data",
        database_url=database_url,
        workers=2,
        rate_anonymous_per_minute=100_000,
        rate_per_minute=100_000,
    )
    with running:
        yield running


def asked_anew(service: RunningService, method: str, path: str, **given: object) -> httpx.Response:
    """Over a connection of its own, so that either of the web processes may answer."""
    with httpx.Client(base_url=service.url, trust_env=False, timeout=30) as client:
        return client.request(method, path, **given)  # type: ignore[arg-type]


def test_every_process_knows_what_another_was_told(service: RunningService, database_url: str) -> None:
    service.wait_ready()
    assert not (service.data_dir / "service.sqlite").exists()
    database = Database(database_url)
    person = make_person(database, Role.INSTITUTION, "institution")
    database.close()
    answer = asked_anew(
        service,
        "POST",
        "/api/v1/imports",
        files={"files": ("成果.csv", SHEET.encode("utf-8-sig"), "text/csv")},
        data={"publish": "true"},
        headers=person.headers,
    )
    assert answer.status_code == 202, answer.text
    job = answer.json()["id"]
    states: list[str] = []
    while not states or states[-1] in {"waiting", "running"}:
        time.sleep(0.2)
        told = asked_anew(service, "GET", f"/api/v1/jobs/{job}", headers=person.headers)
        assert told.status_code == 200, told.text
        states.append(told.json()["state"])
    assert states[-1] == "done"
    service.wait_indexed()
    body = {"text": "压铸件气孔7号在线检测", "looks_for": "achievement"}
    # Each reads the index anew twice a second.
    until = time.monotonic() + 30
    found: set[str] = set()
    while found != {"压铸件气孔7号在线检测"} and time.monotonic() < until:
        time.sleep(0.5)
        answers = [asked_anew(service, "POST", "/api/v1/search", json=body).json() for _ in range(10)]
        found = {answer["items"][0]["partner"]["title"] if answer["items"] else "" for answer in answers}
    assert found == {"压铸件气孔7号在线检测"}
    # And after a restart, from the database.
    service.stop()
    service.start()
    service.wait_ready()
    listed = service.client.get("/api/v1/achievements", params={"limit": 100}).json()["items"]
    assert len(listed) == ROWS
