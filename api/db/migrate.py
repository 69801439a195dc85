"""Bring a database's tables to a revision: at every start, by `matcher service migrate`, and for developers.

`python -m api.db.migrate revision "what changes"` writes a new revision from the difference between the tables of
`api.db.tables` and those of the newest revision (in a database of its own, in memory).
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.script.revision import ResolutionError, RevisionError
from alembic.util import CommandError
from sqlalchemy import Connection, text

from api.db.engine import Database
from api.db.tables import Account
from matcher.errors import ConfigError

__all__ = ["current", "differences", "downgrade", "head", "is_known", "move_to", "revisions", "upgrade"]

_FOLDER = Path(__file__).parent / "migrations"
# Any number, the same in all versions of the program: who migrates holds it.
_LOCK = 7_263_514_908
_NEWER = "数据库的版本（{}）比本程序新；请升级程序，或从备份恢复到与本程序相符的版本。"


@lru_cache(maxsize=1)
def head() -> str:
    """The newest revision this program knows."""
    return str(_scripts().get_current_head())


def revisions() -> list[str]:
    """All revisions this program knows, oldest first."""
    return [script.revision for script in _scripts().walk_revisions()][::-1]


def is_known(revision: str) -> bool:
    """Whether this program knows a revision: one of a newer program it does not."""
    return revision in revisions()


def current(database: Database) -> str | None:
    """The revision a database is at; None: no revision was ever run."""
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def upgrade(database: Database, revision: str = "head") -> None:
    """Bring the tables up to a revision, all of it or nothing. Several processes may do so at once: one does it.

    Raises:
        ConfigError: the database is at a revision this program does not know.
    """
    _run(database, lambda config: command.upgrade(config, revision))


def downgrade(database: Database, revision: str = "base") -> None:
    """Back to a revision; what only newer ones hold is lost. `base`: no tables at all.

    Raises:
        ConfigError: as `upgrade`.
    """
    _run(database, lambda config: command.downgrade(config, revision))


def move_to(database: Database, revision: str) -> None:
    """Up or down to a revision this program knows. Errors as `upgrade`."""
    now = current(database)
    older = {script.revision for script in _scripts().iterate_revisions(now, "base")} if now else set()
    (downgrade if revision in older and revision != now else upgrade)(database, revision)


def differences(database: Database) -> list[object]:
    """What a database's tables lack against those of the program, as alembic puts it; empty: nothing."""
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, Account.metadata))


def _run(database: Database, act: Callable[[Config], None]) -> None:
    try:
        with _alone(database) as connection:
            act(_config(connection))
    except (CommandError, ResolutionError, RevisionError) as error:
        raise ConfigError(_NEWER.format(current(database))) from error


@contextmanager
def _alone(database: Database) -> Iterator[Connection]:
    """One transaction that no other process can be in at the same time."""
    with database.engine.connect() as connection:
        if not database.is_sqlite:
            with connection.begin():
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
                yield connection
            return
        raw = connection.connection.driver_connection
        # Writing a table anew drops the old one, which would take along what refers to it.
        raw.execute("PRAGMA foreign_keys=OFF")  # type: ignore[union-attr]
        try:
            with connection.execution_options(sqlite_write=True).begin():
                yield connection
                broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
                if broken:
                    raise ConfigError(f"数据库中有 {len(broken)} 处关联不成立，未作任何改动；请从备份恢复。")
        finally:
            raw.execute("PRAGMA foreign_keys=ON")  # type: ignore[union-attr]


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _scripts() -> ScriptDirectory:
    return ScriptDirectory(str(_FOLDER))


def _write_revision(message: str) -> None:
    """For developers: a new file in `migrations/versions`, to be read before it is kept."""
    database = Database("sqlite://")
    with _alone(database) as connection:
        config = _config(connection)
        command.upgrade(config, "head")
        command.revision(config, message, autogenerate=True, rev_id=f"{len(revisions()) + 1:04d}")


if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] != "revision":
        sys.exit('python -m api.db.migrate revision "what changes"')
    _write_revision(sys.argv[2])
