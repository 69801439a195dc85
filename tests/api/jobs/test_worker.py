"""The worker, with real processes: jobs end, fail, are cancelled, break down and go on, and the row tells."""

import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import event, select

from api.access.caller import Caller
from api.access.roles import Role
from api.chores import Chore
from api.db.base import now
from api.db.tables import InboxItem, Job
from api.jobs.claims import cancel
from api.jobs.queue import ask, wake
from api.jobs.worker import run_worker
from api.service import Service
from tests.api.world import World

KINDS = "tests.api.jobs.kinds"
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(autouse=True)
def _kinds_can_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """A job's process imports nothing from the folder it was started in; only these tests' kinds lie there."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))


def asked(world: World, kind: str, **parameters: Any) -> str:
    person = world.people["institution"]
    caller = Caller(role=Role.INSTITUTION, account_id=person.account_id, organisation_id=person.organisation_id)
    with world.service.database.work() as session:
        return ask(session, caller, kind, parameters)[0].id


def row(world: World, job_id: str) -> Job:
    with world.service.database.reading() as session:
        return session.get_one(Job, job_id)


def until(done: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, "did not happen"
        time.sleep(0.05)


@contextmanager
def working(service: Service, chores: tuple[Chore, ...] = ()) -> Iterator[None]:
    stop = threading.Event()
    thread = threading.Thread(target=run_worker, args=(service, stop), kwargs={"chores": chores, "kinds": KINDS})
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(timeout=30)
        assert not thread.is_alive()


def ended(world: World, job_id: str) -> Callable[[], bool]:
    return lambda: row(world, job_id).state in {"done", "failed", "cancelled"}


def test_jobs_end_and_fail_each_in_its_way(world: World, tmp_path: Path) -> None:
    runs = str(tmp_path / "runs")
    good, refused, broken, unknown = (
        asked(world, "count", runs=runs),
        asked(world, "refuse"),
        asked(world, "break"),
        asked(world, "no-such-kind"),
    )
    with working(world.service):
        wake(world.service, good)
        for job_id in (good, refused, broken, unknown):
            until(ended(world, job_id))
    job = row(world, good)
    # Ten steps kinder than the worker, as far as the system goes.
    assert (job.state, job.result) == ("done", {"nice": min(os.nice(0) + 10, 19), "runs": 1})
    assert job.files == {"结果.txt": {"path": "out.txt", "media_type": "text/plain", "bytes": 6}}
    assert (world.service.results / good / "out.txt").read_text() == "结果"
    # The sentence of the error, without the server's folders.
    assert (row(world, refused).state, row(world, refused).message) == ("failed", "文件 甲.xlsx 打不开；请另存后再传。")
    assert row(world, broken).state == "failed"
    assert broken in row(world, broken).message
    assert "ZeroDivision" not in row(world, broken).message
    assert "no-such-kind" in row(world, unknown).message


def test_a_job_that_crashes_is_tried_five_times(world: World, tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    job_id = asked(world, "crash", runs=str(runs))
    with working(world.service):
        until(ended(world, job_id))
    job = row(world, job_id)
    assert (job.state, job.attempts) == ("failed", 5)
    assert "连续 5 次" in job.message
    assert len(runs.read_text().splitlines()) == 5
    with world.service.database.reading() as session:
        told = session.scalars(select(InboxItem)).all()
    # It took more than a few seconds, so the account hears of it, once.
    assert [(item.kind, item.key) for item in told] == [("job", f"job:{job_id}")]


def test_a_job_stops_where_it_is_cancelled(world: World, tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    first = asked(world, "wait", runs=str(runs), until=str(tmp_path / "never"))
    with working(world.service):
        until(lambda: row(world, first).done == 1)
        # Later, because ids of one millisecond are in no order.
        second = asked(world, "wait", runs=str(runs), until=str(tmp_path / "never"))
        wake(world.service, second)
        time.sleep(1)
        # Of heavy jobs one runs at a time: the second still waits, and ends at once.
        assert row(world, second).state == "waiting"
        for job_id in (second, first):
            with world.service.database.work() as session:
                cancel(session, session.get_one(Job, job_id))
        assert row(world, second).state == "cancelled"
        until(ended(world, first), 10)
    assert row(world, first).state == "cancelled"
    assert len(runs.read_text().splitlines()) == 1


def test_a_worker_that_stops_lets_the_next_one_go_on(world: World, tmp_path: Path) -> None:
    runs, gate = tmp_path / "runs", tmp_path / "gate"
    job_id = asked(world, "wait", runs=str(runs), until=str(gate))
    for _ in range(6):
        before = len(runs.read_text().splitlines()) if runs.exists() else 0
        with working(world.service):
            until(lambda before=before: runs.exists() and len(runs.read_text().splitlines()) == before + 1)  # type: ignore[misc]
        assert row(world, job_id).state == "waiting"
    # Six starts, none of them the job's fault.
    assert row(world, job_id).attempts == 0
    gate.touch()
    with working(world.service):
        until(ended(world, job_id))
    assert row(world, job_id).state == "done"


def test_a_running_row_that_nobody_runs_is_begun_again(world: World, tmp_path: Path) -> None:
    job_id = asked(world, "count", runs=str(tmp_path / "runs"))
    with world.service.database.work() as session:
        session.get_one(Job, job_id).state = "running"
    with working(world.service):
        until(ended(world, job_id))
    assert row(world, job_id).state == "done"


def running(runs: Path) -> bool:
    """Whether the process of the first run is there; until the worker has seen its end."""
    return Path(f"/proc/{runs.read_text().split()[0]}").exists()


@pytest.fixture
def away(world: World) -> Iterator[threading.Event]:
    """While it is set, every statement of this process fails as it does without a database."""
    gone = threading.Event()

    def refuse(*_: Any) -> None:
        if gone.is_set():
            raise (sqlite3 if world.service.database.is_sqlite else psycopg).OperationalError("away")

    event.listen(world.service.database.engine, "do_execute", refuse)
    yield gone
    event.remove(world.service.database.engine, "do_execute", refuse)


def crashed_in_an_outage(world: World, tmp_path: Path, away: threading.Event) -> Job:
    """The row of a job whose first run crashed while the database was away for a second, once it has ended."""
    runs, gate = tmp_path / "runs", tmp_path / "gate"
    job_id = asked(world, "stumble", runs=str(runs), until=str(gate))
    with working(world.service):
        until(runs.exists)
        away.set()
        gate.touch()
        until(lambda: not running(runs))
        time.sleep(1)
        away.clear()
        until(ended(world, job_id), 30)
    return row(world, job_id)


def test_a_crash_while_the_database_is_away_is_noted_when_it_is_back(
    world: World, tmp_path: Path, away: threading.Event
) -> None:
    """The child's crash falls into an outage of a second; the worker lives on, and so must the job."""
    job = crashed_in_an_outage(world, tmp_path, away)
    # Counted as what it was, a run that broke down.
    assert (job.state, job.result, job.attempts) == ("done", {"runs": 2}, 1)


