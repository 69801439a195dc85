"""Curated lists of achievements for public reading."""

import datetime as dt

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from api.db.base import Base, new_id, now

__all__ = ["Showcase", "ShowcaseItem"]


class Showcase(Base):
    """A list with a title and an introduction; public where `published_at` is set."""

    __tablename__ = "showcases"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    introduction: Mapped[str] = mapped_column(String(4000), default="")
    created_by: Mapped[str | None] = mapped_column(String(26))
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[dt.datetime] = mapped_column(default=now)
    updated_at: Mapped[dt.datetime] = mapped_column(default=now)
    published_at: Mapped[dt.datetime | None] = mapped_column(default=None)


class ShowcaseItem(Base):
    """An achievement on a list, at its place, with the curator's sentence."""

    __tablename__ = "showcase_items"

    showcase_id: Mapped[str] = mapped_column(ForeignKey("showcases.id", ondelete="CASCADE"), primary_key=True)
    record_id: Mapped[str] = mapped_column(ForeignKey("records.id"), primary_key=True)
    place: Mapped[int] = mapped_column()
    note: Mapped[str] = mapped_column(String(1000), default="")
