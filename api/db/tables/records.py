"""Needs and achievements: what is true now, every version there was, and what the index has still to learn."""

import datetime as dt
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from api.db.base import Base, new_id, now

__all__ = ["IndexQueue", "RecordRow", "RecordVersion"]


class RecordRow(Base):
    """A need or an achievement as it is now.

    `content` is the record as `matcher.index.codec` writes it; `tiers` names the field groups that are more closed
    than by default (`api.access.groups`). `visibility` is that of the record as a whole, 1 to 4. `state` is one of
    `api.records.states.State`. `external_id` is the owner's own number for it.
    """

    __tablename__ = "records"
    __table_args__ = (
        UniqueConstraint("owner_id", "side", "external_id"),
        Index("ix_records_side_state", "side", "state", "id"),
        # Every search asks which closed records are the caller's own; an institution may have a hundred thousand.
        Index("ix_records_owner_visibility", "owner_id", "visibility"),
        # What the bureau's figures count, read from the index alone.
        Index("ix_records_counts", "side", "state", "deleted_at", "created_at", "updated_at", "valid_until"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    side: Mapped[str] = mapped_column(String(11))
    owner_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"))
    external_id: Mapped[str] = mapped_column(String(200))
    title: Mapped[str] = mapped_column(String(500), doc="as in content, for lists")
    content: Mapped[dict[str, Any]] = mapped_column()
    tiers: Mapped[dict[str, Any]] = mapped_column(default=dict)
    visibility: Mapped[int] = mapped_column()
    state: Mapped[str] = mapped_column(String(20))
    version: Mapped[int] = mapped_column(default=1)
    feed_id: Mapped[str | None] = mapped_column(String(26), default=None, index=True)
    valid_until: Mapped[dt.date | None] = mapped_column(default=None, index=True)
    reminded_for: Mapped[dt.date | None] = mapped_column(default=None, doc="the valid_until a reminder was sent for")
    created_at: Mapped[dt.datetime] = mapped_column(default=now)
    created_by: Mapped[str | None] = mapped_column(String(26), default=None)
    updated_at: Mapped[dt.datetime] = mapped_column(default=now)
    published_at: Mapped[dt.datetime | None] = mapped_column(default=None)
    deleted_at: Mapped[dt.datetime | None] = mapped_column(default=None)


class RecordVersion(Base):
    """A record as it was at one version; the newest is the same as the row."""

    __tablename__ = "record_versions"

    record_id: Mapped[str] = mapped_column(ForeignKey("records.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[dict[str, Any]] = mapped_column()
    tiers: Mapped[dict[str, Any]] = mapped_column(default=dict)
    visibility: Mapped[int] = mapped_column()
    state: Mapped[str] = mapped_column(String(20))
    action: Mapped[str] = mapped_column(String(30), doc="create, change, publish, withdraw, delete, import, feed …")
    changed_at: Mapped[dt.datetime] = mapped_column(default=now)
    changed_by: Mapped[str | None] = mapped_column(String(26))


class IndexQueue(Base):
    """A record the index must look at again; written with the change, removed when the index has it safe on disk."""

    __tablename__ = "index_queue"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    record_id: Mapped[str] = mapped_column(String(26), index=True)
    bulk: Mapped[bool] = mapped_column(default=False, doc="one of many; what somebody entered by hand goes first")
    queued_at: Mapped[dt.datetime] = mapped_column(default=now)
