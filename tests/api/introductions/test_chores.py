"""Reminders come once for each due day, to the broker or else to both sides."""

import datetime as dt

from api.db.tables import Account, Introduction
from api.introductions.chores import CHORES, DUE, remind
from tests.api.introductions.pairs import asked, inbox, opened
from tests.api.world import World

DAY = dt.date(2026, 6, 10)


def _due(world: World, introduction_id: str, day: dt.date) -> None:
    with world.service.database.work() as session:
        session.get_one(Introduction, introduction_id).due_on = day


def _remind(world: World, day: dt.date = DAY) -> int:
    with world.service.database.work() as session:
        return remind(session, day)


def _told(world: World) -> list[int]:
    return [len(inbox(world, who, DUE)) for who in ("enterprise", "institution", "broker")]


def test_both_sides_once_a_due_day(world: World) -> None:
    made = opened(world)
    _due(world, made["id"], DAY + dt.timedelta(days=1))
    assert (_remind(world), _told(world)) == (0, [0, 0, 0])
    _due(world, made["id"], DAY)
    assert [_remind(world), _remind(world), _remind(world, DAY + dt.timedelta(days=9))] == [1, 0, 0]
    assert _told(world) == [1, 1, 0]
    assert inbox(world, "enterprise", DUE) == ["《石墨电极抗氧化涂层》对接的下一步于 2026-06-10 到期，请处理并更新"]
    _due(world, made["id"], DAY + dt.timedelta(days=2))
    assert _remind(world, DAY + dt.timedelta(days=2)) == 1
    # Back to a day that was told already.
    _due(world, made["id"], DAY)
    _remind(world)
    assert _told(world) == [2, 2, 0]


def test_the_broker_alone_while_it_is_there(world: World) -> None:
    made = opened(world, "broker")
    _due(world, made["id"], DAY)
    _remind(world)
    assert _told(world) == [0, 0, 1]
    with world.service.database.work() as session:
        session.get_one(Account, world.people["broker"].account_id).disabled_at = dt.datetime.now(dt.UTC)
    _due(world, made["id"], DAY + dt.timedelta(days=1))
    _remind(world, DAY + dt.timedelta(days=1))
    assert _told(world) == [1, 1, 1]


def test_who_has_not_answered_is_not_reminded(world: World) -> None:
    made = asked(world)
    _due(world, made["id"], DAY)
    _remind(world)
    assert _told(world) == [1, 0, 0]


def test_the_chores_run(world: World) -> None:
    made = opened(world)
    _due(world, made["id"], DAY)
    assert {chore.name: chore.run(world.service) for chore in CHORES} == {
        "introduction-reminders": 1,
        "introduction-asks": 0,
    }
