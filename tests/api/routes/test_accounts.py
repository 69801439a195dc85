"""Accounts for administrators, colleagues for managers; nobody else gets in."""

import threading
from typing import Any

from fastapi.routing import APIRoute, iter_route_contexts
from sqlalchemy import select

from api.access.rights import Needs
from api.access.roles import Role
from api.db.tables import Account, Audit
from tests.api.accounts.browser import API, Browser, app_of, give_password, signed_in
from tests.api.world import World

ACCOUNTS = f"{API}/accounts"
EVERYBODY_ELSE = ("anonymous", "enterprise", "enterprise2", "institution", "institution2", "broker", "organiser")
ADMIN_ROUTES = {
    ("GET", "/audit"),
    ("GET", "/accounts"),
    ("POST", "/accounts"),
    ("GET", "/accounts/{account_id}"),
    ("PATCH", "/accounts/{account_id}"),
    ("POST", "/accounts/{account_id}/password"),
    ("GET", "/accounts/{account_id}/keys"),
    ("DELETE", "/accounts/{account_id}/keys/{key_id}"),
    ("GET", "/registrations"),
    ("POST", "/registrations/{registration_id}/approval"),
    ("POST", "/registrations/{registration_id}/refusal"),
}


def routes(world: World) -> list[tuple[str, str, Needs]]:
    """Method, path and rights of every route; those of included routers are not in `app.routes` itself."""
    return [
        (method, (route.path or "").removeprefix(API), item.dependency)
        for route in iter_route_contexts(app_of(world).routes)
        if isinstance(route.original_route, APIRoute)
        for method in route.methods or ()
        for item in route.dependencies
        if isinstance(item.dependency, Needs)
    ]


def create(world: World, person: str = "administrator", **given: Any) -> Any:
    body = {"login": "wang@example.cn", "role": "broker"} | given
    return world.client.post(ACCOUNTS, json=body, headers=world[person])


def change(world: World, person: str, **given: Any) -> Any:
    return world.client.patch(
        f"{ACCOUNTS}/{world.people[person].account_id}", json=given, headers=world["administrator"]
    )


def test_no_other_role_reaches_what_is_the_administrators(world: World) -> None:
    # Stated by hand here; what the routes say of themselves must be the same list.
    stated = {(method, path) for method, path, need in routes(world) if need.roles == {"administrator"}}
    assert stated >= ADMIN_ROUTES
    target = world.people["enterprise"]
    before = len(log(world))
    for method, path in sorted(ADMIN_ROUTES):
        url = API + path.format(account_id=target.account_id, key_id=target.key.split("_")[1], registration_id="x")
        for who in EVERYBODY_ELSE:
            answer = world.client.request(method, url, json={}, headers=world[who])
            assert answer.status_code == (401 if who == "anonymous" else 403), (method, path, who)
            assert target.account_id not in answer.text
    assert len(log(world)) == before


def test_signed_in_people_reach_no_more_than_their_keys(world: World) -> None:
    for who in ("enterprise", "institution", "broker", "organiser"):
        browser = signed_in(world, who)
        for method, path in sorted(ADMIN_ROUTES):
            url = path.format(account_id="x", key_id="x", registration_id="x")
            assert browser.send(method, url, {}).status_code == 403, (method, path, who)


def test_an_account_starts_with_a_one_time_password(world: World) -> None:
    answer = create(world, login=" ＷANG@example.cn", display_name="王工")
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert made["account"]["login"] == "wang@example.cn"
    assert answer.headers["cache-control"] == "no-store"
    browser = Browser(world)
    assert browser.sign_in("Wang@example.cn", made["one_time_password"]).json()["must_change_password"] is True
    read = world.client.get(answer.headers["location"], headers=world["administrator"])
    assert read.json() == made["account"]
    assert create(world, login="WANG@EXAMPLE.CN").status_code == 409


def test_a_role_goes_with_its_kind_of_organisation(world: World) -> None:
    fits = {
        "": {"broker", "organiser", "administrator"},
        "enterprise": {"enterprise"},
        "institution": {"institution"},
        "broker": {"broker"},
        "organiser": {"organiser", "administrator"},
    }
    for of, roles in fits.items():
        organisation_id = world.people[of].organisation_id if of else None
        for role in Role:
            answer = create(world, login=f"{role.value}-of-{of}", role=role.value, organisation_id=organisation_id)
            assert answer.status_code == (201 if role in roles else 422), (role, of)


