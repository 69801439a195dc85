"""Mending what the queue cannot know: needs never looked at, or looked at too long ago, and rows of what is over."""

import datetime as dt

from sqlalchemy import and_, delete, or_, select
from sqlalchemy.orm import Session

from api.db.base import now
from api.db.tables import Outlook, RecordRow, StandingPair
from api.outlook.queue import add_needs
from api.outlook.reading import current
from api.records.states import State
from api.service import Service
from matcher.records import Side, Tier

__all__ = ["reconcile"]

_OLD = dt.timedelta(days=7)
# A need that only its owner sees is not in the index: no achievement leads to it.
_OLD_SECRET = dt.timedelta(days=1)
_AT_ONCE = 5_000


def reconcile(service: Service, moment: dt.datetime | None = None) -> int:
    """Queue published needs that were not looked at as they are now, or not for a week; how many.

    So tables that were lost, a new model and whatever else no version tells of are made good.

    Args:
        service: whose database.
        moment: the present, in UTC; None: the clock's.
    """
    moment = moment or now()
    with service.database.reading() as session:
        stale = session.scalars(
            select(RecordRow.id)
            .outerjoin(Outlook, current(Tier.REGISTERED))
            .where(
                RecordRow.side == Side.NEED.value,
                RecordRow.state == State.PUBLISHED.value,
                RecordRow.deleted_at.is_(None),
                or_(
                    Outlook.need_id.is_(None),
                    Outlook.looked_at < moment - _OLD,
                    and_(RecordRow.visibility == int(Tier.SECRET), Outlook.looked_at < moment - _OLD_SECRET),
                ),
            )
            .order_by(Outlook.looked_at.is_not(None), Outlook.looked_at, RecordRow.id)
            .limit(_AT_ONCE)
        ).all()
        over = _over(session)
    if not stale and not over:
        return 0
    with service.database.work() as session:
        session.execute(delete(Outlook).where(Outlook.need_id.in_(over)))
        session.execute(delete(StandingPair).where(StandingPair.need_id.in_(over)))
        return add_needs(session, stale, moment) + len(over)


def _over(session: Session) -> list[str]:
    """Needs with an outlook that are not published any more and were not seen to since."""
    found = (
        select(RecordRow.id)
        .join(Outlook, and_(Outlook.need_id == RecordRow.id, Outlook.tier == int(Tier.REGISTERED)))
        .where(or_(RecordRow.state != State.PUBLISHED.value, RecordRow.deleted_at.is_not(None)))
        .limit(_AT_ONCE)
    )
    return list(session.scalars(found))
