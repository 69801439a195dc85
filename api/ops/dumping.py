"""The content of a database as one file, taken while others write, and put back."""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from sqlalchemy.engine import URL, make_url

from api.db.engine import Database
from api.errors import NotReadyError
from matcher.errors import ConfigError

__all__ = ["dump", "load_postgresql", "sqlite_file"]

_NO_CLIENT = "找不到 {}；备份和恢复 PostgreSQL 需要它的客户端程序，例如 apt-get install postgresql-client。"
_MAX_S = 6 * 3600


def dump(database: Database, target: Path) -> None:
    """Write all of the database, as it is at one moment, to a new file.

    Raises:
        ConfigError: it is PostgreSQL and its client is not installed.
        NotReadyError: pg_dump failed.
    """
    if database.is_sqlite:
        # The online backup: readers and the writer go on, and the copy is of one moment.
        with closing(sqlite3.connect(sqlite_file(database))) as source, closing(sqlite3.connect(target)) as copy:
            source.backup(copy)
            # One file without a journal beside it.
            copy.execute("PRAGMA journal_mode=DELETE")
        return
    url = make_url(database.url)
    _run("pg_dump", ["--format=custom", "--no-owner", "--no-privileges", f"--file={target}", _address(url)], url)


def load_postgresql(database: Database, source: Path) -> None:
    """Put a dump in place of the tables of the same names, all of it or nothing.

    Raises:
        ConfigError: the client is not installed.
        NotReadyError: pg_restore failed; the database is as it was.
    """
    url = make_url(database.url)
    given = ["--clean", "--if-exists", "--single-transaction", "--no-owner", "--no-privileges", "--exit-on-error"]
    _run("pg_restore", [*given, f"--dbname={_address(url)}", str(source)], url)


def sqlite_file(database: Database) -> Path:
    """Where the database is.

    Raises:
        ConfigError: it is in memory.
    """
    name = make_url(database.url).database
    if not name or name == ":memory:":
        raise ConfigError("数据库不在文件中，无法备份；请设置 SERVICE_DATABASE_URL。")
    return Path(name)


def _address(url: URL) -> str:
    """The address for PostgreSQL's own programs, without the password: others can read command lines."""
    return url.set(drivername="postgresql", password=None).render_as_string(hide_password=False)


def _run(program: str, arguments: list[str], url: URL) -> None:
    found = shutil.which(program)
    if found is None:
        raise ConfigError(_NO_CLIENT.format(program))
    secret = {"PGPASSWORD": str(url.password)} if url.password else {}
    done = subprocess.run(  # noqa: S603
        [found, *arguments], env={**os.environ, **secret}, capture_output=True, text=True, timeout=_MAX_S, check=False
    )
    if done.returncode:
        lines = done.stderr.strip().splitlines()
        raise NotReadyError(
            f"{program} 未能完成（{lines[0] if lines else done.returncode}）；请检查数据库是否可用、"
            "客户端版本是否不低于服务器，然后重试。",
            f"{program} failed.",
        )
