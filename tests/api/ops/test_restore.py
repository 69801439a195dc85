"""Backup and restore, on SQLite and on PostgreSQL: what was there is there again, byte for byte."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from api.access.onetime import new_one_time_password
from api.access.passwords import hash_password, verify_password
from api.db import migrate
from api.db.engine import Database
from api.db.tables import Account, Organisation, RecordRow, RecordVersion, SignedIn
from api.errors import ConflictError, InvalidError
from api.ops.backup import back_up
from api.ops.restore import restore
from api.records.states import State
from api.records.store import Draft, RecordStore
from api.settings import ServiceSettings
from matcher.records import Need


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> ServiceSettings:
    return ServiceSettings(data_dir=tmp_path / "data", database_url=database_url)


@contextmanager
def opened(settings: ServiceSettings) -> Iterator[Database]:
    database = Database(settings.database, pool_size=2)
    yield database
    database.close()


def everything(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables but of sign-ins, which a restore ends."""
    with database.engine.connect() as connection:
        return {
            name: sorted(map(tuple, connection.execute(select(table)).all()), key=repr)
            for name, table in Account.metadata.tables.items()
            if name != "sessions"
        }


def fill(settings: ServiceSettings) -> str:
    """A service with an account, a record of three versions, an upload and a result; the record's id."""
    with opened(settings) as database:
        migrate.upgrade(database)
        with database.work() as session:
            owner = Organisation(name="甲公司", kind="enterprise")
            session.add(owner)
            session.flush()
            secret = hash_password("kd7-正确-lantern")
            account = Account(login="a", role="enterprise", organisation_id=owner.id, password_hash=secret)
            session.add(account)
            session.flush()
            session.add(SignedIn(token_hash="0" * 64, account_id=account.id))
            store = RecordStore(session, None)
            need = Need(id="", title="除尘", problem="粉尘大", confidential_detail="客户是某厂")
            row = store.create(Draft(record=need, owner_id=owner.id, external_id="1"), state=State.PUBLISHED)
            store.change(row, Need(id="", title="除尘改造"), None)
            store.move(row, State.WITHDRAWN, action="withdraw")
            made = row.id
    for name, content in (("uploads/u1/需求.xlsx", b"\x00\x01sheet"), ("results/j1/out.csv", b"a,b\n")):
        path = settings.data_dir / name
        path.parent.mkdir(parents=True)
        path.write_bytes(content)
    return made


def spoil(settings: ServiceSettings) -> None:
    """What happens after the backup and shall be undone."""
    with opened(settings) as database, database.work() as session:
        row = session.scalars(select(RecordRow)).one()
        store = RecordStore(session, None)
        store.change(row, Need(id="", title="被误改"), None)
        store.create(Draft(record=Need(id="", title="后来的"), owner_id=row.owner_id, external_id="2"))
        session.scalars(select(Account)).one().password_hash = hash_password(new_one_time_password())
    (settings.data_dir / "uploads/u1/需求.xlsx").write_bytes(b"spoilt")
    (settings.data_dir / "results/j2").mkdir()
    (settings.data_dir / "results/j2/later.csv").write_bytes(b"later")


def test_data_history_accounts_and_files_are_the_same_again(settings: ServiceSettings, tmp_path: Path) -> None:
    made = fill(settings)
    with opened(settings) as database:
        before = everything(database)
        back_up(settings, database, tmp_path / "b.zip")
    spoil(settings)
    restore(settings, tmp_path / "b.zip", replace=True)
    with opened(settings) as database:
        assert everything(database) == before
        assert migrate.differences(database) == []
        with database.reading() as session:
            assert session.scalars(select(SignedIn)).all() == []
            versions = session.execute(
                select(RecordVersion.version, RecordVersion.action)
                .where(RecordVersion.record_id == made)
                .order_by(RecordVersion.version)
            ).all()
            assert [tuple(row) for row in versions] == [(1, "create"), (2, "change"), (3, "withdraw")]
            assert verify_password(session.scalars(select(Account)).one().password_hash, "kd7-正确-lantern").ok
    assert (settings.data_dir / "uploads/u1/需求.xlsx").read_bytes() == b"\x00\x01sheet"
    assert (settings.data_dir / "results/j1/out.csv").read_bytes() == b"a,b\n"
    assert not (settings.data_dir / "results/j2").exists()
    assert not [path for path in settings.data_dir.iterdir() if path.name.endswith((".tmp", ".new"))]


