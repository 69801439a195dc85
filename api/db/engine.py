"""Engines and sessions: one SQLite file by default, PostgreSQL by its URL."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from matcher.errors import ConfigError

__all__ = ["Database"]

_BUSY_S = 30


class Database:
    """One database: its engine, and sessions for units of work. Safe for several threads."""

    def __init__(self, url: str, *, pool_size: int = 10) -> None:
        """Nothing is opened yet.

        Raises:
            ConfigError: the URL is not one of SQLite or PostgreSQL.
        """
        try:
            parsed = make_url(url)
        except ArgumentError as error:
            raise ConfigError("数据库地址不可用；请检查 SERVICE_DATABASE_URL（见 docs/service.md）。") from error
        self.url = url
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        if not self.is_sqlite and parsed.get_backend_name() != "postgresql":
            raise ConfigError(f"不支持数据库 {parsed.get_backend_name()}；请用 SQLite 或 PostgreSQL。")
        if self.is_sqlite:
            if parsed.database:
                Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
            self.engine: Engine = create_engine(
                url, hide_parameters=True, connect_args={"timeout": _BUSY_S, "check_same_thread": False}
            )
            event.listen(self.engine, "connect", _prepare_sqlite)
            event.listen(self.engine, "begin", _begin_sqlite)
        else:
            self.engine = create_engine(
                url, hide_parameters=True, pool_size=pool_size, max_overflow=10, pool_pre_ping=True
            )
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)

    @contextmanager
    def work(self) -> Iterator[Session]:
        """A session in one transaction: committed at the end, rolled back on an error."""
        with self._sessions.begin() as session:
            if self.is_sqlite:
                # A transaction that reads first and writes later can fail at once; one that waits in line cannot.
                session.connection(execution_options={"sqlite_write": True})
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that only reads; what it writes is rolled back."""
        with self._sessions() as session:
            yield session

    def answers(self) -> bool:
        """Whether a query gets through."""
        try:
            with self.engine.connect() as connection:
                return connection.execute(text("SELECT 1")).scalar() == 1
        except SQLAlchemyError:
            return False

    def close(self) -> None:
        """Let go of all connections."""
        self.engine.dispose()


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    """Readers beside one writer, what is acknowledged on the medium, and foreign keys that hold."""
    # Transactions are begun by `_begin_sqlite`, not by the driver, which would begin them too late.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={_BUSY_S * 1000}"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Any) -> None:
    writes = connection.get_execution_options().get("sqlite_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
