"""What the tests of this room share: subscribing, letting the worker work, reading inboxes."""

import datetime as dt
from typing import Any

from api.subscriptions.finding import find_new
from api.subscriptions.telling import tell_due
from tests.api.world import World

API = "/api/v1"


def subscribe(world: World, person: str, **body: Any) -> dict[str, Any]:
    answer = world.client.post(f"{API}/subscriptions", json=body, headers=world[person])
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def work(world: World, moment: dt.datetime | None = None) -> int:
    """Index, find and tell; how many recommendations were told."""
    world.index()
    while find_new(world.service, moment):
        pass
    return tell_due(world.service, moment)


def inbox(world: World, person: str) -> list[dict[str, Any]]:
    answer = world.client.get(f"{API}/inbox", params={"limit": 100}, headers=world[person])
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def told(world: World, person: str) -> list[str]:
    """Ids of the records somebody was told of, sorted, as often as told."""
    return sorted(line["record_id"] for item in inbox(world, person) for line in item["body"].get("items", ()))


def found(world: World, person: str, **query: str) -> list[dict[str, Any]]:
    answer = world.client.get(f"{API}/recommendations", params={"limit": 100, **query}, headers=world[person])
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def move(world: World, person: str, made: dict[str, Any], state: str, version: int = 1) -> None:
    url = f"{API}/{made['side']}s/{made['id']}/state"
    headers = {**world[person], "If-Match": f'"{version}"'}
    answer = world.client.post(url, json={"state": state}, headers=headers)
    assert answer.status_code == 200, answer.text


def refuse(world: World, person: str, recommendation_id: str, reason: str = "too-early") -> None:
    answer = world.client.post(
        f"{API}/recommendations/{recommendation_id}/verdict",
        json={"verdict": "refused", "reason_code": reason},
        headers=world[person],
    )
    assert answer.status_code == 200, answer.text
