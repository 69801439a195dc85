"""Evaluation of achievements by the five values, and of their readiness."""

import datetime as dt

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from api.db.base import Base, new_id, now

__all__ = ["Evaluation"]


class Evaluation(Base):
    """One evaluation by one evaluator on one day; scores 0 to 100, None where that value was not judged."""

    __tablename__ = "evaluations"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    achievement_id: Mapped[str] = mapped_column(ForeignKey("records.id"), index=True)
    evaluator: Mapped[str] = mapped_column(String(200))
    evaluated_on: Mapped[dt.date] = mapped_column()
    scientific: Mapped[int | None] = mapped_column(default=None)
    technical: Mapped[int | None] = mapped_column(default=None)
    economic: Mapped[int | None] = mapped_column(default=None)
    social: Mapped[int | None] = mapped_column(default=None)
    cultural: Mapped[int | None] = mapped_column(default=None)
    trl: Mapped[int | None] = mapped_column(default=None, doc="1 to 9 (GB/T 22900)")
    trl_source: Mapped[str] = mapped_column(String(300), default="")
    evidence: Mapped[str] = mapped_column(String(4000), default="")
    evidence_url: Mapped[str] = mapped_column(String(1000), default="")
    by_owner: Mapped[bool] = mapped_column(default=False, doc="entered by the achievement's own organisation")
    created_by: Mapped[str | None] = mapped_column(String(26))
    created_at: Mapped[dt.datetime] = mapped_column(default=now)
    withdrawn_at: Mapped[dt.datetime | None] = mapped_column(default=None)
