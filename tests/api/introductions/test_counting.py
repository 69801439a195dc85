"""Numbers for desks, and lists that hold exactly what was counted."""

import datetime as dt
from typing import Any

from api.days import china_day
from api.db.tables import Introduction
from tests.api.introductions.pairs import URL, asked, opened
from tests.api.world import World


def _counts(world: World, who: str) -> dict[str, Any]:
    found = world.client.get(f"{URL}/counts", headers=world[who]).json()
    return {**{item["stage"]: item["count"] for item in found["stages"]}, "w": found["waiting"], "d": found["due"]}


def _listed(world: World, who: str, **params: Any) -> list[str]:
    return [item["id"] for item in world.client.get(URL, params=params, headers=world[who]).json()["items"]]


def _counted(new: int = 0, contacted: int = 0, waiting: int = 0, due: int = 0) -> dict[str, int]:
    return {
        "new": new, "contacted": contacted, "negotiating": 0, "signed": 0, "lost": 0, "w": waiting, "d": due
    }  # fmt: skip


def test_each_sees_its_own_numbers(world: World) -> None:
    first, second = asked(world), opened(world)
    with world.service.database.work() as session:
        for made in (first, second):
            session.get_one(Introduction, made["id"]).due_on = china_day() - dt.timedelta(days=1)
    # The institution has not answered the first, so that what is planned in it is not its business yet.
    assert _counts(world, "institution") == _counted(new=1, contacted=1, waiting=1, due=1)
    assert _counts(world, "enterprise") == _counted(new=1, contacted=1, due=2)
    assert _counts(world, "institution2") == _counted()
    assert _counts(world, "organiser") == _counted(new=1, contacted=1)
    unclaimed = {
        who: world.client.get(f"{URL}/counts", headers=world[who]).json()["unclaimed"]
        for who in ("broker", "enterprise", "organiser")
    }
    assert unclaimed == {"broker": 2, "enterprise": 0, "organiser": 0}
    assert _listed(world, "institution", waiting=True) == [first["id"]]
    assert _listed(world, "enterprise", waiting=True) == []


def test_those_about_one_record(world: World) -> None:
    first, second = asked(world), asked(world)
    for side in ("need", "achievement"):
        assert _listed(world, "enterprise", record_id=first[side]["id"]) == [first["id"]]
        assert _listed(world, "enterprise2", record_id=second[side]["id"]) == []
    assert _listed(world, "enterprise", record_id="0" * 26) == []