def test_into_an_empty_place_without_asking(settings: ServiceSettings, tmp_path: Path, database_url: str) -> None:
    fill(settings)
    with opened(settings) as database:
        before = everything(database)
        back_up(settings, database, tmp_path / "b.zip")
        if not database.is_sqlite:
            migrate.downgrade(database)
    elsewhere = tmp_path / "other"
    url = f"sqlite:///{elsewhere / 'service.sqlite'}" if database_url.startswith("sqlite") else database_url
    other = ServiceSettings(data_dir=elsewhere, database_url=url)
    restore(other, tmp_path / "b.zip")
    with opened(other) as database:
        assert everything(database) == before
    assert (elsewhere / "uploads/u1/需求.xlsx").read_bytes() == b"\x00\x01sheet"


def test_what_is_there_is_not_replaced_unasked(settings: ServiceSettings, tmp_path: Path) -> None:
    fill(settings)
    with opened(settings) as database:
        back_up(settings, database, tmp_path / "b.zip")
    spoil(settings)
    with opened(settings) as database:
        before = everything(database)
    with pytest.raises(ConflictError, match="--replace"):
        restore(settings, tmp_path / "b.zip")
    with opened(settings) as database:
        assert everything(database) == before
    assert (settings.data_dir / "uploads/u1/需求.xlsx").read_bytes() == b"spoilt"


def test_a_damaged_backup_touches_nothing(settings: ServiceSettings, tmp_path: Path) -> None:
    fill(settings)
    with opened(settings) as database:
        back_up(settings, database, tmp_path / "b.zip")
        before = everything(database)
    content = bytearray((tmp_path / "b.zip").read_bytes())
    content[200] ^= 0xFF
    (tmp_path / "b.zip").write_bytes(content)
    with pytest.raises(InvalidError, match="没有改动任何内容"):
        restore(settings, tmp_path / "b.zip", replace=True)
    with opened(settings) as database:
        assert everything(database) == before
    assert (settings.data_dir / "uploads/u1/需求.xlsx").read_bytes() == b"\x00\x01sheet"


def test_a_backup_of_a_newer_program_is_refused(settings: ServiceSettings, tmp_path: Path) -> None:
    fill(settings)
    with opened(settings) as database:
        with database.engine.begin() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        back_up(settings, database, tmp_path / "b.zip")
        with database.engine.begin() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = :head"), {"head": migrate.head()})
    with pytest.raises(InvalidError, match=r"9999.*比本程序新"):
        restore(settings, tmp_path / "b.zip", replace=True)


def test_a_backup_of_another_kind_of_database_is_refused(tmp_path: Path) -> None:
    sqlite = ServiceSettings(data_dir=tmp_path / "data")
    fill(sqlite)
    with opened(sqlite) as database:
        back_up(sqlite, database, tmp_path / "b.zip")
    other = ServiceSettings(data_dir=tmp_path / "o", database_url="postgresql+psycopg://nobody@127.0.0.1:1/none")
    with pytest.raises(InvalidError, match=r"SQLite.*PostgreSQL"):
        restore(other, tmp_path / "b.zip")


def test_a_file_that_exists_is_not_overwritten_and_a_new_one_is_private(
    settings: ServiceSettings, tmp_path: Path
) -> None:
    fill(settings)
    with opened(settings) as database:
        back_up(settings, database, tmp_path / "b.zip")
        assert (tmp_path / "b.zip").stat().st_mode & 0o777 == 0o600
        with pytest.raises(ConflictError):
            back_up(settings, database, tmp_path / "b.zip")
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".part"] == []


def test_a_backup_under_writing_is_of_one_moment(settings: ServiceSettings, tmp_path: Path) -> None:
    """A writer adds records, each with its version and its place in the queue; a copy between them would show."""
    fill(settings)
    stop = threading.Event()

    def write() -> None:
        with opened(settings) as database:
            with database.reading() as session:
                owner = session.scalars(select(Organisation.id)).one()
            number = 100
            while not stop.is_set():
                number += 1
                with database.work() as session:
                    RecordStore(session, None).create(
                        Draft(record=Need(id="", title=f"第{number}号"), owner_id=owner, external_id=str(number))
                    )

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(3):
            with opened(settings) as database:
                back_up(settings, database, tmp_path / f"{number}.zip")
    finally:
        stop.set()
        writer.join()
    counts = []
    for number in range(3):
        restore(settings, tmp_path / f"{number}.zip", replace=True)
        with opened(settings) as database:
            found = everything(database)
        # Three versions of the first record, one of each other; a place in the queue for each version.
        assert len(found["record_versions"]) == len(found["records"]) + 2 == len(found["index_queue"])
        counts.append(len(found["records"]))
    assert counts == sorted(counts)
