"""Who may ask for which pair; a wish to avoid somebody is kept, and nobody learns of it."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from api.introductions.chores import ask_withheld
from matcher.records import Need
from tests.api.introductions.pairs import MISSING, URL, ask, asked, inbox, read, rename
from tests.api.world import World

NEUTRAL = "这条需求和这项成果目前不能发起新的对接"


def test_an_enterprise_asks_for_its_need_and_counts_as_accepted(world: World) -> None:
    made = asked(world, note="想先了解成本")
    assert (made["part"], made["asked_by"], made["stage"], made["version"]) == ("need", "need", "new", 1)
    assert (made["need_answer"], made["achievement_answer"]) == ("accepted", "waiting")
    assert inbox(world, "institution") == ["《耐高温抗氧化涂层制备技术》有人希望与贵单位对接，请查看并答复"]
    assert inbox(world, "enterprise") == []
    messages = world.client.get(f"{URL}/{made['id']}/messages", headers=world["institution"]).json()["items"]
    assert [(item["part"], item["text"]) for item in messages] == [("need", "想先了解成本")]


def test_an_institution_asks_for_its_achievement(world: World) -> None:
    made = asked(world, "institution")
    assert (made["part"], made["need_answer"], made["achievement_answer"]) == ("achievement", "waiting", "accepted")
    assert len(inbox(world, "enterprise")) == 1


@pytest.mark.parametrize(("who", "part"), [("broker", "broker"), ("organiser", "staff")])
def test_a_third_party_asks_both(world: World, who: str, part: str) -> None:
    made = asked(world, who)
    assert (made["part"], made["asked_by"], made["need_answer"], made["achievement_answer"]) == (
        part,
        who,
        "waiting",
        "waiting",
    )
    assert (made["broker"] == "broker") is (who == "broker")
    assert [len(inbox(world, side)) for side in ("enterprise", "institution")] == [1, 1]


def test_an_owner_asks_for_its_own_only(world: World) -> None:
    need, achievement = world.need(), world.achievement()
    assert ask(world, "enterprise2", need, achievement).status_code == 403
    assert ask(world, "institution2", need, achievement).status_code == 403
    assert ask(world, "administrator", need, achievement).status_code == 403
    assert ask(world, "anonymous", need, achievement).status_code == 401


def test_what_cannot_be_seen_cannot_be_asked_for(world: World) -> None:
    need = world.need()
    hidden = world.achievement(visibility=4)
    for who in ("enterprise", "broker", "organiser"):
        answer = ask(world, who, need, hidden)
        missing = ask(world, who, need, {"id": MISSING})
        assert answer.status_code == missing.status_code == 404
        assert answer.json()["detail"].replace(hidden["id"], MISSING) == missing.json()["detail"]


def test_one_introduction_a_pair(world: World) -> None:
    need, achievement = world.need(), world.achievement()
    first = ask(world, "enterprise", need, achievement).json()
    for who in ("enterprise", "institution", "organiser"):
        again = ask(world, who, need, achievement)
        assert again.status_code == 409
        assert first["id"] in again.json()["detail"]
    stranger = ask(world, "broker", need, achievement)
    assert stranger.status_code == 409
    assert first["id"] not in stranger.text
    assert NEUTRAL in stranger.json()["detail"]


def test_what_is_not_published_is_not_introduced(world: World) -> None:
    draft, achievement = world.need(publish=False), world.achievement()
    answer = ask(world, "enterprise", draft, achievement)
    assert answer.status_code == 409
    assert "草稿" in answer.json()["detail"]
    need = world.need()
    headers = {**world["institution"], "If-Match": '"1"'}
    world.client.post(f"/api/v1/achievements/{achievement['id']}/state", json={"state": "withdrawn"}, headers=headers)
    assert ask(world, "enterprise", need, achievement).status_code == 404
    assert ask(world, "institution", need, achievement).status_code == 409


def test_a_secret_need_can_ask_and_tells_nothing(world: World) -> None:
    made = ask(world, "enterprise", world.need(visibility=4, title="绝密课题"), world.achievement())
    assert made.status_code == 201
    seen = read(world, made.json()["id"], "institution")
    assert seen["need"] == {"id": None, "title": None, "organisation": None, "org": None, "own": False}
    assert seen["level"] is None
    assert "绝密课题" not in str(seen)


def test_an_avoided_institution_is_answered_like_any_other(world: World) -> None:
    rename(world, "institution", "河南某某大学")
    avoided = ask(world, "institution", world.need(blocked_orgs=["某某大学", "甲公司"]), world.achievement())
    assert inbox(world, "enterprise") == []
    welcome = ask(world, "institution", world.need(), world.achievement())
    assert avoided.status_code == welcome.status_code == 201
    assert _like(avoided.json()) == _like(welcome.json())
    # The enterprise hears of the other one only, and so does the broker.
    assert len(inbox(world, "enterprise")) == 1
    assert world.client.get(f"{URL}/{avoided.json()['id']}", headers=world["enterprise"]).status_code == 404
    leads = world.client.get(f"{URL}/leads", headers=world["broker"]).json()["items"]
    assert [item["introduction"]["id"] for item in leads] == [welcome.json()["id"]]


@pytest.mark.parametrize("who", ["broker", "organiser"])
def test_third_parties_get_a_neutral_sentence(world: World, who: str) -> None:
    need, achievement = world.need(blocked_orgs=["institution单位"]), world.achievement()
    answer = ask(world, who, need, achievement)
    assert answer.status_code == 409
    assert NEUTRAL in answer.json()["detail"]
    assert "回避" not in answer.text


def test_an_enterprise_that_reads_the_owner_is_told_of_its_own_wish(world: World) -> None:
    answer = ask(world, "enterprise", world.need(blocked_orgs=["institution单位"]), world.achievement())
    assert answer.status_code == 409
    assert "回避单位" in answer.json()["detail"]


def _like(introduction: dict[str, Any]) -> dict[str, Any]:
    """What can be compared of two introductions."""
    varying = {"id", "need", "achievement", "created_at", "updated_at", "opened_at"}
    return {name: value for name, value in introduction.items() if name not in varying}


def test_an_enterprise_cannot_find_out_a_closed_owner_by_avoiding_it(world: World) -> None:
    anonymous: dict[str, Any] = {"tiers": {"owner": 4}}
    blocking = ask(world, "enterprise", world.need(blocked_orgs=["institution单位"]), world.achievement(**anonymous))
    plain = ask(world, "enterprise", world.need(), world.achievement(**anonymous))
    assert blocking.status_code == plain.status_code == 201
    assert _like(blocking.json()) == _like(plain.json())
    assert blocking.json()["achievement"]["organisation"] is None
    held = blocking.json()["id"]
    # The avoided side never hears of it, nor does any broker; the other one was asked.
    assert len(inbox(world, "institution")) == 1
    assert world.client.get(f"{URL}/{held}", headers=world["institution"]).status_code == 404
    assert world.client.post(f"{URL}/{held}/acceptance", headers=world["institution"]).status_code == 404
    listed = world.client.get(URL, headers=world["institution"]).json()["items"]
    assert [item["id"] for item in listed] == [plain.json()["id"]]
    one = world.client.get(URL, params={"limit": 1}, headers=world["institution"]).json()
    assert (len(one["items"]), one["next_cursor"]) == (1, "")
    leads = world.client.get(f"{URL}/leads", headers=world["broker"]).json()["items"]
    assert [item["introduction"]["id"] for item in leads] == [plain.json()["id"]]
    assert world.client.put(f"{URL}/{held}/broker", headers=world["broker"]).status_code == 404


def test_an_institution_cannot_find_out_whom_a_need_avoids_by_trying_names(world: World) -> None:
    need = world.need(blocked_orgs=["乙研究院"])
    named = ask(world, "institution", need, world.achievement(org="乙研究院"))
    plain = ask(world, "institution", need, world.achievement(org="丙研究院"))
    assert named.status_code == plain.status_code == 201
    assert _like(named.json()) == _like(plain.json())
    assert len(inbox(world, "enterprise")) == 1
    assert world.client.get(f"{URL}/{named.json()['id']}", headers=world["enterprise"]).status_code == 404


def test_what_was_withheld_is_asked_when_it_need_not_be_any_more(world: World) -> None:
    need = world.need(blocked_orgs=["institution单位"])
    achievement = world.achievement(tiers={"owner": 4})
    held = ask(world, "enterprise", need, achievement).json()
    with world.service.database.work() as session:
        assert ask_withheld(session) == 0
    content = {"content": {"title": need["content"]["title"]}}
    headers = {**world["enterprise"], "If-Match": '"1"'}
    assert world.client.put(f"/api/v1/needs/{need['id']}", json=content, headers=headers).status_code == 200
    with world.service.database.work() as session:
        assert ask_withheld(session) == 1
        assert ask_withheld(session) == 0
    assert len(inbox(world, "institution")) == 1
    assert world.client.post(f"{URL}/{held['id']}/acceptance", headers=world["institution"]).status_code == 200
    events = world.client.get(f"{URL}/{held['id']}/events", headers=world["enterprise"]).json()
    assert [(event["action"], event["part"]) for event in events] == [("request", "need"), ("accept", "achievement")]


def test_a_pair_of_the_index_is_graded(world: World) -> None:
    assert asked(world)["fit"] is None
    need, achievement = world.need(confidential_detail="内部代号"), world.achievement()
    world.index()
    made = ask(world, "enterprise", need, achievement).json()
    # As anybody would see the pair who reads the need as it is published.
    public = Need(id="x", title="石墨电极抗氧化涂层", problem="高温下氧化掉渣", org="enterprise单位")
    with world.service.matching.use() as matcher:
        (match,) = matcher.explain(public, [achievement["id"]])
    assert (made["level"], made["fit"]) == (match.level, pytest.approx(match.fit))


def test_of_several_at_the_same_moment_one_asks(world: World) -> None:
    for _ in range(3):
        pair = world.need(), world.achievement()
        with ThreadPoolExecutor(4) as threads:
            asking = [
                threads.submit(ask, world, who, *pair) for who in ("enterprise", "institution", "broker", "organiser")
            ]
            statuses = sorted(future.result().status_code for future in asking)
        assert statuses == [201, 409, 409, 409]