def test_logins_and_values_that_cannot_be_used(world: World) -> None:
    for given in ({"login": "a b c"}, {"login": "ab"}, {"login": "a\x00bc"}, {"login": "x" * 101}, {"role": "boss"}):
        assert create(world, **given).status_code == 422, given
    assert create(world, role="broker", manager=True).json()["errors"][0]["field"] == "manager"
    assert create(world, role="enterprise", organisation_id="\x00").status_code == 422
    assert create(world, role="enterprise", organisation_id="0" * 26).status_code == 422
    assert world.client.get(f"{ACCOUNTS}/%00", headers=world["administrator"]).status_code == 422
    assert world.client.get(f"{ACCOUNTS}/{'0' * 26}", headers=world["administrator"]).status_code == 404


def test_a_change_of_role_counts_at_once(world: World) -> None:
    browser, headers = signed_in(world, "organiser"), world["organiser"]
    assert browser.get("/organisations").status_code == 200
    bureau = world.people["organiser"].organisation_id
    assert change(world, "organiser", role="broker").json()["errors"][0]["field"] == "organisation_id"
    assert change(world, "organiser", role="broker", organisation_id=None).status_code == 200
    assert browser.get("/organisations").status_code == 403
    assert world.client.get(f"{API}/organisations", headers=headers).status_code == 403
    assert change(world, "organiser", role="organiser", organisation_id=bureau).status_code == 200
    assert browser.get("/organisations").status_code == 200
    assert next(line.detail for line in log(world, "change")) == {
        "role": ["organiser", "broker"],
        "organisation_id": [bureau, None],
    }


def test_a_disabled_account_is_dead_at_once_keys_included(world: World) -> None:
    browser, headers = signed_in(world, "broker"), world["broker"]
    assert change(world, "broker", disabled=True).json()["disabled_at"] is not None
    assert browser.get("/needs").status_code == 200
    assert browser.get("/me").status_code == 401
    assert world.client.get(f"{API}/needs", headers=headers).status_code == 401
    assert Browser(world).sign_in("broker").status_code == 401
    assert change(world, "broker", disabled=False).json()["disabled_at"] is None
    assert world.client.get(f"{API}/needs", headers=headers).status_code == 200
    # The old sign-in does not come back with the account.
    assert browser.get("/me").status_code == 401


def test_the_last_administrator_stays(world: World) -> None:
    me = world.people["administrator"]
    organisation = f"{API}/organisations/{me.organisation_id}"
    for refused in (change(world, "administrator", disabled=True), change(world, "administrator", role="organiser")):
        assert refused.status_code == 409
    assert world.client.patch(organisation, json={"disabled": True}, headers=world["administrator"]).status_code == 409
    second = create(world, login="second", role="administrator").json()["account"]["id"]
    url = f"{ACCOUNTS}/{second}"
    assert world.client.patch(url, json={"disabled": True}, headers=world["administrator"]).status_code == 200
    assert change(world, "administrator", disabled=True).status_code == 409
    assert world.client.patch(url, json={"disabled": False}, headers=world["administrator"]).status_code == 200
    assert change(world, "administrator", display_name="甲", disabled=True).status_code == 200


