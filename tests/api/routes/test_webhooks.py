"""Webhooks over the wire."""

import json
import time
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import select

from api.db.tables import AllowedHost, Audit
from api.outbound import verify
from api.webhooks.registry import MOST
from tests.api.outbound.conftest import Site, _serve
from tests.api.world import World

URL = "/api/v1/webhooks"


@pytest.fixture
def site() -> Iterator[Site]:
    yield from _serve()


@pytest.fixture
def hooked(make_world: Callable[..., World], site: Site) -> World:
    world = make_world(allow_private_addresses=True)
    with world.service.database.work() as session:
        session.add(AllowedHost(host=f"127.0.0.1:{site.port}"))
    return world


def test_the_secret_is_shown_once(hooked: World, site: Site) -> None:
    headers = hooked["enterprise"]
    made = hooked.client.post(URL, json={"url": f"{site.url}/hook", "events": ["digest"]}, headers=headers)
    assert made.status_code == 201, made.text
    first = made.json()
    one = f"{URL}/{first['id']}"
    assert first["secret"].startswith("whsec_")
    for answer in (
        hooked.client.get(one, headers=headers),
        hooked.client.get(URL, headers=headers),
        hooked.client.patch(one, json={"events": []}, headers=headers),
    ):
        assert answer.status_code == 200
        assert "whsec_" not in answer.text
    assert hooked.client.get(one, headers=headers).json()["events"] == []
    rotated = hooked.client.post(f"{one}/secret", headers=headers).json()
    assert rotated["secret"] != first["secret"]
    assert rotated["old_secret_until"] is not None
    for person in ("enterprise2", "administrator"):
        for method, path in (("get", one), ("delete", one), ("post", f"{one}/secret"), ("post", f"{one}/test")):
            assert getattr(hooked.client, method)(path, headers=hooked[person]).status_code == 404
        assert hooked.client.get(f"{one}/deliveries", headers=hooked[person]).status_code == 404
    assert hooked.client.delete(one, headers=headers).status_code == 204
    assert hooked.client.get(one, headers=headers).status_code == 404
    with hooked.service.database.reading() as session:
        actions = session.scalars(select(Audit.action).where(Audit.thing_id == first["id"]).order_by(Audit.id)).all()
    assert sorted(actions) == ["change", "create", "delete", "rotate"]


@pytest.mark.parametrize(
    "url",
    [
        "https://elsewhere.example.cn/hook",
        "http://127.0.0.1:1/hook",
        "http://169.254.169.254/latest",
        "ftp://127.0.0.1/hook",
        "not a url",
        "https://",
    ],
)
def test_addresses_that_may_not_be_called(hooked: World, url: str) -> None:
    answer = hooked.client.post(URL, json={"url": url}, headers=hooked["enterprise"])
    assert answer.status_code == 422, answer.text


def test_private_addresses_need_the_setting_too(world: World) -> None:
    with world.service.database.work() as session:
        session.add(AllowedHost(host="127.0.0.1:8080"))
        session.add(AllowedHost(host="hooks.example.cn"))
    headers = world["enterprise"]
    assert world.client.post(URL, json={"url": "https://127.0.0.1:8080/x"}, headers=headers).status_code == 422
    assert world.client.post(URL, json={"url": "http://hooks.example.cn/x"}, headers=headers).status_code == 422
    answer = world.client.post(URL, json={"url": "https://hooks.example.cn/x"}, headers=headers)
    assert answer.status_code == 201
    bad = world.client.patch(f"{URL}/{answer.json()['id']}", json={"url": "https://example.org/x"}, headers=headers)
    assert (bad.status_code, bad.json()["errors"][0]["field"]) == (422, "url")
    for _ in range(MOST - 1):
        assert world.client.post(URL, json={"url": "https://hooks.example.cn/x"}, headers=headers).status_code == 201
    assert world.client.post(URL, json={"url": "https://hooks.example.cn/x"}, headers=headers).status_code == 409


def test_a_test_event_is_sent_at_once_and_only_once(hooked: World, site: Site) -> None:
    site.reply("/hook", status=202)
    headers = hooked["enterprise"]
    made = hooked.client.post(URL, json={"url": f"{site.url}/hook"}, headers=headers).json()
    one = f"{URL}/{made['id']}"
    sent = hooked.client.post(f"{one}/test", headers=headers)
    assert sent.status_code == 200, sent.text
    assert (sent.json()["state"], sent.json()["attempts"], sent.json()["last_status"]) == ("delivered", 1, 202)
    ((_, _, signed, body),) = site.seen
    verify([made["secret"]], signed, body, now=int(time.time()))
    assert json.loads(body)["kind"] == "test"
    assert json.loads(body)["id"] == sent.json()["inbox_id"] == signed["webhook-id"]
    site.reply("/hook", status=410)
    hooked.client.patch(one, json={"active": False}, headers=headers)
    failed = hooked.client.post(f"{one}/test", headers=headers).json()
    assert (failed["state"], failed["last_status"], failed["due_at"]) == ("given-up", 410, None)
    page = hooked.client.get(f"{one}/deliveries", params={"limit": 1}, headers=headers).json()
    rest = hooked.client.get(
        f"{one}/deliveries", params={"limit": 1, "cursor": page["next_cursor"]}, headers=headers
    ).json()
    assert [item["id"] for item in page["items"] + rest["items"]] == [failed["id"], sent.json()["id"]]
    assert rest["next_cursor"] == ""
    inbox = hooked.client.get("/api/v1/inbox", headers=headers).json()
    assert (len(inbox["items"]), inbox["unread"]) == (2, 0)
