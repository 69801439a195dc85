"""What the standing matching says of needs, and how fresh it is."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from api.db.tables import Outlook, OutlookQueue, RecordRow
from api.records.reading import Reader
from api.records.states import State
from matcher.records import Side, Tier

__all__ = ["Freshness", "NeedOutlook", "current", "freshness", "outlooks", "own_outlook", "watched"]

_BLOCK = 1_000


@dataclass(frozen=True, slots=True)
class NeedOutlook:
    """How a published need fares as brokers and staff see it.

    `best_level` is 1 to 4, or 0 where there is no candidate; `fitting` counts achievements from level 3 on, up to 50.
    """

    need_id: str
    plan_codes: tuple[str, ...]
    best_level: int
    fitting: int
    none_fits: bool
    looked_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Freshness:
    """How many needs are watched, how many of them wait to be looked at (again), and when the stalest was looked at.

    `changes` are achievements that changed and have not yet been compared with the needs.
    """

    needs: int
    waiting: int
    oldest: dt.datetime | None
    changes: int


def watched(side: Side = Side.NEED) -> ColumnElement[bool]:
    """The condition on `RecordRow` of what brokers and staff see of one side of the standing matching."""
    return and_(
        RecordRow.side == side.value,
        RecordRow.state == State.PUBLISHED.value,
        RecordRow.deleted_at.is_(None),
        RecordRow.visibility <= int(Tier.RESTRICTED),
    )


def current(tier: Tier) -> ColumnElement[bool]:
    """The condition of joining `Outlook` to a `RecordRow` that is still at the version that was looked at."""
    return and_(Outlook.need_id == RecordRow.id, Outlook.tier == int(tier), Outlook.need_version == RecordRow.version)


def outlooks(session: Session) -> Iterator[NeedOutlook]:
    """Of all published needs that were looked at as they are now, by id; read in blocks."""
    columns = (
        Outlook.need_id,
        Outlook.fields,
        Outlook.best_level,
        Outlook.fitting,
        Outlook.none_fits,
        Outlook.looked_at,
    )
    wanted = select(*columns).join(RecordRow, current(Tier.RESTRICTED)).where(watched()).order_by(Outlook.need_id)
    for need_id, fields, best_level, fitting, none_fits, looked_at in session.execute(
        wanted.execution_options(yield_per=_BLOCK)
    ):
        codes = tuple(code for code in fields.split("|") if code)
        yield NeedOutlook(need_id, codes, best_level, fitting, none_fits, looked_at)


def freshness(session: Session) -> Freshness:
    """Of what brokers and staff see."""
    queued = exists().where(OutlookQueue.record_id == RecordRow.id)
    needs, waiting, oldest = session.execute(
        select(
            func.count(),
            func.count().filter(or_(Outlook.need_id.is_(None), queued)),
            func.min(Outlook.looked_at),
        )
        .select_from(RecordRow)
        .outerjoin(Outlook, current(Tier.RESTRICTED))
        .where(watched())
    ).one()
    changes = session.scalar(
        select(func.count(OutlookQueue.record_id.distinct()))
        .join(RecordRow, RecordRow.id == OutlookQueue.record_id)
        .where(watched(Side.ACHIEVEMENT))
    )
    return Freshness(needs, waiting, oldest, changes or 0)


def own_outlook(reader: Reader, need_id: str) -> tuple[RecordRow, Outlook | None]:
    """A need the caller owns, or that staff sees, and its outlook in the caller's eyes; None before the first look.

    Raises:
        NotFoundError: there is no such need of the caller's.
    """
    row = reader.owned(need_id, Side.NEED)
    tier = Tier.RESTRICTED if reader.caller.is_staff and not reader.caller.owns(row.owner_id) else Tier.REGISTERED
    if row.state != State.PUBLISHED:
        return row, None
    return row, reader.session.get(Outlook, (row.id, int(tier)))
