"""The kinds of job over a small database: what they leave, and that nobody gets what they may not read."""

import csv
import datetime as dt
import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from api.db.base import now
from api.db.tables import Audit, IndexQueue, Job, Subscription
from api.db.tables.subscriptions import Recommendation
from api.jobs.child import perform
from api.jobs.claims import claim
from api.ops.engine import index_facts
from api.work.kinds import KINDS
from matcher.embed.hashing import HashingEncoder
from tests.api.world import World

JOBS = "/api/v1/jobs"
FAIR = """
name = "对接会"
[[day]]
date = 2026-12-01
[[day.session]]
name = "上午"
start = "09:00"
end = "10:00"
[[table]]
name = "桌"
count = 2
"""


@pytest.fixture(autouse=True)
def toy_encoder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MATCHER_ENCODER", "hashing")
    monkeypatch.setenv("MATCHER_BROWSER", "none")
    monkeypatch.setenv("MATCHER_MODEL_DIR", str(tmp_path / "models"))


def done(world: World, answer: Any) -> Job:
    assert answer.status_code == 202, answer.text
    job_id = answer.json()["id"]
    with world.service.database.work() as session:
        assert claim(session, job_id) is not None
    perform(world.service, job_id, KINDS)
    with world.service.database.reading() as session:
        job = session.get_one(Job, job_id)
    assert job.state == "done", job.message
    return job


def fetched(world: World, job: Job, name: str, who: str) -> bytes:
    answer = world.client.get(f"{JOBS}/{job.id}/files/{name}", headers=world[who])
    assert answer.status_code == 200
    return answer.content


def all_files(folder: Path) -> bytes:
    """Every byte that was written, those in archives and workbooks too."""
    found = b""
    for path in folder.rglob("*"):
        if path.is_file():
            found += path.read_bytes()
            if zipfile.is_zipfile(path):
                with zipfile.ZipFile(path) as archive:
                    found += b"".join(archive.read(name) for name in archive.namelist())
    return found


def test_a_batch_holds_what_its_account_may_read_and_nothing_else(world: World) -> None:
    need = world.need(contact="王工", confidential_detail="某厂的配方")
    closed = world.need(title="仅本人可见的需求", visibility=4)
    draft = world.need(title="还没有发布的需求", publish=False)
    # Brokers may read restricted texts of published records; that they did is on record.
    hidden = world.achievement(tiers={"description": 3}, summary="授权才可见的简介")
    job = done(world, world.client.post(f"{JOBS}/batch", json={"top": 5}, headers=world["broker"]))
    assert (job.result["counts"]["needs"], job.result["counts"]["achievements"]) == (1, 1)
    rows = list(csv.DictReader(io.StringIO(fetched(world, job, "matches.csv", "broker").decode("utf-8-sig"))))
    assert [(row["需求编号"], row["成果编号"]) for row in rows] == [(need["id"], hidden["id"])]
    written = all_files(world.service.results / job.id)
    for secret in ("王工", "某厂的配方", "仅本人可见的需求", "还没有发布的需求"):
        assert secret.encode() not in written
    assert {closed["id"].encode() in written, draft["id"].encode() in written} == {False}
    assert fetched(world, job, "匹配结果.xlsx", "broker")[:2] == b"PK"
    with world.service.database.reading() as session:
        reads = session.scalars(select(Audit).where(Audit.action == "read")).all()
    assert [(line.thing_id, line.account_id) for line in reads] == [(hidden["id"], world.people["broker"].account_id)]


def test_a_batch_done_again_after_midnight_is_still_of_its_day(world: World) -> None:
    world.need()
    world.achievement()
    job_id = world.client.post(f"{JOBS}/batch", json={}, headers=world["organiser"]).json()["id"]
    for _ in range(2):
        with world.service.database.work() as session:
            job = session.get_one(Job, job_id)
            # Four in the morning of the second in China, long ago; the second time it is as after a kill at its end.
            job.created_at, job.state = dt.datetime(2026, 3, 1, 20, tzinfo=dt.UTC), "waiting"
        with world.service.database.work() as session:
            assert claim(session, job_id) is not None
        perform(world.service, job_id, KINDS)
        with world.service.database.reading() as session:
            job = session.get_one(Job, job_id)
        assert (job.state, job.result.get("today")) == ("done", "2026-03-02"), job.message


def test_a_batch_takes_the_records_that_are_wanted(world: World) -> None:
    first, _ = world.need(), world.need(title="另一条需求")
    world.achievement()
    body = {"need_ids": [first["id"]]}
    job = done(world, world.client.post(f"{JOBS}/batch", json=body, headers=world["organiser"]))
    assert job.result["counts"]["needs"] == 1


