"""Outcomes teach: what `learn` makes of them."""

from api.introductions.feedback import verdicts
from matcher.rank.feedback import learn
from matcher.rank.labels import LabelRules
from tests.api.introductions.pairs import URL, asked, moved, opened
from tests.api.world import World


def _verdicts(world: World) -> list[tuple[str, str, str]]:
    with world.service.database.reading() as session:
        return [(row.place.removeprefix("对接 "), row.verdict, row.reason) for row in verdicts(session)]


def test_each_step_is_a_verdict(world: World) -> None:
    signed = opened(world)["id"]
    moved(world, {"id": signed}, "negotiating")
    contract = {"kind": "技术开发", "amount_cny": 1, "signed_on": "2026-01-05"}
    moved(world, {"id": signed}, "signed", contract=contract)
    declined = asked(world)["id"]
    no = {"reason_code": "wrong-technology"}
    world.client.post(f"{URL}/{declined}/refusal", json=no, headers=world["institution"])
    assert _verdicts(world) == [
        (signed, "感兴趣", ""),
        (signed, "合适", ""),
        (signed, "洽谈", ""),
        (signed, "已签约", ""),
        (declined, "感兴趣", ""),
        (declined, "未成", "技术不符"),
    ]


def test_a_contract_that_failed_at_its_price_keeps_what_came_before(world: World) -> None:
    made = opened(world)
    moved(world, made, "negotiating")
    moved(world, made, "lost", reason_code="price")
    with world.service.database.reading() as session:
        rows = list(verdicts(session))
    learned = learn(rows, LabelRules.load())
    assert learned.rejected == ()
    assert {(pair.low, pair.high) for pair in learned.pairs} == {(3, 4)}
    assert {(pair.need_id, pair.achievement_id) for pair in learned.pairs} == {
        (made["need"]["id"], made["achievement"]["id"])
    }
