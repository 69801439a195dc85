"""What the bureau set itself for a year."""

import datetime as dt

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from api.db.base import Base, now

__all__ = ["Target"]


class Target(Base):
    """The target of one year for one of `api.statistics.targets.Measure`; a measure without a row has none."""

    __tablename__ = "targets"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    measure: Mapped[str] = mapped_column(String(20), primary_key=True)
    value: Mapped[float] = mapped_column(doc="≥ 0; CNY for contracts_cny, else a number of things")
    set_by: Mapped[str | None] = mapped_column(String(26))
    set_at: Mapped[dt.datetime] = mapped_column(default=now)
