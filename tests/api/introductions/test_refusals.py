"""Why introductions came to nothing, as the organisation to which it happened is told."""

from typing import Any

import pytest
from sqlalchemy import update

from api.db.tables import Introduction
from api.introductions.reasons import Reason
from api.introductions.refusals import advice
from matcher.records import Side
from tests.api.introductions.pairs import URL, asked, moved, opened
from tests.api.world import World


def _refused(world: World, reason: str, by: str = "enterprise") -> str:
    """Asked for by the other side, and declined."""
    made = asked(world, "institution" if by == "enterprise" else "enterprise")
    body = {"reason_code": reason, "note": "已写明" if reason == "other" else ""}
    answer = world.client.post(f"{URL}/{made['id']}/refusal", json=body, headers=world[by])
    assert answer.status_code == 200, answer.text
    record_id: str = made["id"]
    return record_id


def _refusals(world: World, who: str = "institution", **params: Any) -> dict[str, Any]:
    answer = world.client.get(f"{URL}/refusals", params=params, headers=world[who])
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_counted_by_reason_with_what_to_do(world: World) -> None:
    early = [_refused(world, "too-early"), _refused(world, "too-early")]
    price = _refused(world, "price")
    late = opened(world)
    assert moved(world, late, "lost", reason_code="rights").status_code == 200
    found = _refusals(world)
    assert (found["count"], found["declined"], found["lost"]) == (4, 3, 1)
    told = [(item["side"], item["code"], item["count"], item["share"]) for item in found["reasons"]]
    assert told == [
        ("achievement", "too-early", 2, 0.5),
        ("achievement", "price", 1, 0.25),
        ("achievement", "rights", 1, 0.25),
    ]
    assert found["reasons"][0]["advice"] == advice(Side.ACHIEVEMENT, Reason.TOO_EARLY)
    assert [item["id"] for item in found["items"]] == [late["id"], price, *early[::-1]]
    assert {item["achievement"]["title"] for item in found["items"]} == {"耐高温抗氧化涂层制备技术"}


def test_what_was_declined_by_ourselves_is_no_refusal(world: World) -> None:
    _refused(world, "price", by="institution")
    assert _refusals(world)["count"] == 0
    found = _refusals(world, "enterprise")
    assert [(item["side"], item["code"]) for item in found["reasons"]] == [("need", "price")]


def test_others_and_those_it_is_withheld_from_learn_nothing(world: World) -> None:
    made = _refused(world, "price")
    assert _refusals(world, "institution2")["count"] == 0
    with world.service.database.work() as session:
        session.execute(update(Introduction).where(Introduction.id == made).values(withheld="achievement"))
    found = _refusals(world)
    assert (found["count"], found["reasons"], found["items"]) == (0, [], [])


def test_pages_and_one_reason(world: World) -> None:
    made = [_refused(world, "region") for _ in range(3)]
    other = _refused(world, "other")
    first = _refusals(world, reason="region", limit=2)
    second = _refusals(world, reason="region", limit=2, cursor=first["next_cursor"])
    assert [item["id"] for item in (*first["items"], *second["items"])] == made[::-1]
    assert (second["next_cursor"], first["count"]) == ("", 4)
    assert _refusals(world, limit=1)["items"][0]["id"] == other


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_its_advice_on_both_sides(side: Side, reason: Reason) -> None:
    assert advice(side, reason).endswith("。")