def test_two_administrators_cannot_disable_each_other(world: World) -> None:
    logins = [give_password(world, "administrator")]
    change(world, "organiser", role="administrator")
    logins.append(give_password(world, "organiser"))
    ids = [world.people[name].account_id for name in ("administrator", "organiser")]
    browsers = [Browser(world), Browser(world)]
    for browser, login in zip(browsers, logins, strict=True):
        assert browser.sign_in(login).status_code == 200
    gate, answers = threading.Barrier(2), [0, 0]

    def disable(mine: int) -> None:
        gate.wait()
        answers[mine] = browsers[mine].send("PATCH", f"/accounts/{ids[1 - mine]}", {"disabled": True}).status_code

    threads = [threading.Thread(target=disable, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # The second may find itself signed out already, or the last one.
    assert 200 in answers
    assert sorted(answers)[1] in {401, 409}
    with world.service.database.reading() as session:
        alive = select(Account.id).where(Account.role == "administrator", Account.disabled_at.is_(None))
        assert len(session.scalars(alive).all()) == 1


def test_a_reset_signs_out_and_shows_a_new_password_once(world: World) -> None:
    browser = signed_in(world, "broker")
    url = f"{ACCOUNTS}/{world.people['broker'].account_id}/password"
    once = world.client.post(url, headers=world["administrator"]).json()["one_time_password"]
    assert browser.get("/me").status_code == 401
    assert Browser(world).sign_in("broker").status_code == 401
    assert Browser(world).sign_in("broker", once).json()["must_change_password"] is True
    line = log(world, "password-reset")[0]
    assert (line.thing_id, line.account_id) == (
        world.people["broker"].account_id,
        world.people["administrator"].account_id,
    )
    assert once not in str(line.detail)


def test_lists_are_filtered_and_paged(world: World) -> None:
    def listed(**given: Any) -> list[str]:
        found, cursor = [], ""
        while True:
            page = world.client.get(
                ACCOUNTS, params=given | {"limit": 2, "cursor": cursor}, headers=world["administrator"]
            ).json()
            found += [item["login"] for item in page["items"]]
            cursor = page["next_cursor"]
            if not cursor:
                return found

    assert sorted(listed()) == sorted(world.people)
    assert sorted(listed(role="enterprise")) == ["enterprise", "enterprise2"]
    assert listed(organisation_id=world.people["broker"].organisation_id) == ["broker"]
    assert sorted(listed(name="PRISE2")) == ["enterprise2"]
    assert listed(name="%") == []
    change(world, "broker", disabled=True)
    assert listed(disabled=True) == ["broker"]
    strange = world.client.get(ACCOUNTS, params={"cursor": "x.y"}, headers=world["administrator"])
    assert strange.status_code == 422


def test_an_administrator_lists_and_revokes_keys(world: World) -> None:
    person = world.people["broker"]
    url = f"{ACCOUNTS}/{person.account_id}/keys"
    keys = world.client.get(url, headers=world["administrator"]).json()
    assert [key["id"] for key in keys] == [person.key.split("_")[1]]
    wrong = f"{ACCOUNTS}/{world.people['organiser'].account_id}/keys/{keys[0]['id']}"
    assert world.client.delete(wrong, headers=world["administrator"]).status_code == 404
    assert world.client.delete(f"{url}/{keys[0]['id']}", headers=world["administrator"]).status_code == 204
    assert world.client.get(f"{API}/needs", headers=world["broker"]).status_code == 401


def test_a_manager_invites_and_disables_colleagues_of_its_own(world: World) -> None:
    plain, manager = signed_in(world, "enterprise"), signed_in(world, "enterprise2", manager=True)
    assert plain.get("/colleagues").status_code == 403
    assert plain.send("POST", "/colleagues", {"login": "new-one"}).status_code == 403
    made = manager.send("POST", "/colleagues", {"login": "New-One", "display_name": "李工"})
    assert made.status_code == 201, made.text
    account = made.json()["account"]
    me = world.people["enterprise2"]
    assert (account["role"], account["organisation_id"], account["manager"]) == (
        "enterprise",
        me.organisation_id,
        False,
    )
    colleague = Browser(world)
    assert colleague.sign_in("new-one", made.json()["one_time_password"]).status_code == 200
    assert [item["login"] for item in manager.get("/colleagues").json()] == ["enterprise2", "new-one"]
    other = world.people["enterprise"].account_id
    assert manager.send("DELETE", f"/colleagues/{other}").status_code == 404
    assert manager.send("DELETE", f"/colleagues/{me.account_id}").status_code == 409
    assert manager.send("DELETE", f"/colleagues/{account['id']}").status_code == 204
    assert colleague.get("/me").status_code == 401
    assert manager.send("POST", "/colleagues", {"login": "enterprise"}).status_code == 409


def test_whoever_leaves_the_owners_roles_manages_nothing(world: World) -> None:
    signed_in(world, "enterprise", manager=True)
    answer = change(world, "enterprise", role="broker", organisation_id=None)
    assert (answer.status_code, answer.json()["manager"]) == (200, False)


def log(world: World, action: str = "") -> list[Audit]:
    with world.service.database.reading() as session:
        lines = session.scalars(select(Audit).order_by(Audit.at, Audit.id)).all()
    return [line for line in lines if action in {"", line.action}]
