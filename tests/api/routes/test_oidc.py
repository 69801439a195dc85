"""Signing in at the identity provider, with a real small provider on this machine."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select

from api.db.base import now
from api.db.tables import Account, Audit, InboxItem, Registration
from tests.api.access.test_oidc import Provider, running
from tests.api.accounts.browser import API, Browser, give_password, signed_in
from tests.api.world import World

PUBLIC = "http://127.0.0.1:8000"


@pytest.fixture(scope="module")
def running_provider() -> Iterator[Provider]:
    with running() as provider:
        yield provider


@pytest.fixture
def provider(running_provider: Provider) -> Provider:
    running_provider.reset()
    return running_provider


@pytest.fixture
def world(make_world: Callable[..., World], provider: Provider) -> Iterator[World]:
    made = make_world(
        oidc_issuer=provider.issuer,
        oidc_client_id=provider.client_id,
        oidc_client_secret=provider.client_secret,
        public_url=PUBLIC,
    )
    yield made
    assert made.service.oidc is not None
    made.service.oidc.close()


def come_back(provider: Provider, browser: Browser, **given: str) -> Any:
    """The whole way: to the provider, agree, and back."""
    start = browser.get("/oidc/start")
    assert start.status_code == 302, start.text
    url = start.headers["location"]
    assert parse_qs(urlsplit(url).query)["redirect_uri"] == [f"{PUBLIC}{API}/oidc/callback"]
    code, state = provider.sign_in(url)
    return browser.get("/oidc/callback", params={"code": code, "state": state} | given)


def linked(world: World, person: str, provider: Provider, subject: str = "u-1") -> None:
    with world.service.database.work() as session:
        account = session.get_one(Account, world.people[person].account_id)
        account.oidc_issuer, account.oidc_subject = provider.issuer, subject


def test_nothing_is_there_unless_set(make_world: Callable[..., World]) -> None:
    world = make_world()
    for path in ("/oidc/start", "/oidc/callback"):
        assert Browser(world).get(path).status_code == 404


def test_a_linked_account_is_signed_in(world: World, provider: Provider) -> None:
    linked(world, "broker", provider)
    browser = Browser(world)
    answer = come_back(provider, browser)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert "ttm-oidc" not in browser.client.cookies
    assert browser.get("/me").json()["account"]["login"] == "broker"


def test_a_verified_address_links_and_ends_the_password(world: World, provider: Provider) -> None:
    old = signed_in(world, "enterprise", login="li@example.cn", must_change_password=False)
    assert come_back(provider, Browser(world)).status_code == 303
    assert old.get("/me").status_code == 401
    assert Browser(world).sign_in("li@example.cn").status_code == 401
    with world.service.database.reading() as session:
        account = session.get_one(Account, world.people["enterprise"].account_id)
        assert (account.oidc_issuer, account.oidc_subject) == (provider.issuer, "u-1")
        actions = set(session.scalars(select(Audit.action).where(Audit.account_id == account.id)))
        assert session.scalars(select(InboxItem.kind).where(InboxItem.account_id == account.id)).all() == ["account"]
    assert actions == {"sign-in", "link-identity"}
    # From then on the address may change at the provider.
    provider.userinfo["email"] = "other@example.cn"
    browser = Browser(world)
    assert come_back(provider, browser).status_code == 303
    changed = browser.client.put(
        f"{API}/me/password",
        json={"current_password": "x", "new_password": "另一句足够长的新口令"},
        headers={"X-CSRF-Token": browser.get("/me").json()["csrf_token"]},
    )
    assert changed.status_code == 409


def test_an_address_that_is_not_verified_links_nothing(world: World, provider: Provider) -> None:
    give_password(world, "enterprise", login="li@example.cn")
    provider.userinfo["email_verified"] = False
    assert come_back(provider, Browser(world)).status_code == 202
    assert Browser(world).sign_in("li@example.cn").status_code == 200


def test_an_account_of_another_identity_is_not_taken_over(world: World, provider: Provider) -> None:
    give_password(world, "enterprise", login="li@example.cn")
    linked(world, "enterprise", provider, "somebody-else")
    assert come_back(provider, Browser(world)).status_code == 202


def test_who_has_no_account_waits_once_for_an_administrator(world: World, provider: Provider) -> None:
    browser = Browser(world)
    answers = [come_back(provider, browser) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [202, 202]
    assert browser.get("/me").status_code == 401
    with world.service.database.reading() as session:
        asked = session.scalars(select(Registration)).one()
    assert (asked.login, asked.display_name, asked.oidc_subject) == ("li@example.cn", "李工", "u-1")
    url = f"{API}/registrations/{asked.id}/approval"
    assert world.client.post(url, json={}, headers=world["administrator"]).status_code == 422
    own = world.people["enterprise"].organisation_id
    for body, status in (({"role": "enterprise"}, 422), ({"role": "enterprise", "organisation_id": own}, 201)):
        assert world.client.post(url, json=body, headers=world["administrator"]).status_code == status
    assert come_back(provider, browser).status_code == 303
    me = browser.get("/me").json()["account"]
    assert (me["login"], me["has_password"], me["has_identity"]) == ("li@example.cn", False, True)


def test_a_disabled_account_stays_out(world: World, provider: Provider) -> None:
    linked(world, "broker", provider)
    with world.service.database.work() as session:
        session.get_one(Account, world.people["broker"].account_id).disabled_at = now()
    browser = Browser(world)
    assert come_back(provider, browser).status_code == 401
    assert browser.get("/me").status_code == 401


def test_only_the_browser_that_began_comes_back_and_once(world: World, provider: Provider) -> None:
    linked(world, "broker", provider)
    victim, stranger = Browser(world), Browser(world)
    code, state = provider.sign_in(stranger.get("/oidc/start").headers["location"])
    given = {"code": code, "state": state}
    assert victim.get("/oidc/callback", params=given).status_code == 401
    victim.get("/oidc/start")
    assert victim.get("/oidc/callback", params=given).status_code == 401
    kept = stranger.client.cookies["ttm-oidc"]
    assert stranger.get("/oidc/callback", params=given).status_code == 303
    stranger.client.cookies.set("ttm-oidc", kept)
    assert stranger.get("/oidc/callback", params=given).status_code == 401
    denied = Browser(world)
    assert come_back(provider, denied, error="access_denied").status_code == 401


def test_a_provider_that_fails_is_not_our_fault(world: World, provider: Provider) -> None:
    provider.broken["/token"] = (500, b"oops")
    browser = Browser(world)
    assert come_back(provider, browser).status_code == 503
    assert browser.get("/oidc/callback", params={"code": "x" * 4001}).status_code == 422
