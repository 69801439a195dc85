"""Digests at their hour, floods in one message, and nothing that may not be told any more."""

import datetime as dt
from typing import Any

from sqlalchemy import select, update

from api.db.tables import Recommendation, RecordRow
from api.subscriptions.finding import find_new
from api.subscriptions.telling import tell_due
from tests.api.subscriptions.test_finding import ACHIEVEMENT, TEXT
from tests.api.subscriptions.watching import API, found, inbox, move, refuse, subscribe, told, work
from tests.api.world import World

# A Tuesday at nine in the morning in China.
TUESDAY = dt.datetime(2026, 3, 3, 1, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


def find(world: World) -> None:
    """Find everything published so far, as if it were Tuesday morning."""
    world.index()
    while find_new(world.service, dt.datetime.now(dt.UTC)):
        pass
    with world.service.database.work() as session:
        session.execute(update(Recommendation).where(Recommendation.told_at.is_(None)).values(found_at=TUESDAY))


def model(world: World, number: int) -> dict[str, Any]:
    """Alike, but of another model each, so that none counts as a copy of another."""
    return world.achievement(title=f"石墨电极抗氧化涂层第{number}代", summary=f"{TEXT}，{number * 37}小时不失效")


def test_a_daily_digest_waits_for_eight_and_lists_all(world: World) -> None:
    subscribe(world, "enterprise", text=TEXT, min_level=2, digest="daily", name="涂层")
    first, second, third = (model(world, number) for number in range(3))
    find(world)
    waiting = {first["id"], second["id"], third["id"]}
    assert {item["record_id"] for item in found(world, "enterprise")} == waiting
    assert tell_due(world.service, TUESDAY + HOUR) == 0
    assert tell_due(world.service, TUESDAY + 22 * HOUR + 59 * HOUR / 60) == 0
    assert inbox(world, "enterprise") == []
    move(world, "institution", third, "withdrawn")
    assert tell_due(world.service, TUESDAY + 23 * HOUR) == 2
    (item,) = inbox(world, "enterprise")
    assert item["kind"] == "digest"
    assert item["subject"] == "“涂层”有 2 项新的匹配成果"
    assert {line["record_id"] for line in item["body"]["items"]} == waiting - {third["id"]}
    levels = [line["level"] for line in item["body"]["items"]]
    assert levels == sorted(levels, reverse=True)
    assert tell_due(world.service, TUESDAY + 48 * HOUR) == 0
    # Published again it is new again.
    move(world, "institution", third, "published", version=2)
    find(world)
    assert tell_due(world.service, TUESDAY + 48 * HOUR) == 1
    assert told(world, "enterprise").count(third["id"]) == 1


def test_a_weekly_digest_waits_for_monday(world: World) -> None:
    subscribe(world, "enterprise", text=TEXT, min_level=2, digest="weekly")
    world.achievement(**ACHIEVEMENT)
    find(world)
    monday = dt.datetime(2026, 3, 9, tzinfo=dt.UTC)
    assert tell_due(world.service, monday - HOUR) == 0
    assert tell_due(world.service, monday) == 1


def test_what_was_refused_meanwhile_or_closed_is_left_out(world: World) -> None:
    subscribe(world, "enterprise", text=TEXT, min_level=2, digest="daily")
    refused, closed, kept = (model(world, number) for number in range(3))
    find(world)
    by_record = {item["record_id"]: item["id"] for item in found(world, "enterprise")}
    refuse(world, "enterprise", by_record[refused["id"]])
    with world.service.database.work() as session:
        session.execute(update(RecordRow).where(RecordRow.id == closed["id"]).values(visibility=3))
    assert tell_due(world.service, TUESDAY + 24 * HOUR) == 1
    assert told(world, "enterprise") == [kept["id"]]


def test_a_reason_of_another_version_is_not_told(world: World) -> None:
    subscribe(world, "enterprise", text=TEXT, min_level=2, digest="daily")
    good = world.achievement(**ACHIEVEMENT)
    find(world)
    assert found(world, "enterprise")[0]["reason"]
    url, headers = f"{API}/achievements/{good['id']}", {**world["institution"], "If-Match": '"1"'}
    closed = {"content": {**ACHIEVEMENT, "tiers": {"description": 3}}}
    assert world.client.put(url, json=closed, headers=headers).status_code == 200
    assert found(world, "enterprise")[0]["reason"] == ""
    assert tell_due(world.service, TUESDAY + 24 * HOUR) == 1
    (line,) = inbox(world, "enterprise")[0]["body"]["items"]
    assert (line["record_id"], line["reason"]) == (good["id"], "")


def test_what_no_longer_reaches_the_level_is_forgotten_before_the_digest(world: World) -> None:
    subscribe(world, "enterprise", text=TEXT, min_level=2, digest="daily")
    good = world.achievement(**ACHIEVEMENT)
    find(world)
    url, headers = f"{API}/achievements/{good['id']}", {**world["institution"], "If-Match": '"1"'}
    wheat = {"content": {"title": "冬小麦抗旱新品种", "summary": "黄淮海地区节水高产小麦育种"}}
    assert world.client.put(url, json=wheat, headers=headers).status_code == 200
    find(world)
    assert found(world, "enterprise") == []
    assert tell_due(world.service, TUESDAY + 24 * HOUR) == 0


def test_a_flood_is_one_message(world: World) -> None:
    subscribe(world, "enterprise", text=TEXT, min_level=2)
    for number in range(11):
        model(world, number)
    many = work(world)
    assert many > 10
    (item,) = inbox(world, "enterprise")
    assert (item["kind"], item["body"]["total"], len(item["body"]["items"])) == ("digest", many, many)


def test_nobody_is_told_who_may_not_know_any_more(world: World) -> None:
    need = world.need(title="石墨电极抗氧化涂层", problem=TEXT)
    subscribe(world, "enterprise", record_id=need["id"], digest="daily")
    world.achievement(**ACHIEVEMENT)
    find(world)
    with world.service.database.work() as session:
        # The need now belongs to somebody else.
        owner = world.people["enterprise2"].organisation_id
        session.execute(update(RecordRow).where(RecordRow.id == need["id"]).values(owner_id=owner))
    assert tell_due(world.service, TUESDAY + 24 * HOUR) == 0
    with world.service.database.reading() as session:
        assert session.scalars(select(Recommendation.told_at)).all() == [None]
