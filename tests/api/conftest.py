"""A service in a temporary folder, with one account of every role, on SQLite and on PostgreSQL where there is one.

PostgreSQL: set `TEST_POSTGRES_URL` to a server's maintenance database (`.ci/run` starts one); each test gets a
database of its own, made from a template.
"""

import os
import secrets
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from api.access.roles import Role
from api.app import create_app
from api.db.base import Base
from api.db.engine import Database
from api.matching.follower import IndexFollower
from api.service import Service
from api.settings import ServiceSettings
from matcher.config import Settings
from matcher.live.reader import LiveReader
from matcher.live.writer import LiveWriter
from tests.api.world import KINDS, World, make_person
from tests.toy import toy_models

POSTGRES = os.environ.get("TEST_POSTGRES_URL", "")
BACKENDS = ["sqlite", *(["postgresql"] if POSTGRES else [])]


@pytest.fixture(params=BACKENDS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of its own for each test, without tables."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'service.sqlite'}"
        return
    name = f"test_{secrets.token_hex(6)}"
    server = create_engine(POSTGRES, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield make_url(POSTGRES).set(database=name).render_as_string(hide_password=False)
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


@pytest.fixture
def make_world(database_url: str, tmp_path: Path) -> Iterator[Callable[..., World]]:
    """Makes a world with other settings than the usual."""
    opened: list[tuple[TestClient, Database]] = []

    def make(**given: Any) -> World:
        settings = ServiceSettings(
            data_dir=tmp_path / "data", database_url=database_url, rate_per_minute=100_000, **given
        )
        database = Database(settings.database, pool_size=2)
        Base.metadata.create_all(database.engine)
        engine = Settings()
        service = Service.of(settings, engine, database)
        models = toy_models()
        follower = IndexFollower(database, LiveWriter(settings.index_folder, models.encoder, engine))
        service.matching.read_with(LiveReader(settings.index_folder, engine, models=models))
        client = TestClient(create_app(service), raise_server_exceptions=False)
        opened.append((client, database))
        people = {
            name: make_person(database, role, name)
            for role in KINDS
            for name in (role.value, *((f"{role.value}2",) if role in {Role.ENTERPRISE, Role.INSTITUTION} else ()))
        }
        return World(service, client, people, follower)

    yield make
    for client, database in opened:
        client.close()
        database.close()


@pytest.fixture
def early_in_the_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests that ask up to a limit: the counters begin anew with every minute and hour of the clock."""
    really = time.time
    late_s = really() % 3600
    monkeypatch.setattr(time, "time", lambda: really() - late_s)


@pytest.fixture
def world(make_world: Callable[..., World]) -> World:
    """A service with its usual settings."""
    return make_world()
