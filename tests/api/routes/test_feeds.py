"""Feeds through the API: pushing, who may what, and the list of hosts."""

import json

import pytest
from sqlalchemy import select

from api.access.keys import Scope, new_key
from api.db.tables import ApiKey, FeedRun
from tests.api.feeds.farm import Farm
from tests.api.world import World

CONTENT = {"title": "耐高温抗氧化涂层", "summary": "1300℃不氧化"}


@pytest.fixture
def farm(world: World) -> Farm:
    return Farm(world, world.service.settings.data_dir)


def put(
    farm: Farm, feed: dict[str, str], number: str, person: str = "institution", **content: object
) -> tuple[int, str]:
    url = f"/api/v1/feeds/{feed['id']}/records/{number}"
    answer = farm.world.client.put(url, json={"content": {**CONTENT, **content}}, headers=farm.world[person])
    return answer.status_code, answer.json().get("outcome", answer.text)


def test_the_same_again_changes_nothing(farm: Farm) -> None:
    feed = farm.feed()
    assert put(farm, feed, "2024/001") == (201, "created")
    assert put(farm, feed, "2024/001") == (200, "unchanged")
    assert put(farm, feed, "2024/001", level="国际先进") == (200, "changed")
    row = farm.rows()["2024/001"]
    assert (row.version, row.state, row.feed_id) == (2, "published", feed["id"])
    farm.world.index()
    with farm.world.service.matching.use() as matcher:
        assert [match.achievement_id for match in matcher.search("耐高温抗氧化涂层")] == [row.id]
    runs = farm.world.client.get(f"/api/v1/feeds/{feed['id']}/runs", headers=farm.world["institution"]).json()["items"]
    # Single calls within an hour share a run.
    assert [(run["kind"], run["created"], run["changed"], run["unchanged"]) for run in runs] == [("push", 1, 1, 1)]


def test_one_bad_item_does_not_spoil_the_others(farm: Farm) -> None:
    feed = farm.feed()
    items = [
        {"external_id": "1", "content": CONTENT},
        {"external_id": "2", "content": {"title": "x", "colour": "red"}},
        {"external_id": "", "content": CONTENT},
        {"external_id": "4", "content": {"title": "【机密】某型涂层"}},
        {"external_id": "5", "content": {**CONTENT, "tiers": {"confidential": 1}}},
        {"external_id": "6", "content": CONTENT},
        {"external_id": "1", "content": CONTENT},
        {"external_id": "8\u0000", "content": CONTENT},
        {"external_id": "9", "content": {**CONTENT, "\ud800": 1}},
    ]
    url = f"/api/v1/feeds/{feed['id']}/records"
    # The client itself does not send a lone surrogate.
    answer = farm.world.client.post(
        url,
        content=json.dumps({"items": items}),
        headers={**farm.world["institution"], "Content-Type": "application/json"},
    )
    assert answer.status_code == 200, answer.text
    outcomes = [item["outcome"] for item in answer.json()["items"]]
    assert outcomes == ["created", *["rejected"] * 4, "created", "unchanged", "rejected", "rejected"]
    assert {name: answer.json()[name] for name in ("created", "changed", "unchanged", "rejected")} == {
        "created": 2,
        "changed": 0,
        "unchanged": 1,
        "rejected": 6,
    }
    assert all(item["reason"] for item in answer.json()["items"] if item["outcome"] == "rejected")
    assert sorted(farm.rows()) == ["1", "6"]
    with farm.world.service.database.reading() as session:
        run = session.scalars(select(FeedRun)).one()
    assert (run.outcome, run.rejected, len(run.details["rejected"])) == ("partly", 6, 6)


def test_a_list_has_at_most_500(farm: Farm) -> None:
    feed = farm.feed()
    items = [{"external_id": str(number), "content": CONTENT} for number in range(501)]
    url = f"/api/v1/feeds/{feed['id']}/records"
    assert farm.world.client.post(url, json={"items": items}, headers=farm.world["institution"]).status_code == 422
    answer = farm.world.client.post(url, json={"items": items[:250]}, headers=farm.world["institution"])
    assert answer.json()["created"] == 250


