"""Standing feeds of institutions, their runs, and the addresses an administrator allows."""

import datetime as dt
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from api.db.base import Base, new_id, now

__all__ = ["AllowedHost", "Feed", "FeedRun"]


class Feed(Base):
    """Where an organisation's records come from by themselves.

    `kind` is push (its machine calls us), url or folder (we read). `complete` means that what is absent from a pull
    was withdrawn by the institution. `lease` is held by the process that is reading it now. `pending` are withdrawals
    that wait for somebody's confirmation.
    """

    __tablename__ = "feeds"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"), index=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(10))
    source: Mapped[str] = mapped_column(String(1000), default="")
    side: Mapped[str] = mapped_column(String(11))
    mapping: Mapped[dict[str, Any]] = mapped_column(default=dict, doc="heading → field, as in a mapping file")
    complete: Mapped[bool] = mapped_column(default=False)
    publish: Mapped[bool] = mapped_column(default=True)
    adopt: Mapped[bool] = mapped_column(default=False, doc="takes over records that were entered by hand")
    visibility: Mapped[int] = mapped_column(default=1, doc="of new records of which the source does not say")
    every_minutes: Mapped[int] = mapped_column(default=1440)
    due_at: Mapped[dt.datetime] = mapped_column(default=now, index=True)
    validators: Mapped[dict[str, Any]] = mapped_column(default=dict, doc="what tells whether the source has changed")
    failures: Mapped[int] = mapped_column(default=0, doc="in a row")
    last_ok_at: Mapped[dt.datetime | None] = mapped_column(default=None)
    pending: Mapped[dict[str, Any]] = mapped_column(default=dict, doc="run_id, and ids of records to be withdrawn")
    lease: Mapped[str] = mapped_column(String(26), default="")
    leased_until: Mapped[dt.datetime | None] = mapped_column(default=None)
    active: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=1, doc="of its settings")
    created_at: Mapped[dt.datetime] = mapped_column(default=now)


class FeedRun(Base):
    """One push or pull: what came of it."""

    __tablename__ = "feed_runs"
    __table_args__ = (Index("ix_feed_runs_feed", "feed_id", "id"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    feed_id: Mapped[str] = mapped_column(ForeignKey("feeds.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(12), default="pull", doc="pull, push or confirmation")
    started_at: Mapped[dt.datetime] = mapped_column(default=now)
    finished_at: Mapped[dt.datetime | None] = mapped_column(default=None)
    outcome: Mapped[str] = mapped_column(String(20), default="running", doc="running, ok, unchanged, partly, failed")
    created: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)
    withdrawn: Mapped[int] = mapped_column(default=0)
    rejected: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(String(500), default="")
    details: Mapped[dict[str, Any]] = mapped_column(default=dict, doc="rejected rows with reasons, without texts")


class AllowedHost(Base):
    """A host (or host:port) that webhooks and pulls may call; `unencrypted`: pulls also by http."""

    __tablename__ = "allowed_hosts"

    host: Mapped[str] = mapped_column(String(260), primary_key=True)
    unencrypted: Mapped[bool] = mapped_column(default=False)
    added_by: Mapped[str | None] = mapped_column(String(26))
    added_at: Mapped[dt.datetime] = mapped_column(default=now)
