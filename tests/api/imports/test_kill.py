"""A worker that is killed in the middle of an import, again and again, loses and doubles nothing."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import func, select

from api.access.caller import Caller
from api.access.roles import Role
from api.db.base import new_id
from api.db.tables import Job, RecordRow, RecordVersion
from api.jobs.queue import ask
from matcher.corpus.load import load
from tests.api.world import World

SAMPLE = Path(__file__).parents[3] / "corpora" / "sample"
COPIES = 6
MB = 1_000_000

WORKER = """
import pickle, sys, threading
from api.db.engine import Database
from api.jobs.worker import run_worker
from api.service import Service
from matcher.config import Settings
settings = pickle.loads(sys.stdin.buffer.read())
service = Service.of(settings, Settings(), Database(settings.database))
run_worker(service, threading.Event(), chores=(), kinds="api.work.kinds")
"""


def worker(world: World) -> "subprocess.Popen[bytes]":
    import pickle

    process = subprocess.Popen([sys.executable, "-c", WORKER], stdin=subprocess.PIPE, env={**os.environ})
    assert process.stdin is not None
    process.stdin.write(pickle.dumps(world.service.settings))
    process.stdin.close()
    return process


def larger_sample(folder: Path) -> dict[str, int]:
    """The sample's achievements several times over, under other numbers; how many rows there are a file."""
    lines = (SAMPLE / "achievements.csv").read_text(encoding="utf-8-sig")
    folder.mkdir(parents=True)
    rows = {}
    for copy in range(COPIES):
        path = folder / f"成果-{copy}.csv"
        path.write_text(lines.replace("CG-", f"C{copy}-"), encoding="utf-8")
        rows[path.name] = len(load([path], max_bytes=MB).achievements)
    return rows


def count(world: World) -> int:
    with world.service.database.reading() as session:
        return session.scalar(select(func.count(RecordRow.id))) or 0


def job(world: World, job_id: str) -> Job:
    with world.service.database.reading() as session:
        return session.get_one(Job, job_id)


@pytest.mark.slow
def test_every_row_of_an_import_that_is_killed_five_times_is_there_once(world: World) -> None:
    job_id = new_id()
    rows = larger_sample(world.service.uploads / job_id)
    total = sum(rows.values())
    person = world.people["institution"]
    caller = Caller(role=Role.INSTITUTION, account_id=person.account_id, organisation_id=person.organisation_id)
    asked = {"files": sorted(rows), "side": "auto", "owner_id": person.organisation_id, "publish": True, "mapping": {}}
    with world.service.database.work() as session:
        ask(session, caller, "import", asked, job_id=job_id)
    kills, before = 0, 0
    while kills < 5:
        process = worker(world)
        # In the middle: some more rows are in, not all.
        while count(world) <= before and job(world, job_id).state != "done":
            assert process.poll() is None
            time.sleep(0.01)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        # Its child process ends with it, and may finish the transaction it is in.
        time.sleep(0.3)
        before = count(world)
        kills += 1
        assert before < total, "too fast to be killed in the middle: make the sample larger"
    process = worker(world)
    while job(world, job_id).state in {"waiting", "running"}:
        assert process.poll() is None
        time.sleep(0.05)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    found = job(world, job_id)
    assert found.state == "done", found.message
    # The report tells of the whole import, not of its last stretch.
    assert (found.result["created"], found.result["changed"], found.result["unchanged"]) == (total, 0, 0)
    assert found.attempts == 0
    with world.service.database.reading() as session:
        ids = session.scalars(select(RecordRow.external_id)).all()
        versions = session.scalar(select(func.count()).select_from(RecordVersion))
    assert len(ids) == len(set(ids)) == total
    assert versions == total
