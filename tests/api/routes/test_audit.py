"""The audit log: complete for administrators, never changed, and for owners who read their restricted text."""

import datetime as dt
from typing import Any

from fastapi.routing import APIRoute, iter_route_contexts
from sqlalchemy import select

from api.days import CHINA
from api.db.tables import Audit
from tests.api.accounts.browser import API, app_of, signed_in
from tests.api.world import World


def lines(world: World, **given: Any) -> list[dict[str, Any]]:
    answer = world.client.get(f"{API}/audit", params=given, headers=world["administrator"])
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def readers(world: World, record: dict[str, Any], person: str = "enterprise", **given: Any) -> Any:
    return world.client.get(f"{API}/records/{record['id']}/readers", params=given, headers=world[person])


def test_filters_find_what_was_done(world: World) -> None:
    signed_in(world, "broker")
    need = world.need(tiers={"description": 3}, visibility=1)
    world.client.get(f"{API}/needs/{need['id']}", headers=world["broker"])
    broker = world.people["broker"]
    both = lines(world, account_id=broker.account_id)
    assert [(item["action"], item["login"]) for item in both] == [("read", "broker"), ("sign-in", "broker")]
    read = both[0]
    assert read["detail"]["groups"] == ["description"]
    assert read["organisation_id"] == broker.organisation_id
    assert read["key_id"] == broker.key.split("_")[1]
    for given in ({"thing_id": need["id"]}, {"action": "read"}, {"kind": "need"}):
        assert lines(world, **given) == [read], given
    assert lines(world, organisation_id=broker.organisation_id) == both
    assert lines(world, since=read["at"])[0] == read
    assert read not in lines(world, until=read["at"])
    assert lines(world, since="2001-01-01T00:00:00+08:00", until="2001-01-02T00:00:00Z") == []


def test_filters_that_cannot_be_used(world: World) -> None:
    bad = (
        {"since": "2026-01-01T00:00:00"},
        {"until": "9999-12-31T23:59:59-14:00"},
        {"since": "0001-01-01T00:00:00+14:00"},
        {"since": "yesterday"},
        {"kind": "a\x00b"},
        {"action": "x" * 81},
        {"limit": 0},
        {"limit": 101},
        {"cursor": "x"},
    )
    for given in bad:
        answer = world.client.get(f"{API}/audit", params=given, headers=world["administrator"])
        assert answer.status_code == 422, given


def test_pages_cover_every_line_once(world: World) -> None:
    with world.service.database.work() as session:
        session.add_all(Audit(account_id=None, organisation_id=None, key_id=None, action=f"a{n}") for n in range(7))
    found, cursor = [], ""
    for _ in range(4):
        parts: dict[str, Any] = {"limit": 2, "cursor": cursor}
        page = world.client.get(f"{API}/audit", params=parts, headers=world["administrator"]).json()
        found += [item["action"] for item in page["items"]]
        cursor = page["next_cursor"]
    assert cursor == ""
    assert sorted(found) == [f"a{n}" for n in range(7)]
    # A cursor is good for its own list only.
    first = world.client.get(f"{API}/audit", params={"limit": 2}, headers=world["administrator"]).json()["next_cursor"]
    other = world.client.get(
        f"{API}/audit", params={"limit": 2, "cursor": first, "action": "a1"}, headers=world["administrator"]
    )
    assert other.status_code == 422


def test_no_route_changes_the_log(world: World) -> None:
    routes = [
        (method, route.path)
        for route in iter_route_contexts(app_of(world).routes)
        if isinstance(route.original_route, APIRoute) and "audit" in (route.path or "")
        for method in route.methods or ()
    ]
    assert routes == [("GET", f"{API}/audit")]


def test_the_owner_sees_who_read_what_and_when(world: World) -> None:
    need = world.need(tiers={"description": 3, "indicators": 3}, indicators_text="厚度≥50 μm")
    url = f"{API}/needs/{need['id']}"
    for who, times in (("broker", 2), ("organiser", 1), ("enterprise", 1), ("institution", 1), ("anonymous", 1)):
        for _ in range(times):
            assert world.client.get(url, headers=world[who]).status_code == 200
    today = dt.datetime.now(CHINA).date().isoformat()
    groups = ["description", "indicators"]
    wanted = [
        {"day": today, "organisation": "broker单位", "role": "broker", "groups": groups, "times": 2},
        {"day": today, "organisation": "organiser单位", "role": "organiser", "groups": groups, "times": 1},
    ]
    assert readers(world, need).json() == wanted


def test_days_are_those_of_china_and_counted_back(world: World) -> None:
    need = world.need()
    broker = world.people["broker"]
    late = dt.datetime.now(dt.UTC).replace(hour=16, minute=30, second=0, microsecond=0) - dt.timedelta(days=3)
    old = late - dt.timedelta(days=30)
    with world.service.database.work() as session:
        for at, groups in ((late, ["contact"]), (late - dt.timedelta(hours=1), ["description"]), (old, ["team"])):
            session.add(
                Audit(
                    at=at,
                    account_id=broker.account_id,
                    organisation_id=broker.organisation_id,
                    key_id=None,
                    action="read",
                    kind="need",
                    thing_id=need["id"],
                    detail={"groups": groups},
                )
            )
    # 16:30 UTC is half past midnight of the next day in China; 15:30 is still the day itself.
    told = [(item["day"], item["groups"]) for item in readers(world, need, days=10).json()]
    day = late.date()
    assert told == [((day + dt.timedelta(days=1)).isoformat(), ["contact"]), (day.isoformat(), ["description"])]
    assert len(readers(world, need, days=90).json()) == 3
    assert readers(world, need, days=0).status_code == 422


def test_readers_are_the_owners_business_only(world: World) -> None:
    need, draft = world.need(), world.need(publish=False)
    assert readers(world, need, "anonymous").status_code == 401
    for who in ("enterprise2", "institution", "broker", "organiser", "administrator"):
        assert readers(world, need, who).status_code == 404, who
        assert readers(world, draft, who).status_code == 404, who
    assert readers(world, {"id": "0" * 26}).status_code == 404
    assert readers(world, draft).json() == []


def test_what_accounts_do_is_in_the_log(world: World) -> None:
    browser = signed_in(world, "administrator")
    made = browser.send("POST", "/accounts", {"login": "new-one", "role": "broker"}).json()["account"]["id"]
    browser.send("PATCH", f"/accounts/{made}", {"role": "organiser"})
    browser.send("POST", f"/accounts/{made}/password")
    key = browser.send("POST", "/keys", {"name": "x", "scopes": ["jobs"]}).json()["key"]["id"]
    browser.send("DELETE", f"/keys/{key}")
    browser.send("DELETE", "/session")
    with world.service.database.reading() as session:
        found = session.scalars(select(Audit)).all()
    me = world.people["administrator"].account_id
    assert {item.account_id for item in found} == {me}
    assert {(item.action, item.kind, item.thing_id) for item in found} == {
        ("sign-in", "account", me),
        ("create", "account", made),
        ("change", "account", made),
        ("password-reset", "account", made),
        ("create", "key", key),
        ("revoke", "key", key),
        ("sign-out", "account", me),
    }
