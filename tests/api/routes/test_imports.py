"""Uploads through the API: acknowledged when safe, refused when not usable, asked for once however often sent."""

import tempfile
from pathlib import Path
from typing import Any

import pytest

from api.db.tables import Job
from api.jobs.child import perform
from api.jobs.claims import claim
from api.work.kinds import KINDS
from tests.api.world import World

IMPORTS, JOBS = "/api/v1/imports", "/api/v1/jobs"
SHEET = (
    "成果编号,成果名称,成果简介,联系人\n"
    "C-1,铝合金压铸工艺,真空压铸减少气孔,王工\n"
    "C-2,石墨提纯方法,高温提纯到五个九,李工\n"
)


def send(world: World, who: str = "institution", text: str = SHEET, name: str = "成果表.csv", **given: Any) -> Any:
    headers = {**world[who], **given.pop("headers", {})}
    files = given.pop("files", [("files", (name, text.encode(), "text/csv"))])
    return world.client.post(IMPORTS, files=files, data=given, headers=headers)


def done(world: World, job_id: str) -> Job:
    """Run a job as the child process does."""
    with world.service.database.work() as session:
        assert claim(session, job_id) is not None
    perform(world.service, job_id, KINDS)
    with world.service.database.reading() as session:
        return session.get_one(Job, job_id)


def test_an_upload_is_on_disk_before_it_is_acknowledged(world: World) -> None:
    answer = send(world, name="../../成果 表.csv", publish="true")
    assert answer.status_code == 202, answer.text
    job = answer.json()
    assert answer.headers["location"] == f"{JOBS}/{job['id']}"
    assert (job["kind"], job["state"]) == ("import", "waiting")
    assert (world.service.uploads / job["id"] / "成果 表.csv").read_text() == SHEET
    assert done(world, job["id"]).state == "done"
    told = world.client.get(f"{JOBS}/{job['id']}", headers=world["institution"]).json()
    counts = {name: told["result"][name] for name in ("created", "changed", "unchanged", "rejected")}
    assert counts == {"created": 2, "changed": 0, "unchanged": 0, "rejected": 0}
    listed = world.client.get("/api/v1/achievements", headers=world["institution"]).json()["items"]
    assert {(item["external_id"], item["state"]) for item in listed} == {("C-1", "published"), ("C-2", "published")}
    # Contacts keep their tier: nobody else reads them.
    for who in ("enterprise", "broker", "organiser", "administrator"):
        assert "王工" not in world.client.get("/api/v1/achievements", headers=world[who]).text


def test_reports_can_be_downloaded_by_the_account_alone(world: World) -> None:
    job_id = send(world, text=SHEET + "C-1,另一个名称,,\n").json()["id"]
    done(world, job_id)
    job = world.client.get(f"{JOBS}/{job_id}", headers=world["institution"]).json()
    assert {file["name"] for file in job["files"]} == {"拒收.xlsx", "导入报告.json", "导入报告.xlsx"}
    for file in job["files"]:
        got = world.client.get(file["href"], headers=world["institution"])
        assert got.status_code == 200
        assert len(got.content) == file["bytes"]
        assert got.headers["content-disposition"].startswith("attachment;")
        assert got.headers["x-content-type-options"] == "nosniff"
        for who in ("institution2", "organiser", "administrator"):
            assert world.client.get(file["href"], headers=world[who]).status_code == 404
    report = world.client.get(f"{JOBS}/{job_id}/files/导入报告.json", headers=world["institution"]).json()
    assert report["rejected"][0]["file"] == "成果表.csv"
    assert str(world.service.settings.data_dir) not in str(report)


def test_the_same_key_is_the_same_job(world: World) -> None:
    headers = {"Idempotency-Key": "k-1"}
    first, second = send(world, headers=headers), send(world, headers=headers)
    assert (first.status_code, second.status_code) == (202, 202)
    assert first.json()["id"] == second.json()["id"]
    assert [path.name for path in world.service.uploads.iterdir()] == [first.json()["id"]]
    # Another account's key is another's.
    other = send(world, "institution2", headers=headers)
    assert other.json()["id"] != first.json()["id"]


