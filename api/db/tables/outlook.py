"""The standing matching of what is published: how each need fares, its best pairs, what is to be looked at again."""

import datetime as dt

from sqlalchemy import Connection, ForeignKey, Index, String, event, insert, select
from sqlalchemy.orm import Mapped, Mapper, mapped_column

from api.db.base import Base, now
from api.db.tables.records import RecordRow, RecordVersion

__all__ = ["Outlook", "OutlookQueue", "StandingPair"]

_BULK = frozenset({"import", "feed"})


class OutlookQueue(Base):
    """A record that the standing matching has still to look at.

    It is written in the transaction that writes a version, whoever does (see `_look_again`), and for needs that other
    records' changes may touch. `bulk` ones come after what somebody entered by hand.
    """

    __tablename__ = "outlook_queue"
    __table_args__ = (Index("ix_outlook_queue_order", "side", "bulk", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    record_id: Mapped[str] = mapped_column(String(26), index=True)
    side: Mapped[str] = mapped_column(String(11))
    bulk: Mapped[bool] = mapped_column(default=False)
    due_at: Mapped[dt.datetime] = mapped_column(default=now)


@event.listens_for(RecordVersion, "after_insert")
def _look_again(_: Mapper[RecordVersion], connection: Connection, version: RecordVersion) -> None:
    side = select(RecordRow.side).where(RecordRow.id == version.record_id).scalar_subquery()
    row = {"record_id": version.record_id, "side": side, "bulk": version.action in _BULK, "due_at": now()}
    connection.execute(insert(OutlookQueue).values(**row))


class Outlook(Base):
    """What achievements there are for one published need, in the eyes of one tier of readers (`matcher.records.Tier`).

    Tier 2 is what every signed-in reader sees; tier 3, what brokers and staff see, is there for needs they may see.
    Achievements of the need's own organisation and of those it would rather avoid are not counted; `open_fit` says
    whether anything reaches level 3 when they are, so that nobody learns from it whom a need avoids. `fields` holds
    codes of plan fields, each between bars: `|G3|F2|`. `org` and `region` (code, tab, name) are as the tier reads them.
    """

    __tablename__ = "outlooks"
    __table_args__ = (Index("ix_outlooks_looked_at", "tier", "looked_at"),)

    need_id: Mapped[str] = mapped_column(ForeignKey("records.id", ondelete="CASCADE"), primary_key=True)
    tier: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    need_version: Mapped[int] = mapped_column()
    looked_at: Mapped[dt.datetime] = mapped_column()
    best_level: Mapped[int] = mapped_column(doc="1 to 4; 0: no candidate")
    best_fit: Mapped[float] = mapped_column(doc="greatest P(level >= 3)")
    fitting: Mapped[int] = mapped_column(doc="how many reach level 3, counted up to 50")
    none_fits: Mapped[bool] = mapped_column()
    open_fit: Mapped[bool] = mapped_column()
    avoids: Mapped[bool] = mapped_column(doc="whether the need names organisations it would rather avoid")
    fields: Mapped[str] = mapped_column(String(300), default="")
    org: Mapped[str] = mapped_column(String(500), default="")
    region: Mapped[str] = mapped_column(String(120), default="")


class StandingPair(Base):
    """One of a need's best achievements at level 2 or more, as brokers and staff see it.

    It holds for these two versions; `why` and the amount were drawn from them and are shown with no others. `org` and
    `region` are the achievement's; `amount_cny` is None where neither side states one.
    """

    __tablename__ = "standing_pairs"

    need_id: Mapped[str] = mapped_column(ForeignKey("records.id", ondelete="CASCADE"), primary_key=True)
    achievement_id: Mapped[str] = mapped_column(
        ForeignKey("records.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    need_version: Mapped[int] = mapped_column()
    achievement_version: Mapped[int] = mapped_column()
    level: Mapped[int] = mapped_column()
    fit: Mapped[float] = mapped_column()
    rank: Mapped[int] = mapped_column(doc="place among the need's pairs, from 1")
    why: Mapped[str] = mapped_column(String(1000), default="")
    amount_cny: Mapped[float | None] = mapped_column(default=None)
    amount_basis: Mapped[str] = mapped_column(String(40), default="")
    org: Mapped[str] = mapped_column(String(500), default="")
    region: Mapped[str] = mapped_column(String(120), default="")
    looked_at: Mapped[dt.datetime] = mapped_column()
