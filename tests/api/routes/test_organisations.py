"""Organisations: who reads, makes and changes which."""

from typing import Any

from tests.api.accounts.browser import API, signed_in
from tests.api.world import World

URL = f"{API}/organisations"


def create(world: World, person: str, **given: Any) -> Any:
    body = {"name": "某某研究院", "kind": "institution"} | given
    return world.client.post(URL, json=body, headers=world[person])


def test_staff_make_and_list_organisations_and_nobody_else(world: World) -> None:
    for who, status in (("administrator", 201), ("organiser", 201), ("broker", 403), ("enterprise", 403)):
        assert create(world, who, name=f"{who}的研究院").status_code == status
        assert world.client.get(URL, headers=world[who]).status_code == (200 if status == 201 else 403)
    assert world.client.get(URL).status_code == 401


def test_there_is_one_of_each_name(world: World) -> None:
    made = create(world, "organiser", name=" 某某  研究院 ")
    assert made.json()["name"] == "某某 研究院"
    assert create(world, "administrator", name="某某 研究院").status_code == 409
    taken = {"name": "某某 研究院"}
    other = f"{URL}/{world.people['broker'].organisation_id}"
    assert world.client.patch(other, json=taken, headers=world["administrator"]).status_code == 409
    for bad in ({"name": " "}, {"name": "a\x00b"}, {"kind": "club"}, {"region": "省" * 101}):
        assert create(world, "organiser", **bad).status_code == 422, bad


def test_everybody_reads_the_own_organisation_only(world: World) -> None:
    for who in ("enterprise", "institution", "broker"):
        own, other = world.people[who].organisation_id, world.people["enterprise2"].organisation_id
        assert world.client.get(f"{URL}/{own}", headers=world[who]).json()["contact"] == f"{who}总机"
        answer = world.client.get(f"{URL}/{other}", headers=world[who])
        assert answer.status_code == 404
        assert "总机" not in answer.text
    assert world.client.get(f"{URL}/{own}", headers=world["organiser"]).status_code == 200


def test_a_manager_changes_region_and_contact_of_its_own(world: World) -> None:
    plain, manager = signed_in(world, "institution2"), signed_in(world, "institution", manager=True)
    own = f"/organisations/{world.people['institution'].organisation_id}"
    assert manager.send("PATCH", own, {"contact": "新总机", "region": "合肥"}).json()["contact"] == "新总机"
    assert manager.send("PATCH", own, {"name": "改名"}).status_code == 403
    assert manager.send("PATCH", own, {"disabled": True}).status_code == 403
    assert manager.send("PATCH", own, {"kind": "bureau"}).status_code == 422
    other = f"/organisations/{world.people['institution2'].organisation_id}"
    assert manager.send("PATCH", other, {"contact": "x"}).status_code == 404
    assert plain.send("PATCH", other, {"contact": "x"}).status_code == 403
    left = world.client.get(API + other, headers=world["administrator"]).json()
    assert left["contact"] == "institution2总机"


def test_a_disabled_organisation_shuts_its_people_out(world: World) -> None:
    browser = signed_in(world, "enterprise")
    url = f"{URL}/{world.people['enterprise'].organisation_id}"
    assert world.client.patch(url, json={"disabled": True}, headers=world["administrator"]).status_code == 200
    assert browser.get("/me").status_code == 401
    assert world.client.get(f"{API}/needs", headers=world["enterprise"]).status_code == 401
    assert browser.sign_in("enterprise").status_code == 401
    listed = world.client.get(URL, params={"disabled": True}, headers=world["administrator"]).json()["items"]
    assert [item["name"] for item in listed] == ["enterprise单位"]
    assert world.client.patch(url, json={"disabled": False}, headers=world["administrator"]).status_code == 200
    assert browser.get("/me").status_code == 200


def test_lists_are_filtered_and_paged(world: World) -> None:
    names = {f"{name}单位" for name in world.people}
    found: set[str] = set()
    cursor = ""
    for _ in range(4):
        parts: dict[str, Any] = {"limit": 2, "cursor": cursor, "name": "单位"}
        page = world.client.get(URL, params=parts, headers=world["organiser"]).json()
        assert len(page["items"]) <= 2
        found |= {item["name"] for item in page["items"]}
        cursor = page["next_cursor"]
    assert (found, cursor) == (names, "")
    for kind, count in (("enterprise", 2), ("institution", 2), ("brokerage", 1), ("bureau", 2)):
        items = world.client.get(URL, params={"kind": kind}, headers=world["organiser"]).json()["items"]
        assert len(items) == count, kind
