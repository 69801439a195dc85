"""What jobs leave is removed when its time has come, and nothing before."""

import datetime as dt
import os

from api.db.base import new_id, now
from api.db.tables import Job
from api.jobs.cleaning import clean
from tests.api.world import World


def left(world: World, state: str, days_ago: float) -> str:
    moment = now() - dt.timedelta(days=days_ago)
    with world.service.database.work() as session:
        job = Job(
            kind="import",
            account_id=world.people["institution"].account_id,
            state=state,
            finished_at=moment if state != "running" else None,
            files={"a.txt": {"path": "a.txt", "media_type": "text/plain", "bytes": 1}},
        )
        session.add(job)
        session.flush()
        job_id = job.id
    for place in (world.service.uploads, world.service.results):
        (place / job_id).mkdir(parents=True)
        (place / job_id / "a.txt").write_text("x")
    return job_id


def kept(world: World) -> tuple[set[str], set[str]]:
    service = world.service
    return {path.name for path in service.uploads.iterdir()}, {path.name for path in service.results.iterdir()}


def test_uploads_go_when_they_are_read_and_results_after_their_days(world: World) -> None:
    # 90 days by default.
    old, recent, runs = left(world, "done", 91), left(world, "failed", 89), left(world, "running", 0)
    orphans = []
    for age in (0.5, 2):
        folder = world.service.uploads / new_id()
        folder.mkdir()
        moment = now().timestamp() - age * 86_400
        os.utime(folder, (moment, moment))
        orphans.append(folder.name)
    assert clean(world.service) == 4
    assert kept(world) == ({runs, orphans[0]}, {recent, runs})
    with world.service.database.reading() as session:
        assert session.get_one(Job, old).files == {}
        assert session.get_one(Job, recent).files != {}
    assert clean(world.service) == 0
