"""Putting a backup back: everything is checked first, and nothing is touched before all of it is ready."""

import os
import shutil
from pathlib import Path

from sqlalchemy import delete, inspect, select

from api.db import migrate
from api.db.engine import Database
from api.db.tables import Account, RecordRow, SignedIn
from api.errors import ConflictError, InvalidError
from api.ops.archive import FOLDERS, Archive, Manifest, open_archive
from api.ops.dumping import load_postgresql, sqlite_file
from api.settings import ServiceSettings

__all__ = ["restore"]

_KINDS = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def restore(settings: ServiceSettings, source: Path, *, replace: bool = False) -> Manifest:
    """Put a backup in place of what a data folder and its database hold; the service must not run.

    The tables are brought up to this program's revision afterwards, and everybody is signed out. The index is left
    alone: see `api.ops.rebuild.forget_differing`.

    Args:
        settings: of the service that is restored into.
        source: written by `api.ops.backup.back_up`.
        replace: put it in place of accounts and records that are there.

    Raises:
        InvalidError: the file is no backup, is damaged, or comes from another kind of database or a newer program.
        ConflictError: the target is not empty, and `replace` was not asked for.
        ConfigError, NotReadyError: PostgreSQL's client is missing or failed; nothing was changed.
        OSError: the medium is full or not writable.
    """
    database = Database(settings.database, pool_size=1)
    try:
        with open_archive(source) as archive:
            _check(archive.manifest, database)
            archive.verify()
            if not replace and _holds_something(database):
                raise ConflictError(
                    "目标数据库中已有账号或记录；如确要用备份取代它们，请加 --replace（建议先备份现有内容）。",
                    "The target is not empty.",
                )
            _put_back(archive, settings, database)
            migrate.upgrade(database)
            # Somebody may have signed out, or been signed out, since.
            with database.work() as session:
                session.execute(delete(SignedIn))
            return archive.manifest
    finally:
        database.close()


def _check(manifest: Manifest, database: Database) -> None:
    here = "sqlite" if database.is_sqlite else "postgresql"
    if manifest.database != here:
        raise InvalidError(
            f"备份来自 {_KINDS[manifest.database]}，而本服务用的是 {_KINDS[here]}；"
            "请把 SERVICE_DATABASE_URL 设为同类数据库后再恢复。",
            "The backup is of another kind of database.",
        )
    if not migrate.is_known(manifest.revision):
        raise InvalidError(
            f"备份的数据库版本（{manifest.revision}）比本程序新；请先升级程序，再恢复。", "The backup is newer."
        )


def _holds_something(database: Database) -> bool:
    if database.is_sqlite and not sqlite_file(database).exists():
        return False
    tables = inspect(database.engine).get_table_names()
    with database.reading() as session:
        return any(
            table.__tablename__ in tables and session.scalar(select(table.id).limit(1)) is not None
            for table in (Account, RecordRow)
        )


def _put_back(archive: Archive, settings: ServiceSettings, database: Database) -> None:
    """Everything is laid beside first; then each piece changes places in one step, the database last."""
    data = settings.data_dir
    data.mkdir(parents=True, exist_ok=True)
    beside, old = data / "restoring.tmp", data / "replaced.tmp"
    for folder in (beside, old):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700)
    for part in archive.manifest.parts:
        archive.extract(part.name, beside / part.name)
    for name in FOLDERS:
        if (data / name).exists():
            (data / name).replace(old / name)
        (beside / name).mkdir(exist_ok=True)
        (beside / name).replace(data / name)
    try:
        _put_database(archive.manifest, beside, database)
    except BaseException:
        for name in FOLDERS:
            shutil.rmtree(data / name, ignore_errors=True)
            if (old / name).exists():
                (old / name).replace(data / name)
        raise
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    shutil.rmtree(old, ignore_errors=True)


def _put_database(manifest: Manifest, beside: Path, database: Database) -> None:
    dump = beside / manifest.dump
    if not database.is_sqlite:
        # Tables that only a newer program has refer to older ones, which then could not be replaced.
        if migrate.current(database) not in {None, manifest.revision}:
            migrate.move_to(database, manifest.revision)
        load_postgresql(database, dump)
        return
    target = sqlite_file(database)
    # The last connection that closes takes what is in the journal into the old file.
    database.close()
    target.parent.mkdir(parents=True, exist_ok=True)
    new = target.with_name(f"{target.name}.new")
    shutil.copyfile(dump, new)
    with new.open("rb") as file:
        os.fsync(file.fileno())
    # A journal of the old database must not be played into the new one.
    for suffix in ("-wal", "-shm"):
        target.with_name(f"{target.name}{suffix}").unlink(missing_ok=True)
    new.replace(target)
