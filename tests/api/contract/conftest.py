"""One scene for a whole module, on SQLite and on PostgreSQL where there is one."""

import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from anyio.from_thread import start_blocking_portal
from sqlalchemy import create_engine, event, text
from sqlalchemy.engine import make_url

from api.app import create_app
from api.db.base import Base
from api.db.engine import Database
from api.matching.follower import IndexFollower
from api.service import Service
from api.settings import ServiceSettings
from matcher.config import Settings
from matcher.live.reader import LiveReader
from matcher.live.writer import LiveWriter
from tests.api.conftest import BACKENDS, POSTGRES
from tests.api.contract.record_calls import indexed_achievement
from tests.api.contract.scene import Scene
from tests.toy import toy_models


@pytest.fixture(scope="module", params=BACKENDS)
def scene_database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A database of its own for each module, with its tables."""
    if request.param == "sqlite":
        database = Database(f"sqlite:///{tmp_path_factory.mktemp('scene') / 'service.sqlite'}", pool_size=2)
        # Rights are tested here, not what a power cut leaves: a thousand commits need not reach the medium.
        event.listen(database.engine, "connect", _hasty)
        Base.metadata.create_all(database.engine)
        yield database
        database.close()
        return
    name = f"test_{secrets.token_hex(6)}"
    server = create_engine(POSTGRES, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    database = Database(make_url(POSTGRES).set(database=name).render_as_string(hide_password=False), pool_size=2)
    Base.metadata.create_all(database.engine)
    yield database
    database.close()
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


@pytest.fixture(scope="module")
def scene(scene_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """A service that all tests of a module share: they change only what they made."""
    folder: Path = tmp_path_factory.mktemp("service")
    (folder / "feeds").mkdir()
    settings = ServiceSettings(
        data_dir=folder / "data",
        database_url=scene_database.url,
        rate_per_minute=1_000_000,
        rate_anonymous_per_minute=1_000_000,
        open_registration=True,
        feed_root=folder / "feeds",
        allow_private_addresses=True,
    )
    engine, models = Settings(), toy_models()
    service = Service.of(settings, engine, scene_database)
    follower = IndexFollower(scene_database, LiveWriter(settings.index_folder, models.encoder, engine))
    service.matching.read_with(LiveReader(settings.index_folder, engine, models=models))
    # One loop for all calls; without it the client starts a thread for each.
    with start_blocking_portal() as portal:
        made = Scene(service, create_app(service), follower, portal)
        # Before there is much to be indexed.
        indexed_achievement(made)
        yield made
        made.far.close()
        made.near.close()


def _hasty(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA synchronous=OFF")
