"""Fairs: what the organiser decided, the plans made of it, wishes, and who came."""

import datetime as dt
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from api.db.base import Base, new_id, now

__all__ = ["Attendance", "Fair", "FairPlan", "FairWish"]


class Fair(Base):
    """A fair of an organisation, or of an account that is of none.

    `state`: drafting, planned, held. `settings` is the content of `fair.toml`. `lists` maps a part (needs,
    achievements, wishes, met, attendance) to {file, name, bytes, rows, rejected, problems, at}; a part that is not in
    it was not uploaded. `inputs` counts changes of settings, lists and wishes; a plan of an earlier one is stale.
    `run` is the folder of the match results, "" where there are none (any more). `current` and `printed` are the
    numbers of the plan that counts and of the one that people hold in their hands. `version` counts every change.
    """

    __tablename__ = "fairs"
    __table_args__ = (Index("ix_fairs_owner", "owner_id", "id"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(500))
    owner_id: Mapped[str | None] = mapped_column(ForeignKey("organisations.id"))
    created_by: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    version: Mapped[int] = mapped_column(default=1)
    inputs: Mapped[int] = mapped_column(default=1)
    state: Mapped[str] = mapped_column(String(12), default="drafting")
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict)
    lists: Mapped[dict[str, Any]] = mapped_column(default=dict)
    run: Mapped[str] = mapped_column(String(60), default="")
    current: Mapped[int | None] = mapped_column(default=None)
    printed: Mapped[int | None] = mapped_column(default=None)
    job_id: Mapped[str | None] = mapped_column(String(26), default=None)
    created_at: Mapped[dt.datetime] = mapped_column(default=now)
    updated_at: Mapped[dt.datetime] = mapped_column(default=now)


class FairPlan(Base):
    """One plan of a fair; never changed. `number` counts from 1; `data` is the packed `plan.json`.

    `how`: planned, replanned, moved. `inputs` is the fair's when its making began, `run` the match results it is of,
    `before` the number of the plan it replaced. `doubts` are sentences about what to look at.
    """

    __tablename__ = "fair_plans"
    __table_args__ = (UniqueConstraint("fair_id", "number"), UniqueConstraint("job_id"))

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    fair_id: Mapped[str] = mapped_column(ForeignKey("fairs.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column()
    how: Mapped[str] = mapped_column(String(12))
    note: Mapped[str] = mapped_column(String(200), default="")
    inputs: Mapped[int] = mapped_column()
    run: Mapped[str] = mapped_column(String(60))
    before: Mapped[int | None] = mapped_column(default=None)
    meetings: Mapped[int] = mapped_column()
    total: Mapped[int] = mapped_column()
    doubts: Mapped[list[Any]] = mapped_column(default=list)
    job_id: Mapped[str | None] = mapped_column(String(26), default=None)
    made_by: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    made_at: Mapped[dt.datetime] = mapped_column(default=now)
    data: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)


class FairWish(Base):
    """A wish that was typed in; `enterprise` and `team` as they were typed."""

    __tablename__ = "fair_wishes"
    __table_args__ = (Index("ix_fair_wishes_fair", "fair_id", "id"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    fair_id: Mapped[str] = mapped_column(ForeignKey("fairs.id", ondelete="CASCADE"))
    enterprise: Mapped[str] = mapped_column(String(500))
    team: Mapped[str] = mapped_column(String(500))
    wish: Mapped[str] = mapped_column(String(4))
    by: Mapped[str] = mapped_column(String(4))
    made_by: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    created_at: Mapped[dt.datetime] = mapped_column(default=now)


class Attendance(Base):
    """Whether a party (`api.fairs.parties.party_id`) came: to the fair (`meeting` "") or to one meeting.

    `state`: came, not, late. `at` is when that was noted first.
    """

    __tablename__ = "fair_attendance"

    fair_id: Mapped[str] = mapped_column(ForeignKey("fairs.id", ondelete="CASCADE"), primary_key=True)
    party: Mapped[str] = mapped_column(String(20), primary_key=True)
    meeting: Mapped[str] = mapped_column(String(20), primary_key=True, default="")
    state: Mapped[str] = mapped_column(String(6))
    noted_by: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    at: Mapped[dt.datetime] = mapped_column(default=now)
