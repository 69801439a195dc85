"""Long work: what was asked, how far it is, and what came of it."""

import datetime as dt
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from api.db.base import Base, new_id, now

__all__ = ["Job"]


class Job(Base):
    """One piece of long work. The row is the truth: what runs it may die and be started again.

    `state`: waiting, running, done, failed, cancelled. `files` maps a name to {path (below the job's folder), media
    type, bytes}. `key` makes asking idempotent for its account. `attempts` counts the times in a row that what ran it
    broke down without getting further. `started_at` also tells one run of it from another: only the latest may write.
    """

    __tablename__ = "jobs"
    __table_args__ = (
        UniqueConstraint("account_id", "key"),
        Index("ix_jobs_state", "state", "id"),
        Index("ix_jobs_account", "account_id", "id"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(String(30))
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    key: Mapped[str | None] = mapped_column(String(200), default=None)
    parameters: Mapped[dict[str, Any]] = mapped_column(default=dict)
    state: Mapped[str] = mapped_column(String(12), default="waiting")
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    message: Mapped[str] = mapped_column(String(1000), default="")
    result: Mapped[dict[str, Any]] = mapped_column(default=dict)
    files: Mapped[dict[str, Any]] = mapped_column(default=dict)
    cancel_requested: Mapped[bool] = mapped_column(default=False)
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[dt.datetime] = mapped_column(default=now)
    started_at: Mapped[dt.datetime | None] = mapped_column(default=None)
    beat_at: Mapped[dt.datetime | None] = mapped_column(default=None)
    finished_at: Mapped[dt.datetime | None] = mapped_column(default=None)
