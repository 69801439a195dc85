"""People and the organisations they act for."""

import datetime as dt

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from api.db.base import Base, new_id, now

__all__ = ["Account", "Organisation", "Registration"]


class Organisation(Base):
    """An enterprise, an institution, a brokerage or a bureau; records belong to it, not to a person."""

    __tablename__ = "organisations"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    kind: Mapped[str] = mapped_column(String(20), doc="enterprise, institution, brokerage or bureau")
    region: Mapped[str] = mapped_column(String(100), default="")
    contact: Mapped[str] = mapped_column(String(500), default="", doc="opened to a partner on acceptance only")
    created_at: Mapped[dt.datetime] = mapped_column(default=now)
    disabled_at: Mapped[dt.datetime | None] = mapped_column(default=None)


class Account(Base):
    """Somebody who can sign in. `role` is one of `api.access.roles.Role`, never anonymous."""

    __tablename__ = "accounts"
    __table_args__ = (UniqueConstraint("oidc_issuer", "oidc_subject"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    login: Mapped[str] = mapped_column(String(100), unique=True, doc="folded to lower case")
    display_name: Mapped[str] = mapped_column(String(100), default="")
    role: Mapped[str] = mapped_column(String(20))
    organisation_id: Mapped[str | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    password_hash: Mapped[str | None] = mapped_column(String(300), default=None)
    must_change_password: Mapped[bool] = mapped_column(default=False)
    manager: Mapped[bool] = mapped_column(default=False, doc="invites and disables colleagues of its own organisation")
    oidc_issuer: Mapped[str | None] = mapped_column(String(300), default=None)
    oidc_subject: Mapped[str | None] = mapped_column(String(255), default=None)
    created_at: Mapped[dt.datetime] = mapped_column(default=now)
    disabled_at: Mapped[dt.datetime | None] = mapped_column(default=None)


class Registration(Base):
    """Somebody who asked for an account: through the form, or by signing in at the identity provider.

    It takes neither a login nor the name of an organisation, so asking tells nobody whether one is taken, and nobody
    can hold the name of another's organisation. `decision` is "", approved or refused.
    """

    __tablename__ = "registrations"
    __table_args__ = (Index("ix_registrations_decision", "decision", "id"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    login: Mapped[str] = mapped_column(String(100), doc="wished for; folded")
    display_name: Mapped[str] = mapped_column(String(100), default="")
    role: Mapped[str] = mapped_column(String(20), default="", doc='enterprise or institution; "" where nobody said')
    organisation_name: Mapped[str] = mapped_column(String(200), default="")
    region: Mapped[str] = mapped_column(String(100), default="")
    contact: Mapped[str] = mapped_column(String(500), default="")
    password_hash: Mapped[str | None] = mapped_column(String(300), default=None)
    oidc_issuer: Mapped[str | None] = mapped_column(String(300), default=None)
    oidc_subject: Mapped[str | None] = mapped_column(String(255), default=None)
    decision: Mapped[str] = mapped_column(String(10), default="")
    created_at: Mapped[dt.datetime] = mapped_column(default=now)
    decided_at: Mapped[dt.datetime | None] = mapped_column(default=None)
    account_id: Mapped[str | None] = mapped_column(ForeignKey("accounts.id"), default=None, doc="what came of it")