def test_withdrawing_is_idempotent_and_pushing_brings_it_back(farm: Farm) -> None:
    feed = farm.feed()
    put(farm, feed, "1")
    url, headers = f"/api/v1/feeds/{feed['id']}/records/1", farm.world["institution"]
    assert farm.world.client.delete(url, headers=headers).json()["outcome"] == "withdrawn"
    assert farm.world.client.delete(url, headers=headers).json()["outcome"] == "unchanged"
    assert farm.rows()["1"].state == "withdrawn"
    assert put(farm, feed, "1") == (200, "changed")
    assert farm.rows()["1"].state == "published"
    assert farm.world.client.delete(f"{url}x", headers=headers).status_code == 404


def test_what_a_push_does_not_mention_it_does_not_open(farm: Farm) -> None:
    feed = farm.feed()
    put(farm, feed, "1", visibility=3, tiers={"description": 3})
    put(farm, feed, "1", level="国际先进")
    row = farm.rows()["1"]
    assert (row.visibility, row.tiers) == (3, {"description": 3})
    put(farm, feed, "1", visibility=1, tiers={})
    row = farm.rows()["1"]
    assert (row.visibility, row.tiers) == (1, {})


def test_faults_of_a_body_are_named_by_their_place(farm: Farm) -> None:
    feed = farm.feed()
    url = f"/api/v1/feeds/{feed['id']}/records/1"
    answer = farm.world.client.put(url, json={"content": {"title": "x"}}, headers=farm.world["institution"])
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "body.content.title"
    need = {"content": {"title": "电极涂层", "problem": "掉渣"}}
    answer = farm.world.client.put(url, json=need, headers=farm.world["institution"])
    assert answer.json()["errors"][0]["field"] == "body.content.problem"


def test_two_feeds_do_not_fight_over_a_record(farm: Farm) -> None:
    first, second = farm.feed(), farm.feed(name="第二个来源")
    put(farm, first, "1")
    status, text = put(farm, second, "1", level="国际先进")
    assert status == 409
    assert "河南大学成果库" in text
    assert farm.rows()["1"].feed_id == first["id"]


def test_strangers_know_of_no_feed(farm: Farm) -> None:
    feed = farm.feed()
    put(farm, feed, "1")
    base, client = f"/api/v1/feeds/{feed['id']}", farm.world.client
    for who in ("institution2", "enterprise"):
        headers = {**farm.world[who], "If-Match": '"1"'}
        assert client.get(base, headers=headers).status_code == 404
        assert client.get(f"{base}/runs", headers=headers).status_code == 404
        assert client.put(base, json={"name": "别人的"}, headers=headers).status_code == 404
        assert client.delete(base, headers=headers).status_code == 404
        assert client.post(f"{base}/run", json={}, headers=headers).status_code == 404
        assert put(farm, feed, "1", who)[0] == 404
        assert client.delete(f"{base}/records/1", headers=headers).status_code == 404
        assert client.get("/api/v1/feeds", headers=headers).json()["items"] == []
    for who, status in (("broker", 403), ("organiser", 403), ("anonymous", 401)):
        assert client.get(base, headers=farm.world[who]).status_code == status
        assert put(farm, feed, "1", who)[0] == status
    assert client.get(base, headers=farm.world["administrator"]).status_code == 200
    assert put(farm, feed, "2", "administrator") == (201, "created")
    assert farm.rows()["2"].owner_id == farm.world.people["institution"].organisation_id