def test_a_batch_without_records_fails_with_the_next_step(world: World) -> None:
    world.need()
    answer = world.client.post(f"{JOBS}/batch", json={}, headers=world["organiser"])
    with world.service.database.work() as session:
        claim(session, answer.json()["id"])
    perform(world.service, answer.json()["id"], KINDS)
    told = world.client.get(f"{JOBS}/{answer.json()['id']}", headers=world["organiser"]).json()
    assert (told["state"], "先发布成果" in told["message"]) == ("failed", True)


def test_a_fair_is_planned_from_the_database(world: World) -> None:
    world.need(contact="王工", org="甲公司")
    world.achievement(team=["李四"])
    files = [("fair", ("fair.toml", FAIR.encode(), "application/toml"))]
    job = done(world, world.client.post(f"{JOBS}/fair", files=files, headers=world["organiser"]))
    assert job.result["name"] == "对接会"
    with zipfile.ZipFile(io.BytesIO(fetched(world, job, "对接会.zip", "organiser"))) as archive:
        names = archive.namelist()
    assert "plan.json" in names
    assert any(name.endswith(".xlsx") for name in names)
    assert "王工".encode() not in all_files(world.service.results / job.id)


def test_a_fair_is_planned_from_lists(world: World) -> None:
    needs = "需求编号,需求名称,需求内容,企业名称\nN-1,铝合金压铸,压铸件气孔多,甲公司\n"
    offers = "成果编号,成果名称,成果简介,完成单位,完成人\nA-1,真空压铸工艺,减少气孔,乙大学,张三\n"
    files = [
        ("fair", ("fair.toml", FAIR.encode(), "application/toml")),
        ("needs", ("a.csv", needs.encode(), "text/csv")),
        ("achievements", ("a.csv", offers.encode(), "text/csv")),
    ]
    job = done(world, world.client.post(f"{JOBS}/fair", files=files, headers=world["organiser"]))
    assert job.result["rejected"] == 0
    assert "甲公司".encode() in all_files(world.service.results / job.id)


def test_a_job_works_with_the_settings_of_its_service(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.achievement()
    monkeypatch.setenv("MATCHER_WINDOW_CHARS", "77")
    done(world, world.client.post(f"{JOBS}/reindex", json={}, headers=world["administrator"]))
    state = index_facts(world.service.settings.index_folder).state
    assert world.service.engine.window_chars == 200
    assert (state.encoder_id, state.window_chars) == (HashingEncoder().id, 200)


def test_reindexing_mends_an_index_that_was_lost(world: World) -> None:
    world.achievement()
    with world.service.database.work() as session:
        # As after a crash in between: the queue says nothing, the index has nothing.
        for item in session.scalars(select(IndexQueue)):
            session.delete(item)
    job = done(world, world.client.post(f"{JOBS}/reindex", json={}, headers=world["administrator"]))
    assert job.result["queued"] == 1
    assert not job.result["laid_aside"]
    world.service.matching.refresh()
    with world.service.matching.use() as matcher:
        assert len(matcher.search("石墨电极抗氧化涂层")) == 1


def test_training_learns_from_verdicts_and_puts_nothing_in_use(world: World, tmp_path: Path) -> None:
    needs = [world.need(title=f"石墨电极涂层 {at}号") for at in range(6)]
    offers = [world.achievement(title=f"抗氧化涂层 {at}号") for at in range(2)]
    world.index()
    account = world.people["enterprise"].account_id
    with world.service.database.work() as session:
        for need in needs:
            watched = Subscription(account_id=account, looks_for="achievement", record_id=need["id"])
            session.add(watched)
            session.flush()
            for offer, verdict in zip(offers, ("wanted", "refused"), strict=True):
                session.add(
                    Recommendation(
                        subscription_id=watched.id,
                        record_id=offer["id"],
                        level=3,
                        fit=0.5,
                        verdict=verdict,
                        reason_code="" if verdict == "wanted" else "wrong-technology",
                        version=1,
                        text_key=offer["id"],
                        judged_at=now(),
                    )
                )
    answer = world.client.post(f"{JOBS}/training", json={}, headers=world["administrator"])
    job = done(world, answer)
    assert job.result["needs"] == 6
    assert b"features" in fetched(world, job, "levels.json", "administrator")
    card = fetched(world, job, "levels.md", "administrator").decode()
    assert f"- 标识：`{job.result['model']}`" in card.splitlines()
    assert "- 服务中的反馈：6 条需求 12 对" in card.splitlines()
    assert not (tmp_path / "models").exists()


def test_training_without_verdicts_says_what_is_missing(world: World) -> None:
    world.achievement()
    world.index()
    job_id = world.client.post(f"{JOBS}/training", json={}, headers=world["administrator"]).json()["id"]
    with world.service.database.work() as session:
        claim(session, job_id)
    perform(world.service, job_id, KINDS)
    told = world.client.get(f"{JOBS}/{job_id}", headers=world["administrator"]).json()
    assert (told["state"], "还没有可以学习的反馈" in told["message"]) == ("failed", True)
