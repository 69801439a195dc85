"""Showcases: curated by staff, read by all, and never more open than the records on them."""

from typing import Any

import pytest
from sqlalchemy import select

from api.db.tables import Audit
from tests.api.world import World

URL = "/api/v1/showcases"


class Curator:
    """An organiser who keeps one list."""

    def __init__(self, world: World, slug: str = "coatings") -> None:
        self.world, self.url = world, f"{URL}/{slug}"
        made = world.client.post(URL, json={"slug": slug, "title": "重点涂层成果"}, headers=world["organiser"])
        assert made.status_code == 201, made.text
        self.tag = made.headers["etag"]

    def __call__(self, method: str, path: str = "", body: Any = None, *, status: int = 200) -> Any:
        headers = {**self.world["organiser"], "If-Match": self.tag}
        answer = self.world.client.request(method, f"{self.url}{path}", json=body, headers=headers)
        assert answer.status_code == status, answer.text
        self.tag = answer.headers.get("etag", self.tag)
        return answer.json() if answer.text else None

    def add(self, *records: dict[str, Any]) -> None:
        for record in records:
            self("PUT", f"/items/{record['id']}", {"note": f"推荐{record['content']['title']}"})

    def seen(self, who: str = "anonymous") -> list[tuple[int, str]]:
        answer = self.world.client.get(self.url, headers=self.world[who])
        assert answer.status_code == 200, answer.text
        return [(item["place"], item["achievement"]["id"]) for item in answer.json()["items"]]

    def count(self, who: str = "anonymous") -> int:
        lists = self.world.client.get(URL, headers=self.world[who]).json()["items"]
        return int(next(item["items"] for item in lists if item["slug"] == self.url.rpartition("/")[2]))


def test_a_list_is_public_only_while_published(world: World) -> None:
    curator, record = Curator(world), world.achievement()
    curator.add(record)
    for who in ("anonymous", "enterprise", "institution", "broker"):
        assert world.client.get(curator.url, headers=world[who]).status_code == 404
        assert world.client.get(URL, headers=world[who]).json()["items"] == []
    assert curator.seen("administrator") == [(1, record["id"])]
    curator("POST", "/state", {"published": True})
    assert curator.seen() == [(1, record["id"])]
    assert curator.count() == 1
    curator("POST", "/state", {"published": False})
    assert world.client.get(curator.url).status_code == 404


def test_everybody_sees_only_what_it_may_without_holes(world: World) -> None:
    curator = Curator(world)
    open_ = [world.achievement(title=f"公开成果{number}") for number in range(2)]
    registered = world.achievement(title="登录可见成果", visibility=2)
    restricted = world.achievement(title="授权可见成果", visibility=3)
    curator.add(registered, open_[0], restricted, open_[1])
    curator("POST", "/state", {"published": True})
    ids = [registered["id"], open_[0]["id"], restricted["id"], open_[1]["id"]]
    assert curator.seen() == [(1, ids[1]), (2, ids[3])]
    assert curator.seen("enterprise") == [(1, ids[0]), (2, ids[1]), (3, ids[3])]
    assert curator.seen("broker") == [(1, ids[0]), (2, ids[1]), (3, ids[2]), (4, ids[3])]
    assert [curator.count(who) for who in ("anonymous", "enterprise", "broker")] == [2, 3, 4]
    page = world.client.get(curator.url).text
    assert "登录可见成果" not in page
    assert "授权可见成果" not in page


def test_what_is_withdrawn_or_deleted_disappears_and_comes_back_at_its_place(world: World) -> None:
    curator = Curator(world)
    records = [world.achievement(title=f"涂层成果{number}") for number in range(3)]
    curator.add(*records)
    curator("POST", "/state", {"published": True})
    first, second, third = (record["id"] for record in records)
    own = world["institution"]

    def move(state: str, version: int) -> None:
        headers = {**own, "If-Match": f'"{version}"'}
        answer = world.client.post(f"/api/v1/achievements/{second}/state", json={"state": state}, headers=headers)
        assert answer.status_code == 200, answer.text

    move("withdrawn", 1)
    for who in ("anonymous", "institution", "organiser"):
        assert curator.seen(who) == [(1, first), (2, third)], who
        assert curator.count(who) == 2
    assert "涂层成果1" not in world.client.get(curator.url).text
    # An order of what is seen does not disturb what is not.
    curator("PUT", "/order", {"record_ids": [third, first]})
    move("published", 2)
    assert curator.seen() == [(1, third), (2, second), (3, first)]
    deleted = world.client.delete(f"/api/v1/achievements/{third}", headers={**own, "If-Match": '"1"'})
    assert deleted.status_code == 204
    assert curator.seen() == [(1, second), (2, first)]
    curator("DELETE", f"/items/{third}", status=404)


