"""Standing recommendations: what is watched, what was found, the inbox, and webhooks."""

import datetime as dt
from typing import Any

from sqlalchemy import Connection, ForeignKey, Index, String, UniqueConstraint, event, insert
from sqlalchemy.orm import Mapped, Mapper, mapped_column

from api.db.base import Base, new_id, now
from api.db.tables.records import RecordVersion

__all__ = ["InboxItem", "Recommendation", "Subscription", "WatchQueue", "Webhook", "WebhookDelivery"]


class WatchQueue(Base):
    """A published version of a record that subscriptions have still to be compared with.

    It is written in the transaction that writes the version, whoever does (see `_watch`), and removed when what it led
    to is stored. Nothing depends on clocks or on the order in which transactions commit.
    """

    __tablename__ = "watch_queue"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    record_id: Mapped[str] = mapped_column(String(26), index=True)
    due_at: Mapped[dt.datetime] = mapped_column(default=now, index=True)


@event.listens_for(RecordVersion, "after_insert")
def _watch(_: Mapper[RecordVersion], connection: Connection, version: RecordVersion) -> None:
    if version.state == "published":
        connection.execute(insert(WatchQueue).values(record_id=version.record_id, due_at=now()))


class Subscription(Base):
    """A need, an achievement or a saved search that wants to hear of new partners.

    `looks_for` is the side of the partners. Exactly one of `record_id` and `text` is set. `filters` are those of
    `api.subscriptions.filters`. `digest` is instant, daily or weekly. A deleted one stays: what was refused through it
    stays refused.
    """

    __tablename__ = "subscriptions"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(200), default="")
    looks_for: Mapped[str] = mapped_column(String(11))
    record_id: Mapped[str | None] = mapped_column(ForeignKey("records.id"), default=None, index=True)
    text: Mapped[str] = mapped_column(String(5000), default="")
    filters: Mapped[dict[str, Any]] = mapped_column(default=dict)
    min_level: Mapped[int] = mapped_column(default=3)
    digest: Mapped[str] = mapped_column(String(10), default="instant")
    last_digest_at: Mapped[dt.datetime | None] = mapped_column(default=None)
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[dt.datetime] = mapped_column(default=now)
    deleted_at: Mapped[dt.datetime | None] = mapped_column(default=None)


class Recommendation(Base):
    """A partner found for a subscription. The constraint is what keeps it from being told twice.

    `version` is that of the record when it was graded: a reason may quote what a later version has closed. `text_key`
    is the same for records of the same text, so that a re-post is not told again.
    """

    __tablename__ = "recommendations"
    __table_args__ = (
        UniqueConstraint("subscription_id", "record_id"),
        Index("ix_recommendations_untold", "told_at", "subscription_id"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    subscription_id: Mapped[str] = mapped_column(ForeignKey("subscriptions.id", ondelete="CASCADE"))
    record_id: Mapped[str] = mapped_column(ForeignKey("records.id"), index=True)
    version: Mapped[int] = mapped_column()
    text_key: Mapped[str] = mapped_column(String(64))
    level: Mapped[int] = mapped_column()
    fit: Mapped[float] = mapped_column()
    reason: Mapped[str] = mapped_column(String(1000), default="", doc="as the subscriber may read it")
    found_at: Mapped[dt.datetime] = mapped_column(default=now)
    told_at: Mapped[dt.datetime | None] = mapped_column(default=None, doc="when it went into the inbox")
    verdict: Mapped[str] = mapped_column(String(20), default="", doc='"", wanted or refused')
    reason_code: Mapped[str] = mapped_column(String(20), default="", doc="api.introductions.reasons, of a refusal")
    judged_at: Mapped[dt.datetime | None] = mapped_column(default=None)


class InboxItem(Base):
    """A message of the service to one account. `key` makes telling it idempotent."""

    __tablename__ = "inbox"
    __table_args__ = (UniqueConstraint("account_id", "key"), Index("ix_inbox_account", "account_id", "id"))

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(40), doc="recommendation, digest, introduction, renewal, feed, job …")
    subject: Mapped[str] = mapped_column(String(300))
    body: Mapped[dict[str, Any]] = mapped_column(default=dict, doc="ids and public texts only")
    created_at: Mapped[dt.datetime] = mapped_column(default=now)
    read_at: Mapped[dt.datetime | None] = mapped_column(default=None)


class Webhook(Base):
    """An address of an organisation's own system that wants to hear of events.

    While a secret is being changed both sign, until `old_secret_until`. Secrets are kept in clear (decision 0119).
    """

    __tablename__ = "webhooks"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    url: Mapped[str] = mapped_column(String(1000))
    secret: Mapped[str] = mapped_column(String(100), doc="signs; it must be known in clear")
    old_secret: Mapped[str] = mapped_column(String(100), default="")
    old_secret_until: Mapped[dt.datetime | None] = mapped_column(default=None)
    events: Mapped[list[Any]] = mapped_column(default=list, doc="kinds of inbox items; empty: all")
    active: Mapped[bool] = mapped_column(default=True)
    disabled_reason: Mapped[str] = mapped_column(String(300), default="")
    created_at: Mapped[dt.datetime] = mapped_column(default=now)


class WebhookDelivery(Base):
    """One event on its way to one webhook.

    `due_at` is also the lease: who sends it puts it off first, and no second one sends it meanwhile.
    """

    __tablename__ = "webhook_deliveries"
    __table_args__ = (UniqueConstraint("webhook_id", "inbox_id"), Index("ix_webhook_deliveries_due", "state", "due_at"))

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    webhook_id: Mapped[str] = mapped_column(ForeignKey("webhooks.id", ondelete="CASCADE"))
    inbox_id: Mapped[str] = mapped_column(ForeignKey("inbox.id", ondelete="CASCADE"))
    state: Mapped[str] = mapped_column(String(12), default="waiting", doc="waiting, delivered or given-up")
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[dt.datetime] = mapped_column(default=now)
    last_status: Mapped[int | None] = mapped_column(default=None)
    last_error: Mapped[str] = mapped_column(String(300), default="")
    delivered_at: Mapped[dt.datetime | None] = mapped_column(default=None)
