"""When the service says it is ready."""

import os
from pathlib import Path

import pytest
from sqlalchemy import text

from api.db import migrate
from api.db.engine import Database
from api.ops.beat import Beat
from api.ops.readiness import INDEXER_LATE_S, check_readiness
from tests.api.world import World


@pytest.fixture
def ready(world: World) -> World:
    """All is well: the tables of the world were made without revisions, so the revision is written down."""
    with world.service.database.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)")
        connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": migrate.head()})
    Beat(world.service.settings.data_dir, "indexer").touch()
    return world


def failing(world: World) -> list[str]:
    return [check.name for check in check_readiness(world.service) if not check.ok]


def test_ready_when_all_is_so(ready: World) -> None:
    answer = ready.client.get("/readyz")
    assert (answer.status_code, answer.json()["status"]) == (200, "ready")
    names = [check["name"] for check in answer.json()["checks"]]
    assert names == ["database", "migrations", "index", "first-batch", "indexer"]


def test_not_before_the_first_batch_is_in(ready: World) -> None:
    ready.need()
    assert failing(ready) == ["first-batch"]
    assert ready.client.get("/readyz").status_code == 503
    ready.index()
    assert failing(ready) == []
    # Later changes do not make it unready again.
    ready.need(title="另一项")
    assert failing(ready) == []


def test_a_silent_indexer_is_named(ready: World) -> None:
    file = ready.service.settings.data_dir / "run" / "indexer.beat"
    late = file.stat().st_mtime - INDEXER_LATE_S - 1
    os.utime(file, (late, late))
    assert failing(ready) == ["indexer"]
    file.unlink()
    assert failing(ready) == ["indexer"]


def test_tables_of_another_revision_are_named(ready: World) -> None:
    with ready.service.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    assert failing(ready) == ["migrations"]


def test_without_a_database_it_lives_but_is_not_ready(
    ready: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    gone = Database(f"sqlite:///{tmp_path / 'gone' / 'x.sqlite'}")
    (tmp_path / "gone").rmdir()
    monkeypatch.setattr(ready.service.database, "engine", gone.engine)
    assert set(failing(ready)) >= {"database", "migrations", "first-batch"}
    # A key would have to be looked up: health does not.
    assert ready.client.get("/healthz", headers=ready["broker"]).status_code == 200
    assert ready.client.get("/readyz", headers=ready["broker"]).status_code == 503
