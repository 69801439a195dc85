"""Claiming and letting go, and what a broker may read by either."""

import pytest

from api.access.roles import Role
from tests.api.introductions.pairs import MISSING, URL, ask, asked, audited, inbox, moved, opened, read
from tests.api.world import World, make_person


@pytest.fixture
def brokers(world: World) -> World:
    """A world with two brokers."""
    world.people["broker2"] = make_person(world.service.database, Role.BROKER, "broker2")
    return world


def _claim(world: World, introduction_id: str, who: str = "broker") -> int:
    return world.client.put(f"{URL}/{introduction_id}/broker", headers=world[who]).status_code


def test_one_broker_an_introduction(brokers: World) -> None:
    made = asked(brokers)
    assert brokers.client.get(f"{URL}/{made['id']}", headers=brokers["broker"]).status_code == 404
    assert _claim(brokers, made["id"]) == 200
    assert _claim(brokers, made["id"]) == 200
    assert _claim(brokers, made["id"], "broker2") == 409
    assert brokers.client.get(f"{URL}/{made['id']}", headers=brokers["broker2"]).status_code == 404
    assert _claim(brokers, MISSING) == 404
    assert [inbox(brokers, who)[-1] for who in ("enterprise", "institution")] == [
        "《石墨电极抗氧化涂层》技术经纪人 broker 已认领这次对接",
        "《耐高温抗氧化涂层制备技术》技术经纪人 broker 已认领这次对接",
    ]
    assert read(brokers, made["id"], "broker")["broker"] == "broker"


def test_what_a_broker_cannot_see_it_cannot_claim(brokers: World) -> None:
    made = ask(brokers, "enterprise", brokers.need(visibility=4), brokers.achievement()).json()
    assert _claim(brokers, made["id"]) == 404
    assert brokers.client.get(f"{URL}/leads", headers=brokers["broker"]).json()["items"] == []


def test_a_broker_that_was_there_is_let_in_and_out(brokers: World) -> None:
    need = brokers.need(contact="王工")
    url = f"/api/v1/needs/{need['id']}"
    first = ask(brokers, "enterprise", need, brokers.achievement()).json()
    second = ask(brokers, "enterprise", need, brokers.achievement(title="另一项涂层技术")).json()
    for made in (first, second):
        assert _claim(brokers, made["id"]) == 200
        brokers.client.post(f"{URL}/{made['id']}/acceptance", headers=brokers["institution"])
        assert len(read(brokers, made["id"], "broker")["contacts"]) == 2
    for left, still_open in ((first, True), (second, False)):
        assert brokers.client.delete(f"{URL}/{left['id']}/broker", headers=brokers["broker"]).status_code == 204
        # The need is open to the broker as long as one of its introductions opens it.
        assert ("王工" in brokers.client.get(url, headers=brokers["broker"]).text) is still_open
    closed = [(kind, thing) for kind, thing, _ in audited(brokers, "close")]
    assert closed.count(("need", need["id"])) == 1
    assert len(closed) == 3
    assert brokers.client.get(f"{URL}/{first['id']}", headers=brokers["broker"]).status_code == 404


def test_a_broker_that_came_later_is_not_let_in(brokers: World) -> None:
    made = opened(brokers)
    url = f"{URL}/{made['id']}/messages"
    brokers.client.post(url, json={"text": "之前说的"}, headers=brokers["enterprise"])
    assert _claim(brokers, made["id"]) == 200
    brokers.client.post(url, json={"text": "之后说的"}, headers=brokers["enterprise"])
    assert read(brokers, made["id"], "broker")["contacts"] == []
    texts = [item["text"] for item in brokers.client.get(url, headers=brokers["broker"]).json()["items"]]
    assert texts == ["之后说的"]
    assert moved(brokers, made, "negotiating", "broker").status_code == 200


def test_what_has_ended_is_not_claimed_and_what_was_signed_not_left(brokers: World) -> None:
    lost = asked(brokers)
    moved(brokers, lost, "lost", reason_code="price")
    assert _claim(brokers, lost["id"]) == 404
    made = opened(brokers, "broker")
    contract = {"kind": "技术服务", "amount_cny": 1, "signed_on": "2026-01-05"}
    assert moved(brokers, made, "signed", contract=contract).status_code == 200
    assert brokers.client.delete(f"{URL}/{made['id']}/broker", headers=brokers["broker"]).status_code == 409
    assert brokers.client.delete(f"{URL}/{made['id']}/broker", headers=brokers["broker2"]).status_code == 404
