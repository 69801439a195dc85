"""Records through the API: what is acknowledged is there, changes name their version, strangers see what they may."""

from collections.abc import Callable

from matcher.records import Side
from tests.api.world import World

NEEDS, ACHIEVEMENTS = "/api/v1/needs", "/api/v1/achievements"


def test_a_record_comes_back_as_it_was_entered(world: World) -> None:
    made = world.need(contact="王工 13900000000", confidential_detail="客户是某厂", budget_high_cny=500_000)
    read = world.client.get(f"{NEEDS}/{made['id']}", headers=world["enterprise"])
    assert read.status_code == 200
    assert read.headers["etag"] == '"1"'
    content = read.json()["content"]
    assert (content["contact"], content["confidential_detail"]) == ("王工 13900000000", "客户是某厂")
    assert content["budget_high_cny"] == 500_000
    assert content["org"] == "enterprise单位"


def test_strangers_read_neither_contact_nor_confidential_text(world: World) -> None:
    made = world.need(contact="王工 13900000000", confidential_detail="客户是某厂", blocked_orgs=["甲研究院"])
    for who in ("anonymous", "enterprise2", "institution", "broker", "organiser", "administrator"):
        answer = world.client.get(f"{NEEDS}/{made['id']}", headers=world[who])
        assert answer.status_code == 200, who
        for secret in ("王工", "某厂", "甲研究院"):
            assert secret not in answer.text, who


def test_a_draft_is_like_nothing_to_others(world: World) -> None:
    draft = world.need(publish=False)
    missing = world.client.get(f"{NEEDS}/{'0' * 26}", headers=world["enterprise2"]).json()
    for who in ("anonymous", "enterprise2", "institution", "broker", "organiser", "administrator"):
        answer = world.client.get(f"{NEEDS}/{draft['id']}", headers=world[who])
        assert answer.status_code == 404, who
        assert answer.json()["detail"] == missing["detail"].replace("0" * 26, draft["id"])


def test_a_change_names_the_version_it_was_made_from(world: World) -> None:
    made = world.need()
    url, content = f"{NEEDS}/{made['id']}", {"content": {"title": "石墨电极涂层（改）"}}
    headers = world["enterprise"]
    assert world.client.put(url, json=content, headers=headers).status_code == 428
    first = world.client.put(url, json=content, headers={**headers, "If-Match": '"1"'})
    assert (first.status_code, first.headers["etag"]) == (200, '"2"')
    assert world.client.put(url, json=content, headers={**headers, "If-Match": '"1"'}).status_code == 412
    history = world.client.get(f"{url}/history", headers=headers).json()
    assert [(item["version"], item["action"]) for item in history] == [(2, "change"), (1, "create")]
    assert history[0]["changed_fields"] == ["problem", "title"]


def test_the_index_follows(world: World) -> None:
    need, achievement = world.need(), world.achievement()
    world.index()
    with world.service.matching.use() as matcher:
        found = matcher.search("石墨电极抗氧化涂层")
        assert [match.achievement_id for match in found] == [achievement["id"]]
    headers = {**world["institution"], "If-Match": '"1"'}
    moved = world.client.post(f"{ACHIEVEMENTS}/{achievement['id']}/state", json={"state": "withdrawn"}, headers=headers)
    assert moved.status_code == 200, moved.text
    world.index()
    with world.service.matching.use() as matcher:
        assert not matcher.has(Side.ACHIEVEMENT)
    assert need["state"] == "published"


def test_a_state_secret_is_refused(world: World) -> None:
    content = {"title": "【机密】某型涂层", "summary": "x"}
    answer = world.client.post(ACHIEVEMENTS, json={"content": content}, headers=world["institution"])
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "title"


def test_pages_cover_everything_once(world: World) -> None:
    made = {world.need(title=f"需求{number}号")["id"] for number in range(7)}
    seen: list[str] = []
    cursor = ""
    while True:
        page = world.client.get(NEEDS, params={"limit": 3, "cursor": cursor}, headers=world["broker"]).json()
        seen += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
        if not cursor:
            break
    assert sorted(seen) == sorted(made)


