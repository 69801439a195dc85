"""One record: what is missing, most useful first, and which words the other side uses."""

from typing import Any

import pytest

from tests.api.world import World


def _look(world: World, many: str, record_id: str, who: str) -> dict[str, Any]:
    answer = world.client.get(f"/api/v1/{many}/{record_id}/quality", headers=world[who])
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_an_own_achievement(world: World) -> None:
    made = world.achievement(summary="石墨电极表面涂层", keywords=["涂层"], publish=False)
    found = _look(world, "achievements", made["id"], "institution")
    assert (found["filled"], found["count"]) == (2 / 14, 14)
    assert [gap["field"] for gap in found["missing"]][:3] == ["indicators_text", "trl", "transfer_modes"]
    gap = found["missing"][1]
    assert (gap["label"], gap["use"]) == ("技术成熟度", "gate")
    assert "未知" in gap["why"]
    assert (found["need_class"], found["questions"], found["closed"]) == (None, [], [])
    # Nothing is indexed: no words.
    assert found["terms"] == []
    assert _look(world, "needs", world.need()["id"], "enterprise")["terms"] == []


def test_staff_learn_nothing_of_closed_fields(world: World) -> None:
    """With and without what is closed, staff are told the same."""
    told = []
    for contact in ("", "王工 13900000000"):
        made = world.need(contact=contact, tiers={"terms": 4}, budget_high_cny=5 if contact else None)
        found = _look(world, "needs", made["id"], "organiser")
        told.append({key: found[key] for key in ("filled", "count", "missing", "closed")})
    assert told[0] == told[1]
    assert told[0]["closed"] == ["预算", "合作方式", "联系方式"]
    # The check-up reads what is public, for the owner too.
    made = world.need(title="提升产品质量", problem="", confidential_detail="石墨电极抗氧化涂层")
    found = _look(world, "needs", made["id"], "enterprise")
    assert found["need_class"] == "无方向"
    assert found["questions"]
    assert "石墨电极" not in str(found)


@pytest.mark.parametrize("many", ["needs", "achievements"])
def test_words_of_the_other_side(world: World, many: str) -> None:
    """Three near records of the other side share a word that this one lacks; what is not public does not speak."""
    titles = ["石墨电极抗氧化釉料甲", "石墨电极抗氧化釉料乙", "石墨电极抗氧化釉料丙"]
    hidden = ["石墨电极抗氧化浸渍甲", "石墨电极抗氧化浸渍乙", "石墨电极抗氧化浸渍丙"]
    for title, visibility in [*((title, 1) for title in titles), *((title, 2) for title in hidden)]:
        if many == "needs":
            world.achievement(title=title, summary="", visibility=visibility)
        else:
            world.need(title=title, problem="", visibility=visibility)
    if many == "needs":
        made, who = world.need(title="石墨电极抗氧化", problem="石墨电极抗氧化"), "enterprise"
    else:
        made, who = world.achievement(title="石墨电极抗氧化", summary="石墨电极抗氧化"), "institution"
    world.index()
    words = {term["text"]: term["support"] for term in _look(world, many, made["id"], who)["terms"]}
    assert words.get("釉料") == 3
    assert "浸渍" not in words
