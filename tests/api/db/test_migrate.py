"""Migrations, on SQLite and on PostgreSQL: up is what the program's tables are, down is nothing, and back."""

import threading
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from api.db import migrate
from api.db.engine import Database
from api.db.tables import Account, Organisation, RecordRow
from api.records.states import State
from api.records.store import Draft, RecordStore
from matcher.errors import ConfigError
from matcher.records import Need


@pytest.fixture
def database(database_url: str) -> Database:
    return Database(database_url, pool_size=4)


def tables(database: Database) -> set[str]:
    return set(inspect(database.engine).get_table_names())


def test_the_newest_revision_is_what_the_program_wants(database: Database) -> None:
    migrate.upgrade(database)
    assert migrate.current(database) == migrate.head()
    assert migrate.differences(database) == []
    assert tables(database) == {*Account.metadata.tables, "alembic_version"}


def test_a_difference_would_be_found(database: Database) -> None:
    migrate.upgrade(database)
    with database.engine.begin() as connection:
        connection.execute(text("DROP TABLE audit"))
        connection.execute(text("ALTER TABLE accounts DROP COLUMN display_name"))
    found = str(migrate.differences(database))
    assert "'audit'" in found
    assert "display_name" in found


def test_down_to_nothing_and_up_again(database: Database) -> None:
    migrate.upgrade(database)
    migrate.downgrade(database)
    assert tables(database) == {"alembic_version"}
    assert migrate.current(database) is None
    migrate.upgrade(database)
    assert migrate.differences(database) == []


def test_every_revision_can_be_gone_back_from_and_to(database: Database) -> None:
    for revision in migrate.revisions():
        migrate.move_to(database, revision)
        assert migrate.current(database) == revision
    for revision in reversed(migrate.revisions()):
        migrate.move_to(database, revision)
        assert migrate.current(database) == revision
    migrate.upgrade(database)
    assert migrate.differences(database) == []


def test_data_survives_a_start_that_has_nothing_to_do(database: Database) -> None:
    migrate.upgrade(database)
    with database.work() as session:
        owner = Organisation(name="甲公司", kind="enterprise")
        session.add(owner)
        session.flush()
        store = RecordStore(session, None)
        made = store.create(Draft(record=Need(id="", title="除尘"), owner_id=owner.id), state=State.PUBLISHED).id
    migrate.upgrade(database)
    with database.reading() as session:
        row = session.get_one(RecordRow, made)
        assert (row.title, row.version) == ("除尘", 1)


def test_several_starts_at_once_migrate_once(database: Database) -> None:
    failed: list[BaseException] = []

    def start() -> None:
        own = Database(database.url, pool_size=1)
        try:
            migrate.upgrade(own)
        except Exception as error:  # noqa: BLE001
            failed.append(error)
        finally:
            own.close()

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert migrate.current(database) == migrate.head()


def test_a_database_of_a_newer_program_is_left_alone(database: Database) -> None:
    migrate.upgrade(database)
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    before = tables(database)
    with pytest.raises(ConfigError, match=r"9999.*比本程序新"):
        migrate.upgrade(database)
    assert tables(database) == before
    assert not migrate.is_known("9999")


def test_a_migration_that_fails_leaves_nothing_behind(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("broken revision")

    # The last table but one of the first revision: by then many are made.
    monkeypatch.setattr("alembic.operations.base.BatchOperations.create_index", fail)
    with pytest.raises(RuntimeError, match="broken revision"):
        migrate.upgrade(database)
    assert tables(database) == set()


def test_foreign_keys_hold_again_afterwards(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'x.sqlite'}")
    migrate.upgrade(database)
    with database.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