def test_a_key_of_another_kind_of_job_is_a_conflict(world: World) -> None:
    headers = {"Idempotency-Key": "k-1"}
    organisation = world.people["enterprise"].organisation_id
    assert send(world, "organiser", owner_id=organisation, headers=headers).status_code == 202
    answer = world.client.post(f"{JOBS}/batch", json={}, headers={**world["organiser"], **headers})
    assert answer.status_code == 409


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"side": "both"}, "side"),
        ({"publish": "perhaps"}, "publish"),
        ({"mapping": "{"}, "mapping"),
        ({"mapping": '{"项目": 1}'}, "mapping"),
        ({"surprise": "x"}, "surprise"),
        ({"text": ""}, "files"),
        ({"files": [("file", ("a.csv", b"x", "text/csv"))]}, "files"),
        ({"headers": {"Idempotency-Key": "x" * 201}}, "Idempotency-Key"),
    ],
)
def test_what_cannot_be_used_is_told(world: World, given: dict[str, Any], field: str) -> None:
    answer = send(world, **given)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["field"] == field
    assert not world.service.uploads.exists() or not list(world.service.uploads.iterdir())


def test_a_mapping_names_fields_there_are(world: World) -> None:
    assert send(world, mapping='{"成果名称": "no-such-field"}').status_code == 422


@pytest.mark.parametrize("content_type", ["application/json", "multipart/form-data", "multipart/form-data; boundary=x"])
def test_a_body_that_is_no_form_is_refused(world: World, content_type: str) -> None:
    answer = world.client.post(
        IMPORTS, content=b"--y\r\nnonsense", headers={**world["institution"], "Content-Type": content_type}
    )
    assert answer.status_code == 422


def test_only_staff_enter_for_others(world: World) -> None:
    other = world.people["institution2"].organisation_id
    assert send(world, owner_id=other).status_code == 403
    job = send(world, "organiser", owner_id=other)
    assert job.status_code == 202
    done(world, job.json()["id"])
    listed = world.client.get("/api/v1/achievements", params={"mine": True}, headers=world["institution2"]).json()
    assert len(listed["items"]) == 2
    assert send(world, "broker").status_code == 403
    assert send(world, "anonymous").status_code == 401


def test_an_upload_above_the_limit_is_not_kept(make_world: Any) -> None:
    world = make_world(max_upload_mb=1)
    answer = send(world, text=SHEET + "x" * 1_100_000)
    assert answer.status_code == 413

    def pieces() -> Any:
        yield b'--b\r\nContent-Disposition: form-data; name="files"; filename="a.csv"\r\n\r\n'
        for _ in range(20):
            yield b"x" * 100_000

    # Nor one that does not say how long it is.
    headers = {**world["institution"], "Content-Type": "multipart/form-data; boundary=b"}
    answer = world.client.post(IMPORTS, content=pieces(), headers=headers)
    assert answer.status_code == 413
    assert not world.service.uploads.exists() or not list(world.service.uploads.iterdir())


def test_a_file_that_cannot_be_read_fails_the_job_with_its_sentence(world: World) -> None:
    job_id = send(world, text="没有,标题\n1,2\n", name="坏表.csv").json()["id"]
    job = done(world, job_id)
    assert job.state == "failed"
    assert "坏表.csv" in job.message
    assert str(Path(world.service.settings.data_dir)) not in job.message


def test_what_is_exported_is_ones_own_and_reads_back_unchanged(world: World) -> None:
    world.need(contact="王工 13900000000", confidential_detail="某厂的配方", budget_high_cny=500_000)
    world.need("enterprise2", title="别家的需求")
    answer = world.client.get("/api/v1/needs/export", headers=world["enterprise"])
    assert answer.status_code == 200
    assert answer.headers["x-content-type-options"] == "nosniff"
    files = [("files", ("需求.xlsx", answer.content, "application/octet-stream"))]
    job = done(world, send(world, "enterprise", files=files).json()["id"])
    assert (job.state, job.result["unchanged"], job.result["created"]) == ("done", 1, 0)
    assert world.client.get("/api/v1/needs/export").status_code == 401
    # Nothing of theirs: a sheet of headings.
    empty = world.client.get("/api/v1/achievements/export", headers=world["broker"])
    assert empty.status_code == 200


@pytest.mark.parametrize(
    ("asked", "status"), [("", 200), ("bytes=0-9", 206), ("bytes=abc", 400), ("bytes=999999999-", 416)]
)
def test_no_exported_file_stays_behind(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: str, status: int
) -> None:
    folder = tmp_path / "passing"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    headers = {**world["enterprise"], **({"Range": asked} if asked else {})}
    assert world.client.get("/api/v1/needs/export", headers=headers).status_code == status
    assert list(folder.iterdir()) == []
