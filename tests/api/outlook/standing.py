"""What the tests of this room share: records that fit or do not, letting the worker work, reading what is kept."""

from typing import Any

from sqlalchemy import select

from api.db.tables import Outlook, StandingPair
from api.outlook.refreshing import refresh
from tests.api.world import World

API = "/api/v1"
TEXT = "石墨电极抗氧化涂层，在1300℃高温下使用不掉渣，降低电极消耗"
WANTS: dict[str, Any] = {"title": "电炉用石墨电极抗氧化涂层", "problem": TEXT + "，供三台电炉使用"}
FITS: dict[str, Any] = {"title": "石墨电极抗氧化涂层", "summary": TEXT}
"""At level 3 with `WANTS`, and at 2 with `NEAR_IT`."""
LOSS = "炼钢时端部氧化掉渣，吨钢消耗偏高，想延长使用时间"
NEAR_IT: dict[str, Any] = {"title": "石墨电极抗氧化涂层", "problem": LOSS + "，请推荐合作团队"}
SERVES_IT: dict[str, Any] = {"title": "石墨电极抗氧化涂层", "summary": LOSS}
"""At level 3 or more with `NEAR_IT`."""
STRANGE: dict[str, Any] = {"title": "冬小麦抗旱新品种", "summary": "黄淮海地区节水高产小麦育种"}


def work(world: World) -> int:
    """Index, and look at all that waits; how many records were dealt with."""
    world.index()
    dealt_with = 0
    while found := refresh(world.service):
        dealt_with += found
    return dealt_with


def kept(world: World, need: dict[str, Any], tier: int = 3) -> Outlook | None:
    with world.service.database.reading() as session:
        return session.get(Outlook, (need["id"], tier))


def looked_at(world: World, need: dict[str, Any], tier: int = 3) -> Outlook:
    found = kept(world, need, tier)
    assert found is not None
    return found


def pairs(world: World) -> list[tuple[str, str]]:
    """Ids of all kept pairs, whether they are shown or not, in order."""
    with world.service.database.reading() as session:
        rows = session.scalars(select(StandingPair)).all()
    return sorted((row.need_id, row.achievement_id) for row in rows)


def leads(world: World, who: str = "broker", **query: Any) -> list[dict[str, Any]]:
    answer = world.client.get(f"{API}/leads", params=query, headers=world[who])
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def shown(world: World, who: str = "broker", **query: Any) -> list[tuple[str, str]]:
    """Ids of the pairs somebody is shown, in order."""
    return [(item["need"]["id"], item["achievement"]["id"]) for item in leads(world, who, **query)]


def ids(need: dict[str, Any], achievement: dict[str, Any]) -> tuple[str, str]:
    return need["id"], achievement["id"]


def send(
    world: World, who: str, method: str, made: dict[str, Any], *, path: str = "", version: int = 1, **body: Any
) -> None:
    """Change, move or delete a record."""
    url = f"{API}/{made['side']}s/{made['id']}{path}"
    headers = {**world[who], "If-Match": f'"{version}"'}
    answer = world.client.request(method, url, json=body or None, headers=headers)
    assert answer.status_code in {200, 204}, answer.text


def unmet(world: World, who: str = "institution") -> dict[str, Any]:
    answer = world.client.get(f"{API}/achievements/unmet-needs", headers=world[who])
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found