def test_a_machine_needs_the_scope(farm: Farm) -> None:
    feed, key = farm.feed(), new_key()
    with farm.world.service.database.work() as session:
        account_id = farm.world.people["institution"].account_id
        scopes = [Scope.RECORDS_WRITE.value]
        session.add(ApiKey(id=key.id, account_id=account_id, name="x", secret_hash=key.secret_hash, scopes=scopes))
    headers = {"Authorization": f"Bearer {key.text}"}
    url = f"/api/v1/feeds/{feed['id']}/records/1"
    assert farm.world.client.put(url, json={"content": CONTENT}, headers=headers).status_code == 403


def test_only_push_feeds_that_are_on_take_pushes(farm: Farm) -> None:
    feed = farm.feed()
    headers = {**farm.world["institution"], "If-Match": '"1"'}
    url = f"/api/v1/feeds/{feed['id']}"
    off = farm.world.client.put(url, json={"name": "停用的", "active": False}, headers=headers)
    assert (off.status_code, off.headers["etag"]) == (200, '"2"')
    assert put(farm, feed, "1")[0] == 409
    assert farm.world.client.put(url, json={"name": "旧的"}, headers=headers).status_code == 412
    assert farm.world.client.put(url, json={"name": "无"}, headers=farm.world["institution"]).status_code in {422, 428}
    assert farm.world.client.post(f"{url}/run", json={}, headers=farm.world["institution"]).status_code == 422


@pytest.mark.parametrize(
    "given",
    [
        {"every_minutes": 14},
        {"mapping": {"列": "no_such_field"}},
        {"complete": True},
        {"source": "x"},
        {"kind": "ftp"},
        {"side": "other"},
        {"unknown": 1},
    ],
)
def test_a_feed_that_cannot_work_is_refused(farm: Farm, given: dict[str, object]) -> None:
    body = {"name": "成果库", "kind": "push", "side": "achievement", **given}
    assert farm.world.client.post("/api/v1/feeds", json=body, headers=farm.world["institution"]).status_code == 422


def test_only_an_administrator_makes_feeds_for_others(farm: Farm) -> None:
    body = {
        "name": "成果库",
        "kind": "push",
        "side": "achievement",
        "organisation_id": farm.world.people["institution2"].organisation_id,
    }
    client = farm.world.client
    assert client.post("/api/v1/feeds", json=body, headers=farm.world["institution"]).status_code == 403
    assert client.post("/api/v1/feeds", json=body, headers=farm.world["organiser"]).status_code == 403
    made = client.post("/api/v1/feeds", json=body, headers=farm.world["administrator"])
    assert made.status_code == 201
    assert put(farm, made.json(), "1", "institution2") == (201, "created")


def test_the_list_of_hosts_is_the_administrators(farm: Farm) -> None:
    client, admin = farm.world.client, farm.world["administrator"]
    url = "/api/v1/allowed-hosts"
    assert client.put(f"{url}/Data.Example.CN", json={}, headers=admin).json()["host"] == "data.example.cn"
    assert client.put(f"{url}/data.example.cn", json={"unencrypted": True}, headers=admin).json()["unencrypted"] is True
    assert [item["host"] for item in client.get(url, headers=admin).json()] == ["data.example.cn"]
    for host in ("*.example.cn", "https:", "a b", "data.example.cn:99999"):
        assert client.put(f"{url}/{host}", json={}, headers=admin).status_code == 422, host
    for who in ("institution", "organiser", "broker"):
        assert client.get(url, headers=farm.world[who]).status_code == 403
    assert client.delete(f"{url}/data.example.cn", headers=admin).status_code == 204
    assert client.delete(f"{url}/data.example.cn", headers=admin).status_code == 404


def test_no_nul_reaches_the_database(farm: Farm) -> None:
    feed = farm.feed()
    client, headers = farm.world.client, farm.world["institution"]
    for method, url in (
        ("GET", "/api/v1/feeds/%00"),
        ("DELETE", f"/api/v1/feeds/{feed['id']}/records/%00"),
        ("PUT", f"/api/v1/feeds/{feed['id']}/records/a%00"),
    ):
        body = {"content": CONTENT} if method == "PUT" else None
        assert client.request(method, url, json=body, headers=headers).status_code == 422, url
