"""Ages, last days, feeds, outlook and the index's queue."""

import csv
import datetime as dt
import io
from typing import Any

from api.access.roles import Role
from api.days import china_day
from api.db.base import now
from api.db.tables import Feed
from api.statistics.freshness import SideAges, freshness
from matcher.records import Side
from tests.api.introductions.pairs import caller_of
from tests.api.statistics.entered import URL, at, get, look, record
from tests.api.world import World

MOMENT = at("2026-06-30T20:00+08:00")


def _ages(world: World) -> dict[str, SideAges]:
    with world.service.database.reading() as session:
        found = freshness(session, caller_of(world, Role.ORGANISER.value), moment=MOMENT)
    return {"need": found.needs, "achievement": found.achievements}


def test_ages_end_after_whole_days(world: World) -> None:
    second = dt.timedelta(seconds=1)
    for days in (30, 90, 365):
        for updated in (MOMENT - dt.timedelta(days=days), MOMENT - dt.timedelta(days=days) - second):
            record(world, Side.NEED, updated_at=updated)
    record(world, Side.NEED, updated_at=MOMENT, state="draft")
    record(world, Side.NEED, updated_at=MOMENT, deleted_at=MOMENT)
    found = _ages(world)
    assert found["need"] == SideAges(1, 2, 2, 1, 0, 0, 0)
    assert found["need"].published == 6
    assert found["achievement"].published == 0


def test_last_days(world: World) -> None:
    for day in ("2026-06-29", "2026-06-30", "2026-07-30", "2026-07-31"):
        record(world, Side.ACHIEVEMENT, updated_at=MOMENT, valid_until=dt.date.fromisoformat(day))
    record(world, Side.ACHIEVEMENT, updated_at=MOMENT, state="expired", valid_until=dt.date(2026, 6, 30))
    record(world, Side.ACHIEVEMENT, updated_at=MOMENT)
    # Today and the 30th day from now are within; yesterday is past.
    assert _ages(world)["achievement"] == SideAges(5, 0, 0, 0, 2, 1, 1)


def _feed(world: World, name: str, **given: Any) -> str:
    person = world.people["institution"]
    with world.service.database.work() as session:
        feed = Feed(
            organisation_id=person.organisation_id,
            account_id=person.account_id,
            name=name,
            kind="push",
            side="achievement",
            **given,
        )
        session.add(feed)
    return feed.id


def test_feeds_outlook_and_queue(world: World) -> None:
    good = _feed(world, "甲", last_ok_at=now(), every_minutes=60)
    _feed(world, "乙", failures=3, active=True)
    _feed(world, "丙", active=False)
    record(world, Side.ACHIEVEMENT, feed_id=good)
    record(world, Side.ACHIEVEMENT, feed_id=good, visibility=4)
    look(world, record(world, Side.NEED), 2)
    assert get(world, "freshness")["index"] == {"queued": 0, "oldest_queued_at": None}
    world.need()
    found = get(world, "freshness")
    feeds = {feed["name"]: (feed["status"], feed["failures"], feed["records"]) for feed in found["feeds"]}
    assert feeds == {"甲": ("ok", 0, 1), "乙": ("failing", 3, 0), "丙": ("off", 0, 0)}
    assert {feed["organisation"] for feed in found["feeds"]} == {"institution单位"}
    assert (found["outlook"]["needs"], found["outlook"]["waiting"]) == (2, 1)
    assert found["index"]["queued"] == 1
    assert found["index"]["oldest_queued_at"] is not None
    assert found["needs"]["within_30_days"] == 2


def test_the_file_has_the_same_figures(world: World) -> None:
    record(world, Side.NEED, updated_at=now(), valid_until=china_day())
    _feed(world, "丙", active=False)
    answer = world.client.get(f"{URL}/freshness", params={"format": "csv"}, headers=world["organiser"])
    assert answer.headers["content-disposition"] == 'attachment; filename="freshness.csv"'
    lines = {(part, item): value for part, item, value in csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))}
    assert lines["需求", "30 天内到期"] == "1"
    assert lines["成果", "已发布"] == "0"
    assert lines["供数：丙（institution单位）", "状况"] == "已停用"
