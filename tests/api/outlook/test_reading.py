"""How an own need fares, as its owner is told."""

from typing import Any

from tests.api.outlook.standing import API, FITS, NEAR_IT, WANTS, send, work
from tests.api.world import World


def outlook(world: World, need: dict[str, Any], who: str = "enterprise", status: int = 200) -> Any:
    answer = world.client.get(f"{API}/needs/{need['id']}/outlook", headers=world[who])
    assert answer.status_code == status, answer.text
    return answer.json()


def test_before_and_after_the_first_look(world: World) -> None:
    need = world.need(publish=False, **WANTS)
    world.achievement(**FITS)
    work(world)
    assert outlook(world, need)["message"] == "需求发布后，系统会自动与全部成果比对。"
    send(world, "enterprise", "POST", need, path="/state", state="published")
    assert (outlook(world, need)["looked_at"], outlook(world, need)["current"]) == (None, False)
    work(world)
    found = outlook(world, need)
    assert (found["best_level"], found["best_level_name"], found["fitting"], found["none_fits"]) == (
        3,
        "较强相关",
        1,
        False,
    )
    assert found["current"]
    assert found["message"] == "有 1 项成果达到“较强相关”或以上，最好的是“较强相关”。"
    send(world, "enterprise", "PUT", need, version=2, content={**WANTS, "keywords": ["涂层"]})
    assert outlook(world, need)["message"].startswith("需求修改后正在重新比对")
    assert not outlook(world, need)["current"]


def test_nothing_fits_and_nearly_fits(world: World) -> None:
    wheat, near = world.need(title="冬小麦抗旱", problem="小麦需要节水"), world.need(**NEAR_IT)
    world.achievement(**FITS)
    work(world)
    assert outlook(world, wheat)["message"] == "目前没有合适的成果；可以订阅，有新成果时通知您。"
    assert outlook(world, near)["message"] == "还没有成果达到“较强相关”，最接近的是“弱相关”。"


def test_each_in_its_own_eyes(world: World) -> None:
    need = world.need(**WANTS)
    world.achievement(visibility=3, **FITS)
    work(world)
    # The owner must not learn that there is something it may not see; staff sees it.
    assert (outlook(world, need)["fitting"], outlook(world, need)["best_level"]) == (0, 0)
    assert outlook(world, need, "organiser")["fitting"] == 1
    outlook(world, need, "enterprise2", 404)
    outlook(world, need, "institution", 404)
    outlook(world, need, "broker", 403)
    closed = world.need(visibility=4, **WANTS)
    work(world)
    assert outlook(world, closed)["current"]
    outlook(world, closed, "organiser", 404)
