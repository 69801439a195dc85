"""Routes of introductions: strangers find nothing, lists hold what is the caller's, odd input is told."""

import pytest

from tests.api.introductions.pairs import MISSING, URL, ask, asked, inbox, opened
from tests.api.world import World

STRANGERS = ("enterprise2", "institution2", "broker")


def test_a_stranger_gets_what_there_is_not(world: World) -> None:
    made = opened(world)
    contract = {"kind": "技术服务", "amount_cny": 1, "signed_on": "2026-01-05"}
    calls = (
        ("get", "", None),
        ("get", "/messages", None),
        ("get", "/events", None),
        ("post", "/messages", {"text": "您好"}),
        ("post", "/stage", {"stage": "negotiating"}),
        ("put", "/next-action", {"text": "x"}),
        ("put", "/contract", contract),
    )
    for who in STRANGERS:
        for method, path, body in calls:
            headers = {**world[who], "If-Match": '"1"'}
            known = world.client.request(method, f"{URL}/{made['id']}{path}", json=body, headers=headers)
            unknown = world.client.request(method, f"{URL}/{MISSING}{path}", json=body, headers=headers)
            assert known.status_code == unknown.status_code == 404, (who, path)
            assert known.json()["detail"].replace(made["id"], MISSING) == unknown.json()["detail"]
    assert world.client.get(f"{URL}/{made['id']}").status_code == 401


def test_lists_hold_what_is_the_callers(world: World) -> None:
    first, second = asked(world), asked(world, "broker")
    other = ask(world, "enterprise2", world.need("enterprise2"), world.achievement("institution2")).json()
    expected = {
        "enterprise": {first["id"], second["id"]},
        "institution": {first["id"], second["id"]},
        "enterprise2": {other["id"]},
        "institution2": {other["id"]},
        "broker": {second["id"]},
        "organiser": {first["id"], second["id"], other["id"]},
        "administrator": {first["id"], second["id"], other["id"]},
    }
    for who, ids in expected.items():
        items = world.client.get(URL, headers=world[who]).json()["items"]
        assert {item["id"] for item in items} == ids, who
        assert all(item["contacts"] == [] for item in items)
    page = world.client.get(URL, params={"stage": "lost"}, headers=world["organiser"]).json()
    assert page == {"items": [], "next_cursor": ""}


def test_pages_cover_everything_once(world: World) -> None:
    made = [asked(world)["id"] for _ in range(5)]
    seen: list[str] = []
    cursor = ""
    while True:
        page = world.client.get(URL, params={"limit": 2, "cursor": cursor}, headers=world["enterprise"]).json()
        seen += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
        if not cursor:
            break
    assert sorted(seen) == sorted(made)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"need_id": "x"},
        {"need_id": "x", "achievement_id": ""},
        {"need_id": "x" * 27, "achievement_id": "y"},
        {"need_id": "\x00", "achievement_id": "y"},
        {"need_id": "x", "achievement_id": "y", "note": "长" * 4001},
        {"need_id": "x", "achievement_id": "y", "who": "z"},
    ],
)
def test_odd_requests_are_told(world: World, body: dict[str, str]) -> None:
    assert world.client.post(URL, json=body, headers=world["enterprise"]).status_code == 422


def test_odd_ids_are_nobodys(world: World) -> None:
    for odd, status in (("nope", 404), ("%F0%9F%98%80", 404), ("%00", 422), ("x" * 101, 422)):
        assert world.client.get(f"{URL}/{odd}", headers=world["enterprise"]).status_code == status


def test_codes(world: World) -> None:
    codes = world.client.get(f"{URL}/codes", headers=world["broker"]).json()
    assert [len(codes[name]) for name in ("stages", "reasons", "contract_kinds")] == [5, 11, 5]
    assert {"code": "too-early", "label": "太早期"} in codes["reasons"]


def test_every_change_is_told_to_the_other_side_once(world: World) -> None:
    made = opened(world)
    assert (len(inbox(world, "institution")), len(inbox(world, "enterprise"))) == (1, 1)
    headers = {**world["enterprise"], "If-Match": f'"{made["version"]}"'}
    world.client.post(f"{URL}/{made['id']}/stage", json={"stage": "negotiating"}, headers=headers)
    world.client.post(f"{URL}/{made['id']}/messages", json={"text": "保密内容"}, headers=world["institution"])
    assert (len(inbox(world, "institution")), len(inbox(world, "enterprise"))) == (2, 2)
    assert "保密内容" not in "".join(inbox(world, "enterprise"))
