"""A browser of somebody who signs in with a password."""

from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.access.passwords import hash_password
from api.db.tables import Account
from tests.api.world import World

PASSWORD = "石墨电极的涂层不掉渣"  # noqa: S105
API = "/api/v1"


def give_password(world: World, person: str, password: str = PASSWORD, **values: Any) -> str:
    """Set somebody's password, and other columns of the account; its login."""
    hashed = hash_password(password)
    with world.service.database.work() as session:
        account = session.get_one(Account, world.people[person].account_id)
        account.password_hash = hashed
        for name, value in values.items():
            setattr(account, name, value)
        return account.login


def app_of(world: World) -> FastAPI:
    app = world.client.app
    assert isinstance(app, FastAPI)
    return app


class Browser:
    """Keeps its cookies, and sends the CSRF token it was given with each change."""

    def __init__(self, world: World, address: str = "192.0.2.1") -> None:
        self.client = TestClient(
            app_of(world), raise_server_exceptions=False, client=(address, 50_000), follow_redirects=False
        )
        self.csrf = ""

    def sign_in(self, login: str, password: str = PASSWORD, **headers: str) -> Any:
        answer = self.client.post(f"{API}/session", json={"login": login, "password": password}, headers=headers)
        if answer.status_code == 200:
            self.csrf = answer.json()["csrf_token"]
        return answer

    def get(self, path: str, **parts: Any) -> Any:
        return self.client.get(API + path, **parts)

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        given = {"X-CSRF-Token": self.csrf} | headers
        return self.client.request(method, API + path, json=body, headers=given)


def signed_in(world: World, person: str, **values: Any) -> Browser:
    """A browser in which that person has signed in."""
    browser = Browser(world)
    answer = browser.sign_in(give_password(world, person, **values))
    assert answer.status_code == 200, answer.text
    return browser
