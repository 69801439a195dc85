"""Asking for an account: answered alike whatever exists, and nobody in before an administrator said so."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.api.accounts.browser import API, PASSWORD, Browser
from tests.api.world import World

URL = f"{API}/registrations"


@pytest.fixture
def world(make_world: Callable[..., World]) -> World:
    return make_world(open_registration=True)


def ask(world: World, address: str = "192.0.2.1", **given: Any) -> Any:
    body = {
        "login": "zhao@example.cn",
        "display_name": "赵工",
        "password": PASSWORD,
        "kind": "enterprise",
        "organisation_name": "某某电极有限公司",
        "contact": "赵工 13900000000",
    }
    return Browser(world, address).client.post(URL, json=body | given)


def waiting(world: World) -> list[dict[str, Any]]:
    answer = world.client.get(URL, params={"waiting": True}, headers=world["administrator"])
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def decide(world: World, registration: dict[str, Any], decision: str = "approval", **given: Any) -> Any:
    url = f"{URL}/{registration['id']}/{decision}"
    return world.client.post(url, json=given, headers=world["administrator"])


def test_closed_unless_set(make_world: Callable[..., World]) -> None:
    assert ask(make_world()).status_code == 404


def test_approved_it_signs_in_and_manages_its_new_organisation(world: World) -> None:
    assert ask(world).status_code == 202
    assert Browser(world).sign_in("zhao@example.cn").status_code == 401
    (asked,) = waiting(world)
    assert (asked["role"], asked["organisation_name"], asked["by_identity"]) == (
        "enterprise",
        "某某电极有限公司",
        False,
    )
    inbox = world.client.get(f"{API}/inbox", headers=world["administrator"]).json()
    assert [item["kind"] for item in inbox["items"]] == ["registration"]
    account = decide(world, asked)
    assert account.status_code == 201, account.text
    assert (account.json()["organisation_name"], account.json()["manager"]) == ("某某电极有限公司", True)
    told = Browser(world).sign_in("ZHAO@example.cn")
    assert (told.status_code, told.json()["must_change_password"]) == (200, False)
    assert decide(world, asked).status_code == 409
    assert decide(world, asked, "refusal").status_code == 409
    assert waiting(world) == []


def test_the_answer_does_not_tell_what_exists(world: World) -> None:
    answers = [
        ask(world),
        ask(world, login="enterprise"),
        ask(world, organisation_name="enterprise单位"),
        ask(world, login="enterprise", organisation_name="enterprise单位"),
    ]
    assert [answer.status_code for answer in answers] == [202] * 4
    assert len({answer.text for answer in answers}) == 1
    assert len(waiting(world)) == 4


def test_a_form_claims_neither_a_login_nor_an_organisation(world: World) -> None:
    ask(world, login="enterprise", organisation_name="enterprise单位")
    (asked,) = waiting(world)
    own = world.people["enterprise"].organisation_id
    refused = decide(world, asked)
    assert refused.status_code == 409
    assert own in refused.json()["detail"]
    assert decide(world, asked, organisation_id=own).status_code == 409
    made = decide(world, asked, organisation_id=own, login="second@example.cn")
    assert made.status_code == 201, made.text
    assert (made.json()["organisation_id"], made.json()["manager"]) == (own, False)
    # Nothing half done is left of the tries before.
    assert Browser(world).sign_in("second@example.cn").status_code == 200


def test_refused_it_never_signs_in(world: World) -> None:
    ask(world)
    (asked,) = waiting(world)
    answer = decide(world, asked, "refusal")
    assert (answer.status_code, answer.json()["decision"]) == (200, "refused")
    assert Browser(world).sign_in("zhao@example.cn").status_code == 401
    assert decide(world, {"id": "0" * 26}).status_code == 404


def test_what_cannot_be_used_is_told_at_once(world: World) -> None:
    for given in (
        {"password": "short"},
        {"password": "zhao@example.cn1"},
        {"login": "a b"},
        {"kind": "bureau"},
        {"kind": "brokerage"},
        {"role": "administrator"},
        {"organisation_name": " "},
        {"contact": "x\x00"},
    ):
        assert ask(world, **given).status_code == 422, given
    assert waiting(world) == []


@pytest.mark.usefixtures("early_in_the_hour")
def test_a_flood_from_one_address_has_to_wait(world: World) -> None:
    answers = [ask(world).status_code for _ in range(21)]
    assert answers == [202] * 20 + [429]
    assert ask(world, "192.0.2.2").status_code == 202
