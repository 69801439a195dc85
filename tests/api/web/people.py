"""Clients without a browser, each signed in through the form."""

from fastapi.testclient import TestClient
from sqlalchemy import update

from api.access.passwords import hash_password
from api.app import create_app
from api.db.tables import Account
from tests.api.web.site import PASSWORD
from tests.api.world import World


def clients(world: World) -> dict[str, TestClient]:
    """By name of person; `anonymous` is nobody. They follow no redirects."""
    hashed = hash_password(PASSWORD)
    with world.service.database.work() as session:
        session.execute(update(Account).values(password_hash=hashed))
    app = create_app(world.service)
    made = {}
    for name in ("anonymous", *world.people):
        made[name] = TestClient(app, raise_server_exceptions=False, follow_redirects=False)
        if name != "anonymous":
            answer = made[name].post("/sign-in", data={"entry.login": name, "entry.password": PASSWORD})
            assert answer.status_code == 303, answer.text
    return made