def test_a_row_whose_end_could_not_be_noted_at_all_is_swept(
    world: World, tmp_path: Path, away: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The outage is longer than the worker tries to note the end of the run."""
    monkeypatch.setattr("api.jobs.runner._RETRIES_S", (0.1,))
    job = crashed_in_an_outage(world, tmp_path, away)
    # Nobody knows any more how that run ended, so it does not count against the job.
    assert (job.state, job.result, job.attempts) == ("done", {"runs": 2}, 0)


def test_a_claim_whose_answer_was_lost_is_swept_and_what_runs_is_left_alone(world: World, tmp_path: Path) -> None:
    runs, gate = tmp_path / "runs", tmp_path / "gate"
    first = asked(world, "wait", runs=str(runs), until=str(gate))
    with working(world.service):
        until(runs.exists)
        lost = asked(world, "refuse")
        with world.service.database.work() as session:
            job = session.get_one(Job, lost)
            job.state, job.started_at = "running", now()
        # Swept every five seconds; twice is enough to see that the other was not taken for lost.
        until(lambda: row(world, lost).state != "running", 15)
        time.sleep(6)
        gate.touch()
        until(ended(world, first))
        until(ended(world, lost))
    assert row(world, first).state == "done"
    assert len(runs.read_text().splitlines()) == 1
    assert row(world, lost).state == "failed"


def test_chores_go_on_after_an_error(world: World) -> None:
    tries: list[int] = []

    def stumble(service: Service) -> int:
        tries.append(1)
        raise ZeroDivisionError

    with working(world.service, (Chore("stumble", 0, stumble),)):
        until(lambda: len(tries) > 2)
