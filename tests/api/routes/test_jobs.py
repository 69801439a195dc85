"""Jobs through the API: own ones only, stopped on request, and each kind asked for by those who may."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from api.db.tables import Job
from api.jobs.claims import claim
from tests.api.world import World

JOBS = "/api/v1/jobs"
FAIR = Path(__file__).parents[3] / "corpora" / "sample" / "fair.toml"


def made(world: World, who: str = "organiser", **values: Any) -> str:
    with world.service.database.work() as session:
        job = Job(kind="batch", account_id=world.people[who].account_id, **values)
        session.add(job)
        session.flush()
        return job.id


def test_jobs_are_listed_newest_first_and_ones_own(world: World) -> None:
    own = [made(world, created_at=datetime.now(UTC) + timedelta(seconds=at)) for at in range(5)]
    made(world, "broker")
    seen: list[str] = []
    cursor = ""
    while True:
        params = {"limit": 2, "cursor": cursor}
        page = world.client.get(JOBS, params=params, headers=world["organiser"]).json()
        seen += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
        if not cursor:
            break
    assert seen == sorted(own, reverse=True)


def test_an_administrator_sees_that_others_jobs_exist_and_no_more(world: World) -> None:
    job_id = made(world, state="done", message="某需求没有读取", result={"pairs": 3}, files={
        "a.csv": {"path": "a.csv", "media_type": "text/csv", "bytes": 1}
    })  # fmt: skip
    job = world.client.get(f"{JOBS}/{job_id}", headers=world["administrator"]).json()
    assert (job["own"], job["state"], job["message"], job["result"], job["files"]) == (False, "done", "", {}, [])
    listed = world.client.get(JOBS, params={"everybody": True}, headers=world["administrator"]).json()["items"]
    assert [item["id"] for item in listed] == [job_id]
    # Nobody else may wish for that, and to others it is like nothing.
    assert world.client.get(JOBS, params={"everybody": True}, headers=world["broker"]).json()["items"] == []
    for who in ("broker", "enterprise"):
        missing = world.client.get(f"{JOBS}/{'0' * 26}", headers=world[who])
        answer = world.client.get(f"{JOBS}/{job_id}", headers=world[who])
        assert (answer.status_code, missing.status_code) == (404, 404)
        assert world.client.post(f"{JOBS}/{job_id}/cancellation", headers=world[who]).status_code == 404


def test_a_waiting_job_is_cancelled_at_once_and_a_running_one_is_asked(world: World) -> None:
    waits, runs, ended = made(world), made(world), made(world, state="done")
    with world.service.database.work() as session:
        claim(session, runs)
    states = {
        job_id: world.client.post(f"{JOBS}/{job_id}/cancellation", headers=world["organiser"]).json()
        for job_id in (waits, runs, ended)
    }
    assert [states[job_id]["state"] for job_id in (waits, runs, ended)] == ["cancelled", "running", "done"]
    assert states[runs]["cancel_requested"]


@pytest.mark.parametrize("name", ["..%2F..%2Fservice.sqlite", "no.csv", "%00", "a%2Fb"])
def test_only_files_of_the_job_are_served(world: World, name: str) -> None:
    job_id = made(world, state="done")
    answer = world.client.get(f"{JOBS}/{job_id}/files/{name}", headers=world["organiser"])
    assert answer.status_code in {404, 422}


def test_a_file_outside_the_jobs_folder_is_never_served(world: World) -> None:
    world.service.results.mkdir(parents=True)
    (world.service.results / "secret").write_text("x")
    file = {"path": "../secret", "media_type": "text/plain", "bytes": 1}
    job_id = made(world, state="done", files={"a.txt": file})
    assert world.client.get(f"{JOBS}/{job_id}/files/a.txt", headers=world["organiser"]).status_code == 404


@pytest.mark.parametrize(
    ("kind", "allowed"),
    [
        ("batch", {"broker", "organiser", "administrator"}),
        ("reindex", {"administrator"}),
        ("training", {"administrator"}),
    ],
)
def test_who_may_ask_for_which_job(world: World, kind: str, allowed: set[str]) -> None:
    for who in ("enterprise", "institution", "broker", "organiser", "administrator"):
        answer = world.client.post(f"{JOBS}/{kind}", json={}, headers=world[who])
        assert answer.status_code == (202 if who in allowed else 403), who
        if who in allowed:
            assert answer.headers["location"] == f"{JOBS}/{answer.json()['id']}"
            assert answer.json()["kind"] == kind
    assert world.client.post(f"{JOBS}/{kind}", json={}).status_code == 401
    assert world.client.post(f"{JOBS}/{kind}", json={"surprise": 1}, headers=world["administrator"]).status_code == 422


def fair(world: World, text: str, **parts: bytes) -> Any:
    files = [("fair", ("fair.toml", text.encode(), "application/toml"))]
    files += [(name, (f"{name}.csv", content, "text/csv")) for name, content in parts.items()]
    return world.client.post(f"{JOBS}/fair", files=files, headers=world["organiser"])


def test_a_fair_is_checked_before_it_is_accepted(world: World) -> None:
    good = FAIR.read_text(encoding="utf-8")
    assert fair(world, good).status_code == 202
    assert fair(world, "name = 1").status_code == 422
    assert fair(world, "not toml").status_code == 422
    # A path would lead out of the upload, and a file that was not sent cannot be read.
    for name in ("../../service.sqlite", "/etc/passwd", "wishes.csv"):
        answer = fair(world, f'{good}\n[files]\nwishes = "{name}"\n')
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["field"] == "attachments"
    assert fair(world, f'{good}\n[files]\nwishes = "attachments.csv"\n', attachments=b"x").status_code == 202
    for who in ("broker", "enterprise", "institution"):
        files = [("fair", ("fair.toml", good.encode(), "application/toml"))]
        assert world.client.post(f"{JOBS}/fair", files=files, headers=world[who]).status_code == 403