def test_a_review_comes_before_others_see_a_record(make_world: Callable[..., World]) -> None:
    world = make_world(review=True)
    open_to_all, own = world.need(), world.need(visibility=4)
    # Nobody who reviews could see what only its owner sees.
    assert (open_to_all["state"], own["state"]) == ("review", "published")
    url = f"{NEEDS}/{open_to_all['id']}"
    assert world.client.get(url, headers=world["institution"]).status_code == 404
    headers = {**world["organiser"], "If-Match": '"1"'}
    passed = world.client.post(f"{url}/state", json={"state": "published"}, headers=headers)
    assert (passed.status_code, passed.json()["state"]) == (200, "published")
    assert world.client.get(url, headers=world["institution"]).status_code == 200
    # Opened to others, it is looked at first; a change that leaves it closed is nobody's business.
    url, headers = f"{NEEDS}/{own['id']}", {**world["enterprise"]}
    content = {"title": "石墨电极抗氧化涂层", "visibility": 4}
    kept = world.client.put(url, json={"content": content}, headers={**headers, "If-Match": '"1"'})
    assert kept.json()["state"] == "published"
    opened = world.client.put(
        url, json={"content": {**content, "visibility": 1}}, headers={**headers, "If-Match": '"2"'}
    )
    assert opened.json()["state"] == "review"


def test_a_record_as_strangers_will_read_it(make_world: Callable[..., World]) -> None:
    world = make_world(review=True)
    made = world.need(
        contact="王工 13900000000",
        budget_high_cny=500_000,
        tiers={"indicators": 2, "terms": 3},
        indicators_text="≥1200℃",
    )
    assert made["state"] == "review"
    url = f"{NEEDS}/{made['id']}"

    def read(who: str, **query: int) -> tuple[str, float | None, str]:
        content = world.client.get(url, params=query, headers=world[who]).json()["content"]
        return content["indicators_text"], content["budget_high_cny"], content["contact"]

    assert read("organiser") == ("≥1200℃", 500_000, "")
    assert read("organiser", seen_by=2) == ("≥1200℃", None, "")
    assert read("organiser", seen_by=1) == ("", None, "")
    # Of its own record, too; and nobody reads more by it.
    assert read("enterprise", seen_by=1) == ("", None, "")
    assert world.client.get(url, params={"seen_by": 1}, headers=world["enterprise2"]).status_code == 404
    assert world.client.get(url, params={"seen_by": 3}, headers=world["organiser"]).status_code == 422
    lines = world.client.get("/api/v1/audit", params={"action": "read"}, headers=world["administrator"]).json()["items"]
    # Only the first reading showed what not everybody who signs in may read.
    assert [line["detail"]["groups"] for line in lines] == [["terms"]]
    closed = world.need(visibility=2, title="登录可见的需求")
    assert world.client.get(f"{NEEDS}/{closed['id']}?seen_by=1", headers=world["organiser"]).status_code == 404
    assert world.client.get(f"{NEEDS}/{closed['id']}?seen_by=2", headers=world["organiser"]).status_code == 200


def test_a_list_the_oldest_first(world: World) -> None:
    ids = [world.need(title=f"需求之{number}")["id"] for number in range(3)]
    query = {"oldest_first": True, "limit": 2}
    first = world.client.get(NEEDS, params=query).json()
    rest = world.client.get(NEEDS, params={**query, "cursor": first["next_cursor"]}).json()
    assert [item["id"] for item in (*first["items"], *rest["items"])] == ids
    # A cursor of the other order is none of this list.
    assert world.client.get(NEEDS, params={"cursor": first["next_cursor"]}).status_code == 422


def test_an_owner_is_told_what_a_review_came_to(make_world: Callable[..., World]) -> None:
    world = make_world(review=True)
    need = world.need("enterprise")
    url = f"/api/v1/needs/{need['id']}/state"

    def move(who: str, state: str, version: int, **more: str) -> None:
        headers = {**world[who], "If-Match": f'"{version}"'}
        assert world.client.post(url, json={"state": state, **more}, headers=headers).status_code == 200

    def told() -> list[str]:
        return [
            item["subject"] for item in world.client.get("/api/v1/inbox", headers=world["enterprise"]).json()["items"]
        ]

    move("organiser", "draft", 1, note="请写明考核指标")
    assert told() == ["需求“石墨电极抗氧化涂层”已退回修改：请写明考核指标"]
    # What one does oneself is no news.
    move("enterprise", "review", 2)
    move("organiser", "published", 3)
    assert told() == ["需求“石墨电极抗氧化涂层”已通过审核并发布", "需求“石墨电极抗氧化涂层”已退回修改：请写明考核指标"]
    assert world.client.get("/api/v1/inbox", headers=world["enterprise2"]).json()["items"] == []
