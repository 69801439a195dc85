"""Own keys: made by a person, shown once, within the role, twenty at most."""

import datetime as dt
from typing import Any

from sqlalchemy import select, update

from api.access.keys import split_key
from api.access.tokens import token_hash
from api.db.base import now
from api.db.tables import ApiKey, Audit
from tests.api.accounts.browser import API, Browser, signed_in
from tests.api.world import World


def create(browser: Browser, *scopes: str, **given: Any) -> Any:
    return browser.send("POST", "/keys", {"name": "院所系统", "scopes": list(scopes)} | given)


def test_a_key_is_shown_once_and_kept_as_a_hash(world: World) -> None:
    browser = signed_in(world, "institution")
    answer = create(browser, "records:read", "feeds:push")
    assert answer.status_code == 201, answer.text
    assert answer.headers["cache-control"] == "no-store"
    text = answer.json()["text"]
    key_id, secret = split_key(text)
    listed = browser.get("/keys")
    assert secret not in listed.text
    assert listed.json()[0]["id"] == key_id
    assert listed.json()[0]["scopes"] == ["feeds:push", "records:read"]
    with world.service.database.reading() as session:
        assert session.get_one(ApiKey, key_id).secret_hash == token_hash(secret)
        line = session.scalars(select(Audit).where(Audit.action == "create", Audit.kind == "key")).one()
    assert (line.thing_id, secret in str(line.detail)) == (key_id, False)
    headers = {"Authorization": f"Bearer {text}"}
    assert world.client.get(f"{API}/needs", headers=headers).status_code == 200
    assert world.client.post(f"{API}/achievements", json={}, headers=headers).status_code == 403


def test_scopes_stay_within_the_role(world: World) -> None:
    allowed = {
        "broker": {"records:read", "matching", "introductions", "jobs"},
        "enterprise": {"records:read", "records:write", "matching", "feeds:push", "introductions", "jobs"},
        "organiser": {"records:read", "records:write", "matching", "feeds:push", "introductions", "jobs", "admin"},
    }
    for who, scopes in allowed.items():
        browser = signed_in(world, who)
        for scope in allowed["organiser"]:
            assert create(browser, scope).status_code == (201 if scope in scopes else 422), (who, scope)
    for given in ([], ["boss"], ["jobs"] * 9):
        assert create(browser, *given).status_code == 422


def test_a_key_expires_when_it_was_told_to(world: World) -> None:
    browser = signed_in(world, "broker")
    for days in (0, 3651, "x", 1.5):
        assert create(browser, "jobs", expires_in_days=days).status_code == 422, days
    forever = create(browser, "jobs", expires_in_days=None).json()["key"]
    month = create(browser, "jobs", expires_in_days=30).json()["key"]
    assert forever["expires_at"] is None
    made, ends = (dt.datetime.fromisoformat(month[name]) for name in ("created_at", "expires_at"))
    assert ends - made == dt.timedelta(days=30)


def test_an_account_has_twenty_keys_at_most(world: World) -> None:
    browser = signed_in(world, "broker")
    # The world made one.
    ids = [create(browser, "jobs").json()["key"]["id"] for _ in range(19)]
    assert create(browser, "jobs").status_code == 409
    assert browser.send("DELETE", f"/keys/{ids[0]}").status_code == 204
    assert create(browser, "jobs").status_code == 201
    assert create(browser, "jobs").status_code == 409
    # One that is over makes room as well.
    with world.service.database.work() as session:
        session.execute(update(ApiKey).where(ApiKey.id == ids[1]).values(expires_at=now() - dt.timedelta(seconds=1)))
    assert create(browser, "jobs").status_code == 201
    listed = browser.get("/keys").json()
    assert len(listed) == 22
    assert sum(key["live"] for key in listed) == 20
    assert listed[-1]["id"] == ids[0]


def test_revoking_is_at_once_and_for_the_own_keys(world: World) -> None:
    browser, stranger = signed_in(world, "broker"), signed_in(world, "enterprise")
    made = create(browser, "records:read").json()
    headers = {"Authorization": f"Bearer {made['text']}"}
    path = f"/keys/{made['key']['id']}"
    assert stranger.send("DELETE", path).status_code == 404
    assert world.client.get(f"{API}/needs", headers=headers).status_code == 200
    assert [browser.send("DELETE", path).status_code for _ in range(2)] == [204, 204]
    assert world.client.get(f"{API}/needs", headers=headers).status_code == 401
    with world.service.database.reading() as session:
        assert len(session.scalars(select(Audit).where(Audit.action == "revoke")).all()) == 1


def test_a_key_makes_no_keys(world: World) -> None:
    body = {"name": "x", "scopes": ["jobs"]}
    assert world.client.post(f"{API}/keys", json=body, headers=world["administrator"]).status_code == 403
