"""Twenty times `kill -9` in the middle of an import: whatever was acknowledged is there, once, and can be searched."""

import csv
import io
import random
import time
from pathlib import Path

import httpx
import pytest
from sqlalchemy import func, select

from api.access.roles import Role
from api.db.engine import Database
from api.db.tables import Job, RecordRow, RecordVersion
from matcher.config import Settings
from matcher.embed.hashing import HashingEncoder
from matcher.live.writer import LiveWriter
from tests.api.serve.running import RunningService
from tests.api.world import make_person

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]
KILLS = 20
ROWS = 160


def sheet(life: int) -> bytes:
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(["编号", "成果名称", "成果简介"])
    for at in range(ROWS):
        rows.writerow([f"L{life:02d}-{at:03d}", f"第{life}批耐磨涂层{at}号制备技术", f"方案{life}之{at}，硬度提高"])
    return text.getvalue().encode("utf-8-sig")


def test_whatever_was_acknowledged_survives_twenty_kills(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # What is tested is what is kept, not what it means.
    monkeypatch.setenv("MATCHER_ENCODER", "hashing")
    rng = random.Random(20)
    service = RunningService(tmp_path / "data", log_level="warning")
    service.start()
    service.wait_for("/healthz")
    database = Database(f"sqlite:///{service.data_dir / 'service.sqlite'}")
    headers = make_person(database, Role.INSTITUTION, "institution").headers
    acknowledged: set[str] = set()
    cut_short = 0
    for life in range(KILLS):
        service.wait_for("/healthz")
        files = {"files": (f"第{life}批.csv", sheet(life), "text/csv")}
        asked = service.client.post("/api/v1/imports", files=files, data={"publish": "true"}, headers=headers)
        assert asked.status_code == 202, asked.text
        acknowledged |= {f"L{life:02d}-{at:03d}" for at in range(ROWS)}
        # One by one, until the service is gone: what is answered counts.
        until = time.monotonic() + rng.uniform(0.3, 2.5)
        number = 0
        while time.monotonic() < until:
            name = f"S{life:02d}-{number:03d}"
            body = {"external_id": name, "publish": True, "content": {"title": f"单独录入的密封件{name}"}}
            try:
                if service.client.post("/api/v1/achievements", json=body, headers=headers).status_code == 201:
                    acknowledged.add(name)
            except httpx.TransportError:
                break
            number += 1
        with database.reading() as session:
            cut_short += session.scalar(select(func.count()).where(Job.state.in_(["waiting", "running"]))) or 0
        service.kill()
        service.start()
    wait_until_done(service, database)
    with database.reading() as session:
        names = list(session.scalars(select(RecordRow.external_id)))
        versions = session.scalar(select(func.count()).select_from(RecordVersion))
        rows = {row.id: row.version for row in session.scalars(select(RecordRow))}
        jobs = list(session.scalars(select(Job.state)))
    service.stop()
    assert set(names) >= acknowledged
    assert len(names) == len(set(names)) == len(rows)
    assert set(rows.values()) == {1}
    assert versions == len(rows)
    assert jobs == ["done"] * KILLS
    # The kills did come in the middle.
    assert cut_short >= KILLS
    indexed = LiveWriter(service.data_dir / "index", HashingEncoder(), Settings()).stamps()
    assert {record_id: stamp for (_, record_id), stamp in indexed.items()} == rows


def wait_until_done(service: RunningService, database: Database) -> None:
    until = time.monotonic() + 600
    while True:
        with database.reading() as session:
            open_jobs = session.scalar(select(func.count()).where(Job.state.in_(["waiting", "running"])))
        if not open_jobs:
            break
        assert time.monotonic() < until, service.said()[-5000:]
        time.sleep(0.5)
    service.wait_ready()
    service.wait_indexed()
    answer = service.client.post("/api/v1/search", json={"text": "耐磨涂层制备技术"})
    assert answer.json()["items"]