def test_what_is_shown_is_projected(world: World) -> None:
    curator = Curator(world)
    record = world.achievement(
        contact="李老师 13800000000",
        confidential_detail="配方甲",
        summary="只给登录者看的简介",
        tiers={"description": 2},
    )
    curator.add(record)
    curator("POST", "/state", {"published": True})
    page = world.client.get(curator.url)
    for secret in ("13800000000", "配方甲", "只给登录者看的简介"):
        assert secret not in page.text
    assert page.json()["items"][0]["achievement"]["closed"]
    assert "只给登录者看的简介" in world.client.get(curator.url, headers=world["enterprise"]).text
    assert "etag" not in page.headers


def test_reading_restricted_text_on_a_list_is_logged(world: World) -> None:
    curator = Curator(world)
    record = world.achievement(tiers={"description": 3})
    curator.add(record)
    curator("POST", "/state", {"published": True})
    for who in ("anonymous", "enterprise", "broker"):
        world.client.get(curator.url, headers=world[who])
    with world.service.database.reading() as session:
        lines = session.scalars(select(Audit).where(Audit.action == "read", Audit.thing_id == record["id"])).all()
    broker, enterprise = world.people["broker"].account_id, world.people["enterprise"].account_id
    assert broker in {line.account_id for line in lines}
    assert enterprise not in {line.account_id for line in lines}


def test_only_what_the_curator_sees_and_what_is_published_can_be_added(world: World) -> None:
    curator = Curator(world)
    for record in (world.achievement(publish=False), world.achievement(visibility=4), world.need()):
        curator("PUT", f"/items/{record['id']}", {}, status=404)
    curator("PUT", f"/items/{'0' * 26}", {}, status=404)


def test_what_waits_for_review_cannot_be_added(make_world: Any) -> None:
    world: World = make_world(review=True)
    record = world.achievement()
    assert record["state"] == "review"
    Curator(world)("PUT", f"/items/{record['id']}", {}, status=409)


def test_places_and_remarks(world: World) -> None:
    curator = Curator(world)
    records = [world.achievement(title=f"涂层成果{number}") for number in range(3)]
    first, second, third = (record["id"] for record in records)
    curator("PUT", f"/items/{first}", {})
    curator("PUT", f"/items/{second}", {"place": 1})
    curator("PUT", f"/items/{third}", {"place": 2})
    assert [key for _, key in curator.seen("organiser")] == [second, third, first]
    shown = curator("PUT", f"/items/{first}", {"note": "市里第一项"})
    assert [(item["achievement"]["id"], item["note"]) for item in shown["items"]] == [
        (second, ""),
        (third, ""),
        (first, "市里第一项"),
    ]
    curator("PUT", f"/items/{first}", {"note": "市里第一项", "place": 1})
    assert [key for _, key in curator.seen("organiser")] == [first, second, third]
    curator("PUT", "/order", {"record_ids": [first, second]}, status=422)
    curator("PUT", "/order", {"record_ids": [first, first, second, third]}, status=422)
    curator("DELETE", f"/items/{second}")
    assert curator.seen("organiser") == [(1, first), (2, third)]


def test_changes_name_their_version(world: World) -> None:
    curator = Curator(world)
    headers, body = world["administrator"], {"title": "重点成果"}
    assert world.client.put(curator.url, json=body, headers=headers).status_code == 428
    changed = world.client.put(curator.url, json=body, headers={**headers, "If-Match": curator.tag})
    assert (changed.status_code, changed.headers["etag"]) == (200, '"2"')
    for method, path, content in (
        ("PUT", "", body),
        ("PUT", "/order", {"record_ids": []}),
        ("POST", "/state", {"published": True}),
        ("PUT", f"/items/{'0' * 26}", {}),
        ("DELETE", f"/items/{'0' * 26}", None),
        ("DELETE", "", None),
    ):
        curator.tag = '"1"'
        curator(method, path, content, status=412)
    curator.tag = '"2"'
    curator("DELETE", status=204)
    assert world.client.get(curator.url, headers=headers).status_code == 404


def test_curating_is_for_staff(world: World) -> None:
    curator, record = Curator(world), world.achievement()
    curator("POST", "/state", {"published": True})
    for who, status in (("anonymous", 401), ("enterprise", 403), ("institution", 403), ("broker", 403)):
        headers = {**world[who], "If-Match": curator.tag}
        client = world.client
        assert client.post(URL, json={"slug": "ab", "title": "标题"}, headers=headers).status_code == status
        assert client.put(curator.url, json={"title": "标题"}, headers=headers).status_code == status
        assert client.delete(curator.url, headers=headers).status_code == status
        assert client.put(f"{curator.url}/items/{record['id']}", json={}, headers=headers).status_code == status


@pytest.mark.parametrize("slug", ["A", "a b", "-a", "a--b", "涂层", "a" * 81, "a/b"])
def test_addresses_are_plain(world: World, slug: str) -> None:
    answer = world.client.post(URL, json={"slug": slug, "title": "标题"}, headers=world["organiser"])
    assert answer.status_code == 422


def test_an_address_is_used_once(world: World) -> None:
    Curator(world)
    again = world.client.post(URL, json={"slug": "coatings", "title": "另一个"}, headers=world["administrator"])
    assert again.status_code == 409
