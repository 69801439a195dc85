"""Needs that nobody serves, near one's own work: with one's own eyes only, and with what is missing."""

from tests.api.introductions.pairs import rename
from tests.api.outlook.standing import API, FITS, NEAR_IT, SERVES_IT, STRANGE, send, unmet, work
from tests.api.world import World


def found(world: World, who: str = "institution") -> list[str]:
    return [item["need"]["id"] for item in unmet(world, who)["items"]]


def test_an_unmet_need_near_an_own_achievement(world: World) -> None:
    need = world.need(**NEAR_IT, trl_min=7)
    far, near = world.achievement(**STRANGE), world.achievement(**FITS)
    work(world)
    answer = unmet(world)
    (item,) = answer["items"]
    assert (item["need"]["id"], item["near"]["id"], item["others_near"]) == (need["id"], near["id"], 0)
    assert (item["need"]["org"], item["near"]["own"], item["level"]) == ("enterprise单位", True, 2)
    assert item["missing"][0] == "需求要求成熟度不低于 TRL 7，成果未写成熟度"
    assert [gate["name"] for gate in item["gates"]] == ["trl", "validity"]
    assert item["why"].startswith("共同要点：")
    assert (answer["achievements"], answer["achievements_in_all"]) == (2, 2)
    assert far["id"] not in str(answer)


def test_what_a_condition_excludes_is_near_and_told(world: World) -> None:
    need = world.need(**NEAR_IT, trl_min=9)
    world.achievement(**FITS, trl={"low": 4, "high": 5})
    work(world)
    (item,) = unmet(world)["items"]
    assert item["need"]["id"] == need["id"]
    assert item["gates"][0]["state"] == "fail"
    assert item["missing"][0].endswith("需求要求不低于 TRL 9")


def test_a_need_that_somebody_serves_is_not_there(world: World) -> None:
    need = world.need(**NEAR_IT)
    world.achievement(**FITS)
    work(world)
    assert found(world) == [need["id"]]
    world.achievement("institution2", **SERVES_IT)
    work(world)
    assert found(world) == []


def test_what_others_may_not_see_does_not_show_in_it(world: World) -> None:
    need = world.need(**NEAR_IT)
    world.achievement(**FITS)
    # Brokers see that it serves the need; a signed-in institution sees no such thing, and learns nothing of it.
    world.achievement("institution2", visibility=3, **SERVES_IT)
    closed, restricted = world.need(visibility=4, **NEAR_IT), world.need("enterprise2", visibility=3, **NEAR_IT)
    draft = world.need("enterprise2", publish=False, **NEAR_IT)
    work(world)
    assert found(world) == [need["id"]]
    text = str(unmet(world))
    assert not any(made["id"] in text for made in (closed, restricted, draft))


def test_neither_own_needs_nor_such_as_avoid_the_institution(world: World) -> None:
    world.need("institution", **NEAR_IT)
    avoiding = world.need(**NEAR_IT, blocked_orgs=["institution单位"])
    world.achievement(**FITS)
    world.achievement("institution2", **FITS)
    work(world)
    assert found(world) == []
    assert avoiding["id"] in found(world, "institution2")
    rename(world, "institution", "另一所大学")
    work(world)
    assert found(world) != []


def test_whom_a_need_avoids_does_not_show_in_it(world: World) -> None:
    # Served by one that it avoids: whoever searches finds that one, so the need must not stand here as unserved.
    world.need(**NEAR_IT, blocked_orgs=["institution2单位"])
    world.achievement("institution2", **SERVES_IT)
    world.achievement(**FITS)
    work(world)
    assert found(world) == []


def test_of_a_need_that_changed_or_ended_nothing_is_said(world: World) -> None:
    need = world.need(**NEAR_IT)
    world.achievement(**FITS)
    work(world)
    assert found(world) == [need["id"]]
    send(world, "enterprise", "PUT", need, content={**NEAR_IT, "keywords": ["涂层"]})
    assert found(world) == []
    work(world)
    assert found(world) == [need["id"]]
    send(world, "enterprise", "POST", need, path="/state", version=2, state="done")
    assert found(world) == []


def test_only_for_institutions(world: World) -> None:
    assert unmet(world)["message"].startswith("本单位还没有已发布的成果")
    for who in ("enterprise", "broker", "administrator"):
        answer = world.client.get(f"{API}/achievements/unmet-needs", headers=world[who])
        assert answer.status_code == 403
