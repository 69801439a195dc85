"""Introductions: the lead pipeline, what was said, and what was opened to whom."""

import datetime as dt
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from api.db.base import Base, new_id, now

__all__ = ["Grant", "Introduction", "IntroductionEvent", "IntroductionMessage"]


class Introduction(Base):
    """One need and one achievement on their way to a contract (or not).

    `stage`: new, contacted, negotiating, signed, lost. Each side answers for itself: waiting, accepted or declined.
    `asked_by` is need, achievement, broker or organiser. `withheld` is the side that never hears of it ("" for none;
    docs/decisions/0118). `opened_at` is when the last side accepted.
    """

    __tablename__ = "introductions"
    __table_args__ = (
        UniqueConstraint("need_id", "achievement_id"),
        Index("ix_introductions_broker", "broker_id", "stage"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    need_id: Mapped[str] = mapped_column(ForeignKey("records.id"), index=True)
    achievement_id: Mapped[str] = mapped_column(ForeignKey("records.id"), index=True)
    need_owner_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"), index=True)
    achievement_owner_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"), index=True)
    requested_by: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    asked_by: Mapped[str] = mapped_column(String(11))
    withheld: Mapped[str] = mapped_column(String(11), default="")
    broker_id: Mapped[str | None] = mapped_column(ForeignKey("accounts.id"), default=None)
    broker_since: Mapped[dt.datetime | None] = mapped_column(default=None)
    stage: Mapped[str] = mapped_column(String(12), default="new")
    need_answer: Mapped[str] = mapped_column(String(10), default="waiting", doc="waiting, accepted, declined")
    achievement_answer: Mapped[str] = mapped_column(String(10), default="waiting")
    reason_code: Mapped[str] = mapped_column(String(20), default="")
    reason_note: Mapped[str] = mapped_column(String(500), default="")
    opened_at: Mapped[dt.datetime | None] = mapped_column(default=None)
    level: Mapped[int | None] = mapped_column(default=None)
    fit: Mapped[float | None] = mapped_column(default=None)
    next_action: Mapped[str] = mapped_column(String(500), default="")
    due_on: Mapped[dt.date | None] = mapped_column(default=None)
    reminded_for: Mapped[dt.date | None] = mapped_column(default=None)
    contract_kind: Mapped[str] = mapped_column(String(20), default="")
    contract_equity: Mapped[bool] = mapped_column(default=False, doc="with 作价入股")
    contract_cny: Mapped[float | None] = mapped_column(default=None)
    contract_number: Mapped[str] = mapped_column(String(100), default="")
    signed_on: Mapped[dt.date | None] = mapped_column(default=None)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[dt.datetime] = mapped_column(default=now)
    updated_at: Mapped[dt.datetime] = mapped_column(default=now)


class IntroductionEvent(Base):
    """One step of an introduction; never changed."""

    __tablename__ = "introduction_events"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    introduction_id: Mapped[str] = mapped_column(ForeignKey("introductions.id"), index=True)
    at: Mapped[dt.datetime] = mapped_column(default=now)
    account_id: Mapped[str | None] = mapped_column(String(26))
    action: Mapped[str] = mapped_column(String(30))
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)


class IntroductionMessage(Base):
    """What one party wrote to the others."""

    __tablename__ = "introduction_messages"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    introduction_id: Mapped[str] = mapped_column(ForeignKey("introductions.id"), index=True)
    at: Mapped[dt.datetime] = mapped_column(default=now)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    text: Mapped[str] = mapped_column(String(4000))


class Grant(Base):
    """A record opened as a whole to another organisation, or to a broker's account, by an accepted introduction."""

    __tablename__ = "grants"
    __table_args__ = (UniqueConstraint("record_id", "organisation_id", "account_id"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    record_id: Mapped[str] = mapped_column(ForeignKey("records.id"), index=True)
    organisation_id: Mapped[str | None] = mapped_column(ForeignKey("organisations.id"), default=None, index=True)
    account_id: Mapped[str | None] = mapped_column(ForeignKey("accounts.id"), default=None, index=True)
    introduction_id: Mapped[str] = mapped_column(ForeignKey("introductions.id"))
    opened_at: Mapped[dt.datetime] = mapped_column(default=now)
