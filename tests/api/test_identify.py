"""Who is calling: keys and cookies that prove something, what they count against, and what ends them at once."""

import datetime as dt
from collections.abc import Callable

import pytest
from sqlalchemy import event, update

from api.access.keys import new_key
from api.access.tokens import new_token
from api.db.base import now
from api.db.tables import Account, ApiKey, Organisation, SignedIn
from tests.api.accounts.browser import API, Browser, signed_in
from tests.api.world import World


def status(world: World, headers: dict[str, str], address: str = "192.0.2.7") -> int:
    code: int = Browser(world, address).get("/me", headers=headers).status_code
    return code


def test_keys_that_prove_nothing_are_answered_alike(world: World) -> None:
    good = world.people["broker"].key
    for bad in (new_key().text, good[:-1] + ("a" if good[-1] != "a" else "b"), "ttk_x", "x" * 5000, "密钥"):
        answer = Browser(world).get("/me", headers={"Authorization": b"Bearer " + bad.encode()})
        assert answer.status_code == 401, bad
        assert answer.headers["www-authenticate"] == "Bearer"
    assert status(world, {"Authorization": "Basic eDp5"}) == 401
    assert status(world, world["broker"]) == 200


@pytest.mark.usefixtures("early_in_the_hour")
def test_an_address_that_guesses_is_refused_before_the_database_is_asked(make_world: Callable[..., World]) -> None:
    world = make_world(rate_anonymous_per_minute=5)
    guess = {"Authorization": f"Bearer {new_key().text}"}
    browser = Browser(world, "198.51.100.9")
    assert [browser.get("/me", headers=guess).status_code for _ in range(5)] == [401] * 5
    asked: list[str] = []
    event.listen(world.service.database.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    refused = browser.get("/me", headers=guess)
    assert refused.status_code == 429
    assert asked == []
    assert int(refused.headers["retry-after"]) >= 1
    assert refused.headers["ratelimit-remaining"] == "0"
    # A cookie is no way around it, and nobody else waits.
    browser.client.cookies.set("ttm", new_token())
    assert browser.get("/me").status_code == 429
    assert status(world, world["broker"], "198.51.100.10") == 200


@pytest.mark.usefixtures("early_in_the_hour")
def test_changes_without_their_token_count_for_the_address(make_world: Callable[..., World]) -> None:
    world = make_world(rate_anonymous_per_minute=6)
    browser = signed_in(world, "broker")
    browser.csrf = "no"
    assert [browser.send("DELETE", "/session").status_code for _ in range(7)] == [403] * 6 + [429]


@pytest.mark.usefixtures("early_in_the_hour")
def test_every_answer_says_where_the_caller_stands(make_world: Callable[..., World]) -> None:
    world = make_world(rate_anonymous_per_minute=3)
    browser = Browser(world, "198.51.100.20")
    wanted = [(200, "2"), (404, "1"), (401, "0"), (429, "0")]
    paths = ["/needs", f"/needs/{'0' * 26}", "/keys", "/needs"]
    answers = [browser.get(path) for path in paths]
    assert [(answer.status_code, answer.headers["ratelimit-remaining"]) for answer in answers] == wanted
    assert {answer.headers["ratelimit-policy"] for answer in answers} == {"3;w=60"}
    assert answers[3].json()["type"] == "urn:problem:too-many-requests"


def test_a_stale_cookie_is_nobody(world: World) -> None:
    browser = signed_in(world, "broker")
    assert browser.get("/me").status_code == 200
    old = now() - dt.timedelta(minutes=world.service.settings.session_idle_minutes, seconds=1)
    with world.service.database.work() as session:
        session.execute(update(SignedIn).values(seen_at=old))
    assert browser.get("/me").status_code == 401
    assert browser.get("/needs").status_code == 200


def test_use_is_noted_once_a_minute(world: World) -> None:
    key_id = world.people["broker"].key.split("_")[1]

    def used() -> dt.datetime | None:
        with world.service.database.reading() as session:
            return session.get_one(ApiKey, key_id).used_at

    assert used() is None
    assert status(world, world["broker"]) == 200
    first = used()
    assert first is not None
    assert status(world, world["broker"]) == 200
    assert used() == first
    with world.service.database.work() as session:
        session.execute(update(ApiKey).values(used_at=first - dt.timedelta(seconds=61)))
    assert status(world, world["broker"]) == 200
    again = used()
    assert again is not None
    assert again >= first


def test_what_is_disabled_has_no_access_at_once(world: World) -> None:
    browser, headers = signed_in(world, "broker"), world["broker"]
    person = world.people["broker"]
    for table, row_id in ((Account, person.account_id), (Organisation, person.organisation_id)):
        assert (browser.get("/me").status_code, status(world, headers)) == (200, 200)
        disabled_at(world, table, row_id, now())
        assert (browser.get("/me").status_code, status(world, headers)) == (401, 401), table
        disabled_at(world, table, row_id, None)


def disabled_at(world: World, table: type[Account] | type[Organisation], row_id: str, at: dt.datetime | None) -> None:
    with world.service.database.work() as session:
        session.execute(update(table).where(table.id == row_id).values(disabled_at=at))


def test_an_expired_or_revoked_key_is_dead(world: World) -> None:
    headers = world["broker"]
    for column in ("expires_at", "revoked_at"):
        with world.service.database.work() as session:
            session.execute(update(ApiKey).values({column: now() - dt.timedelta(seconds=1)}))
        assert status(world, headers) == 401, column
        with world.service.database.work() as session:
            session.execute(update(ApiKey).values({column: None}))
        assert status(world, headers) == 200


def test_a_key_goes_with_its_owners_role(world: World) -> None:
    headers = world["administrator"]
    assert world.client.get(f"{API}/audit", headers=headers).status_code == 200
    with world.service.database.work() as session:
        session.get_one(Account, world.people["administrator"].account_id).role = "broker"
    assert world.client.get(f"{API}/audit", headers=headers).status_code == 403


def test_a_character_that_no_database_keeps_is_told(world: World) -> None:
    for address in (
        "/api/v1/needs/a%00b",
        "/api/v1/needs?cursor=%00",
        "/api/v1/explanation?need_id=%00&achievement_id=x",
    ):
        answer = world.client.get(address, headers=world["broker"])
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "path")
