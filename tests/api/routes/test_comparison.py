"""Achievements side by side: rows are the need's targets and six facts, columns what the caller may read."""

from typing import Any

import pytest
from httpx import Response
from pydantic import ValidationError

from api.routes.bodies.comparison import ComparisonBody
from tests.api.world import World

URL = "/api/v1/comparison"


def _send(world: World, who: str = "anonymous", **body: Any) -> Response:
    return world.client.post(URL, json=body, headers=world[who])


def _coatings(world: World, **more: Any) -> list[str]:
    """One that reaches 1350 ℃, one that reaches 1100 ℃, one that says nothing of it."""
    figures = ("耐温1350℃", "耐温1100℃", "附着牢固")
    made = [
        world.achievement(title=f"石墨电极抗氧化涂层{at}", summary="", indicators_text=text, **more)["id"]
        for at, text in enumerate(figures)
    ]
    world.index()
    return made


def test_a_text_against_three(world: World) -> None:
    ids = _coatings(world)
    answer = _send(world, text="石墨电极抗氧化涂层，耐温≥1200℃", achievement_ids=ids[::-1]).json()
    assert [column["achievement"]["id"] for column in answer["columns"]] == ids[::-1]
    (row,) = answer["indicators"]
    assert row["need"]["text"] == "耐温≥1200℃"
    assert [cell["label"] for cell in row["cells"]] == ["未说明", "不满足", "满足"]
    # 1100 - 1200 and 1350 - 1200.
    assert [cell["margin"] for cell in row["cells"]] == [None, -100, 150]
    stated = [cell["achievement"] and cell["achievement"]["text"] for cell in row["cells"]]
    assert stated == [None, "耐温1100℃", "耐温1350℃"]
    assert [(c["met"], c["unmet"], c["unknown"]) for c in answer["columns"]] == [(0, 0, 1), (0, 1, 0), (1, 0, 0)]
    assert (answer["need_id"], answer["need_title"]) == ("", "石墨电极抗氧化涂层，耐温≥1200℃")
    nothing = _send(world, text="石墨电极抗氧化涂层", achievement_ids=ids[:1]).json()
    assert nothing["indicators"] == []
    assert nothing["message"].startswith("需求没有写可比的指标")


def test_facts_are_judged_by_what_the_need_asks(world: World) -> None:
    need = world.need(
        trl_min=6,
        modes=["技术许可"],
        budget_high_cny=500_000,
        region_scope=[{"name": "河南省开封市", "code": "410200"}],
    )
    good = world.achievement(
        trl={"low": 7, "high": 8},
        transfer_modes=["技术许可"],
        price={"kind": "indicative", "low_cny": 300_000, "high_cny": 400_000},
        region={"name": "河南省开封市", "code": "410200"},
        ip_items=[{"type": "发明专利", "number": "ZL1", "status": "有效"}],
    )
    bad = world.achievement(
        trl={"low": 3, "high": 4},
        transfer_modes=["技术转让"],
        price={"kind": "firm", "low_cny": 900_000},
        region={"name": "湖北省武汉市", "code": "420100"},
    )
    world.index()
    body = {"need_id": need["id"], "achievement_ids": [good["id"], bad["id"]]}
    answer = _send(world, "enterprise2", **body).json()
    facts = {row["name"]: row for row in answer["facts"]}
    assert list(facts) == ["maturity", "modes", "price", "region", "organisation", "ip"]
    told = {name: [cell["state"] for cell in row["cells"]] for name, row in facts.items()}
    assert told == {
        "maturity": ["pass", "fail"],
        "modes": ["pass", "fail"],
        "price": ["pass", "fail"],
        "region": ["pass", "fail"],
        "organisation": [None, None],
        "ip": [None, None],
    }
    assert [cell["text"] for cell in facts["price"]["cells"]] == ["30 万元–40 万元", "90 万元 起"]
    assert (facts["maturity"]["need"], facts["price"]["need"]) == ("TRL ≥ 6", "预算 至多 50 万元")
    assert facts["ip"]["cells"][0]["text"] == "发明专利 ZL1（有效）"


def test_what_is_closed_is_not_told_and_not_said_to_be_missing(world: World) -> None:
    need = world.need(modes=["技术许可"])
    made = world.achievement(transfer_modes=["技术许可"], tiers={"terms": 4, "owner": 3})
    world.index()
    for who, text, state, closed in (("enterprise", "", "unknown", True), ("institution", "技术许可", "pass", False)):
        answer = _send(world, who, need_id=need["id"], achievement_ids=[made["id"]]).json()
        facts = {row["name"]: row["cells"][0] for row in answer["facts"]}
        assert (facts["modes"]["text"], facts["modes"]["state"], facts["modes"]["closed"]) == (text, state, closed)
        assert facts["organisation"]["closed"] is closed
        assert ("未写" in facts["modes"]["reason"]) is False


def test_one_that_may_not_be_seen_is_one_that_is_not_there(world: World) -> None:
    ids = _coatings(world)
    hidden = world.achievement(visibility=3)["id"]
    draft = world.achievement(publish=False)["id"]
    world.index()
    missing = "0" * 26
    told = {}
    for record_id in (hidden, draft, missing):
        answer = _send(world, "enterprise", text="涂层", achievement_ids=[ids[0], record_id])
        assert answer.status_code == 404
        told[answer.json()["detail"].replace(record_id, "")] = record_id
    assert len(told) == 1
    assert _send(world, "broker", text="涂层", achievement_ids=[hidden]).status_code == 200
    assert _send(world, text="x", need_id=world.need(publish=False)["id"], achievement_ids=ids).status_code == 422


def test_an_own_draft_against_a_published_need(world: World) -> None:
    """The need is in the index, the achievement is not: the need's row has a cell for it too."""
    need = world.need(indicators_text="耐温≥1200℃")["id"]
    published = _coatings(world)[0]
    draft = world.achievement(publish=False, indicators_text="耐温1250℃")["id"]
    answer = _send(world, "institution", need_id=need, achievement_ids=[published, draft]).json()
    (row,) = answer["indicators"]
    assert [cell["margin"] for cell in row["cells"]] == [150, 50]
    nowhere = _send(world, "institution", text="涂层", achievement_ids=[draft])
    assert nowhere.status_code == 409


@pytest.mark.parametrize(
    "body",
    [
        {"achievement_ids": ["a"]},
        {"text": "  ", "achievement_ids": ["a"]},
        {"text": "涂层", "need_id": "a", "achievement_ids": ["a"]},
        {"text": "涂层", "achievement_ids": []},
        {"text": "涂层", "achievement_ids": ["a", "b", "c", "d", "e"]},
        {"text": "涂层", "achievement_ids": ["a", "a"]},
    ],
)
def test_what_cannot_be_compared_is_refused(body: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ComparisonBody.model_validate(body)
