"""A service that lasts for a whole module of tests: making one takes longer than most tests of fairs."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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
from matcher.embed.hashing import HashingEncoder
from matcher.live.writer import LiveWriter
from tests.api.conftest import POSTGRES
from tests.api.world import World, make_person


@contextmanager
def database_for(kind: str, folder: Path) -> Iterator[str]:
    """The address of an empty database."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'service.sqlite'}"
        return
    name = f"test_{secrets.token_hex(6)}"
    server = create_engine(POSTGRES, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield make_url(POSTGRES).set(database=name).render_as_string(hide_password=False)
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


@contextmanager
def world_at(url: str, folder: Path) -> Iterator[World]:
    """A service with an organiser and an administrator, each of an organisation of its own."""
    settings = ServiceSettings(data_dir=folder / "data", database_url=url, rate_per_minute=100_000)
    database = Database(settings.database, pool_size=2)
    Base.metadata.create_all(database.engine)
    engine = Settings()
    service = Service.of(settings, engine, database)
    client = TestClient(create_app(service), raise_server_exceptions=False)
    follower = IndexFollower(database, LiveWriter(settings.index_folder, HashingEncoder(), engine))
    people = {role.value: make_person(database, role, role.value) for role in (Role.ORGANISER, Role.ADMINISTRATOR)}
    yield World(service, client, people, follower)
    client.close()
    database.close()
