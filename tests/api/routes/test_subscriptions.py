"""Subscriptions over the wire."""

import pytest

from api.db.tables import Subscription
from api.subscriptions.subscribing import MOST
from tests.api.subscriptions.watching import API, subscribe
from tests.api.world import World

URL = f"{API}/subscriptions"


def test_made_read_changed_and_deleted(world: World) -> None:
    made = subscribe(
        world,
        "broker",
        text="高温涂层",
        name="涂层",
        min_level=2,
        digest="weekly",
        filters={"regions": ["41"], "modes": []},
    )
    assert made["filters"] == {"regions": ["41"]}
    assert (made["looks_for"], made["active"], made["record_id"]) == ("achievement", True, None)
    one = f"{URL}/{made['id']}"
    changed = world.client.patch(
        one, json={"min_level": 4, "active": False, "text": "高温涂料", "filters": {}}, headers=world["broker"]
    )
    assert changed.status_code == 200, changed.text
    expected = {**made, "min_level": 4, "active": False, "text": "高温涂料", "filters": {}}
    assert changed.json() == expected == world.client.get(one, headers=world["broker"]).json()
    for person in ("enterprise", "administrator"):
        assert world.client.get(one, headers=world[person]).status_code == 404
        assert world.client.patch(one, json={"min_level": 2}, headers=world[person]).status_code == 404
        assert world.client.delete(one, headers=world[person]).status_code == 404
    assert world.client.get(one).status_code == 401
    assert world.client.delete(one, headers=world["broker"]).status_code == 204
    assert world.client.get(one, headers=world["broker"]).status_code == 404
    assert world.client.get(URL, headers=world["broker"]).json() == {"items": [], "next_cursor": ""}


def test_only_an_own_record_that_stands_can_be_watched_with(world: World) -> None:
    need = world.need()
    draft = world.need("enterprise2", publish=False)

    def status(person: str, **body: object) -> int:
        return world.client.post(URL, json=body, headers=world[person]).status_code

    assert status("enterprise2", record_id=need["id"]) == 404
    assert status("administrator", record_id=need["id"]) == 404
    assert status("enterprise", record_id=draft["id"]) == 404
    assert status("enterprise", record_id="0" * 26) == 404
    assert status("enterprise2", record_id=draft["id"]) == 201
    assert status("enterprise", record_id=need["id"], looks_for="need") == 422
    assert status("enterprise", record_id=need["id"], text="涂层") == 422
    assert status("enterprise") == status("enterprise", text="  ") == 422
    assert status("enterprise", record_id=need["id"], looks_for="achievement") == 201
    assert status("enterprise", record_id=need["id"]) == 409
    move = {"json": {"state": "withdrawn"}, "headers": {**world["enterprise"], "If-Match": '"1"'}}
    other = world.need(title="另一条需求")
    assert world.client.post(f"{API}/needs/{other['id']}/state", **move).status_code == 200
    assert status("enterprise", record_id=other["id"]) == 409


@pytest.mark.parametrize(
    "body",
    [
        {"text": "涂层", "min_level": 1},
        {"text": "涂层", "min_level": 5},
        {"text": "涂层", "digest": "hourly"},
        {"text": "涂层", "filters": {"nothing": 1}},
        {"text": "涂\x00层"},
        {"text": "涂层", "name": "长" * 201},
    ],
)
def test_what_cannot_be(world: World, body: dict[str, object]) -> None:
    assert world.client.post(URL, json=body, headers=world["enterprise"]).status_code == 422


def test_a_text_stays_a_text(world: World) -> None:
    need = world.need()
    by_record = subscribe(world, "enterprise", record_id=need["id"])
    by_text = subscribe(world, "enterprise", text="涂层")
    headers = world["enterprise"]
    assert world.client.patch(f"{URL}/{by_record['id']}", json={"text": "涂层"}, headers=headers).status_code == 422
    assert world.client.patch(f"{URL}/{by_text['id']}", json={"text": " "}, headers=headers).status_code == 422
    assert world.client.patch(f"{URL}/{by_text['id']}", json={}, headers=headers).json() == by_text


def test_no_more_than_the_limit_and_pages_that_cover_all(world: World) -> None:
    account = world.people["enterprise"].account_id
    with world.service.database.work() as session:
        for number in range(MOST - 1):
            session.add(Subscription(account_id=account, looks_for="need", text=f"涂层{number}"))
    last = subscribe(world, "enterprise", text="涂层")
    answer = world.client.post(URL, json={"text": "涂层"}, headers=world["enterprise"])
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:problem:conflict")
    seen: list[str] = []
    cursor = ""
    while True:
        page = world.client.get(URL, params={"limit": 100, "cursor": cursor}, headers=world["enterprise"]).json()
        seen += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
        if not cursor:
            break
    assert len(seen) == len(set(seen)) == MOST
    assert last["id"] in seen
    subscribe(world, "enterprise2", text="涂层")


def test_recommendations_of_another_are_nobodys_business(world: World) -> None:
    mine = subscribe(world, "enterprise", text="涂层")
    url = f"{API}/recommendations"
    answer = world.client.get(url, params={"subscription": mine["id"]}, headers=world["enterprise2"])
    assert answer.status_code == 404
    assert world.client.get(url, params={"subscription": mine["id"]}, headers=world["enterprise"]).json()["items"] == []
    assert world.client.get(url, params={"cursor": "x"}, headers=world["enterprise"]).status_code == 422
