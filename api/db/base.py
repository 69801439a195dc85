"""What all tables share: the declarative base, moments in UTC, JSON values, ids in order of creation."""

import datetime as dt
import secrets
import time
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, MetaData
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

__all__ = ["Base", "Moment", "new_id", "now"]

# Names of constraints that alembic can find again on every database.
_NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
_DIGITS = "0123456789abcdefghjkmnpqrstvwxyz"


class Moment(TypeDecorator[dt.datetime]):
    """A moment in UTC, time zone aware in Python whatever the database keeps."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        """Naive moments are refused: they would be taken for another zone's somewhere."""
        del dialect
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone")
        return value.astimezone(dt.UTC)

    def process_result_value(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        """SQLite forgets the zone; it was UTC."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


class Base(DeclarativeBase):
    """Base of all tables."""

    metadata = MetaData(naming_convention=_NAMING)
    type_annotation_map = {dt.datetime: Moment, dict[str, Any]: JSON, list[Any]: JSON}  # noqa: RUF012


def now() -> dt.datetime:
    """The present in UTC."""
    return dt.datetime.now(dt.UTC)


def new_id() -> str:
    """26 characters in order of creation to the millisecond, 80 bits of them random (the layout of ULID)."""
    number = (time.time_ns() // 1_000_000) << 80 | secrets.randbits(80)
    return "".join(_DIGITS[number >> shift & 31] for shift in range(125, -5, -5))
