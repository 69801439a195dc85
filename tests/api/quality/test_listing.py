"""Own records, worst first: pages without a hole, totals over all, nobody else's."""

from typing import Any

from tests.api.world import World

URL = "/api/v1/quality"


def _list(world: World, who: str = "institution", **params: Any) -> dict[str, Any]:
    answer = world.client.get(URL, params={"side": "achievement", **params}, headers=world[who])
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def _own(world: World) -> list[str]:
    """From the worst to the best: 1, 2, 3, 4 fields filled (the summary, then one more each)."""
    more: list[dict[str, Any]] = [{}, {"keywords": ["涂层"]}, {"contact": "王工"}, {"team": ["李教授"]}]
    made, content = [], {"summary": "石墨电极表面涂层"}
    for field in more:
        content |= field
        made.append(world.achievement(publish=len(made) % 2 == 0, **content)["id"])
    return made


def test_worst_first_in_pages(world: World) -> None:
    made = _own(world)
    world.achievement("institution2")
    first = _list(world, limit=3)
    second = _list(world, limit=3, cursor=first["next_cursor"])
    assert [item["id"] for item in (*first["items"], *second["items"])] == made
    assert second["next_cursor"] == ""
    # 14 fields count: (1 + 2 + 3 + 4) / 14 / 4.
    assert first["count"] == second["count"] == 4
    assert abs(first["mean_filled"] - 10 / 56) < 1e-9
    lacks = {lack["field"]: lack["count"] for lack in first["lacks"]}
    assert (lacks["trl"], lacks["keywords"], lacks["contact"], lacks["team"]) == (4, 1, 2, 3)
    assert "summary" not in lacks
    assert [lack["count"] for lack in first["lacks"]] == sorted(lacks.values(), reverse=True)
    assert first["items"][1]["missing"][0] == "技术指标"
    assert world.client.get(URL, headers=world["institution"]).status_code == 422
    params = {"side": "need", "cursor": first["next_cursor"]}
    assert world.client.get(URL, params=params, headers=world["institution"]).status_code == 422


def test_equally_filled_ones_come_once_each(world: World) -> None:
    made = {world.achievement()["id"] for _ in range(5)}
    seen, cursor = [], ""
    while True:
        page = _list(world, limit=2, cursor=cursor)
        seen += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
        if not cursor:
            break
    assert (len(seen), set(seen)) == (5, made)


def test_what_is_gone_does_not_count(world: World) -> None:
    made = world.achievement()
    headers = {**world["institution"], "If-Match": '"1"'}
    url = f"/api/v1/achievements/{made['id']}"
    assert world.client.post(f"{url}/state", json={"state": "withdrawn"}, headers=headers).status_code == 200
    deleted = world.achievement()
    assert world.client.delete(f"/api/v1/achievements/{deleted['id']}", headers=headers).status_code == 204
    found = _list(world)
    assert (found["count"], found["mean_filled"], found["items"], found["lacks"]) == (0, None, [], [])
