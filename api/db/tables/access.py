"""Who is signed in, which keys there are, and who read or did what."""

import datetime as dt
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from api.db.base import Base, new_id, now

__all__ = ["ApiKey", "Audit", "SignedIn"]


class SignedIn(Base):
    """One sign-in of one browser; only the SHA-256 of its token is kept."""

    __tablename__ = "sessions"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[dt.datetime] = mapped_column(default=now)
    seen_at: Mapped[dt.datetime] = mapped_column(default=now)
    address: Mapped[str] = mapped_column(String(60), default="")
    browser: Mapped[str] = mapped_column(String(300), default="")


class ApiKey(Base):
    """A key for a machine: it acts as its account, within its scopes; only the SHA-256 of its secret is kept."""

    __tablename__ = "api_keys"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    secret_hash: Mapped[str] = mapped_column(String(64))
    scopes: Mapped[list[Any]] = mapped_column(default=list)
    created_at: Mapped[dt.datetime] = mapped_column(default=now)
    expires_at: Mapped[dt.datetime | None] = mapped_column(default=None)
    revoked_at: Mapped[dt.datetime | None] = mapped_column(default=None)
    used_at: Mapped[dt.datetime | None] = mapped_column(default=None)


class Audit(Base):
    """One line of the audit log: reads of restricted text, and changes. It holds ids and field groups, never texts."""

    __tablename__ = "audit"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    at: Mapped[dt.datetime] = mapped_column(default=now, index=True)
    account_id: Mapped[str | None] = mapped_column(String(26), index=True)
    organisation_id: Mapped[str | None] = mapped_column(String(26))
    key_id: Mapped[str | None] = mapped_column(String(26))
    action: Mapped[str] = mapped_column(String(60), index=True)
    kind: Mapped[str] = mapped_column(String(30), default="", doc="of the thing: need, achievement, account …")
    thing_id: Mapped[str] = mapped_column(String(80), default="", index=True)
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)
    address: Mapped[str] = mapped_column(String(60), default="")
    request_id: Mapped[str] = mapped_column(String(64), default="")
