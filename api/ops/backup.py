"""A backup: the database as it is at one moment, and the files it speaks of, in one file. The service may run."""

import os
import tempfile
import zipfile
from importlib.metadata import version
from pathlib import Path

from api.db import migrate
from api.db.base import now
from api.db.engine import Database
from api.errors import ConflictError, NotReadyError
from api.ops.archive import FOLDERS, Manifest, Writing
from api.ops.dumping import dump
from api.settings import ServiceSettings

__all__ = ["back_up"]


def back_up(settings: ServiceSettings, database: Database, target: Path) -> Manifest:
    """Write a backup to a new file, readable by its owner only; half of one never bears the name.

    The database comes first: every file that it speaks of was there before, and files are never changed. One that is
    cleared away meanwhile is left out.

    Raises:
        ConflictError: the file exists already.
        NotReadyError: the database has no tables yet, or PostgreSQL's client failed.
        ConfigError: PostgreSQL's client is not installed.
        OSError: the medium is full or not writable.
    """
    if target.exists():
        raise ConflictError(f"文件 {target} 已经存在；请换一个文件名。", "The file exists.")
    revision = migrate.current(database)
    if revision is None:
        raise NotReadyError("数据库还没有建立，没有可备份的内容；请先运行 matcher serve。")
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_name(f"{target.name}.part")
    beside.unlink(missing_ok=True)
    # It holds password hashes, contacts and confidential texts.
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file, zipfile.ZipFile(file, "w") as archive:
            writing = Writing(archive)
            manifest = _fill(writing, settings, database, revision)
            writing.finish(manifest)
        with beside.open("rb") as written:
            os.fsync(written.fileno())
        beside.replace(target)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    return manifest


def _fill(writing: Writing, settings: ServiceSettings, database: Database, revision: str) -> Manifest:
    kind = "sqlite" if database.is_sqlite else "postgresql"
    with tempfile.TemporaryDirectory(prefix="backup-", dir=settings.data_dir) as folder:
        name = "database.sqlite" if database.is_sqlite else "database.pgdump"
        copy = Path(folder) / name
        dump(database, copy)
        # A custom dump is packed already.
        writing.add(copy, name, packed=database.is_sqlite)
    for part in FOLDERS:
        for path in _files(settings.data_dir / part):
            try:
                writing.add(path, path.relative_to(settings.data_dir).as_posix())
            except FileNotFoundError:
                continue
    return Manifest.model_validate(
        {
            "created_at": now().isoformat(timespec="seconds"),
            "program": version("tech-transfer-matcher"),
            "database": kind,
            "revision": revision,
            "parts": tuple(writing.parts),
        }
    )


def _files(folder: Path) -> list[Path]:
    """Regular files below a folder, in order; links are not followed."""
    return sorted(
        Path(place) / name
        for place, _, names in os.walk(folder)
        for name in names
        if (Path(place) / name).is_file() and not (Path(place) / name).is_symlink()
    )
