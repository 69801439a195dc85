"""How old what is published is, what ends soon, and whether feeds, outlook and index keep up."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import Session

from api.access.caller import Caller
from api.days import china_day
from api.db.tables import Feed, IndexQueue, Organisation, RecordRow
from api.feeds.health import last_error_of, status_of
from api.outlook.reading import freshness as outlook_freshness
from api.records.reading import Reader
from api.records.states import State
from matcher.records import Side

__all__ = ["FeedState", "Freshness", "IndexState", "OutlookState", "SideAges", "freshness"]

_SOON_DAYS = 30
_AGES_DAYS = (30, 90, 365)


@dataclass(frozen=True, slots=True)
class SideAges:
    """Published records by the days since they were last changed (the first four), by their last day, and expired."""

    within_30_days: int
    within_90_days: int
    within_365_days: int
    older: int
    ending_within_30_days: int
    overdue: int
    expired: int

    @property
    def published(self) -> int:
        """Of all ages."""
        return self.within_30_days + self.within_90_days + self.within_365_days + self.older


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedState:
    """A feed; see `api.feeds.health.Health`."""

    id: str
    name: str
    organisation: str
    kind: str
    status: str
    last_ok_at: dt.datetime | None
    failures: int
    last_error: str
    records: int
    waiting: int


@dataclass(frozen=True, slots=True)
class OutlookState:
    """Published needs, those of them that are to be looked at (again), the oldest look; changes to be compared."""

    needs: int
    waiting: int
    oldest_at: dt.datetime | None
    changes: int


@dataclass(frozen=True, slots=True)
class IndexState:
    """Changes the index has still to learn, and since when the oldest waits."""

    queued: int
    oldest_queued_at: dt.datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Freshness:
    """All of it at one moment."""

    at: dt.datetime
    needs: SideAges
    achievements: SideAges
    feeds: Sequence[FeedState]
    outlook: OutlookState
    index: IndexState


def freshness(session: Session, caller: Caller, *, moment: dt.datetime) -> Freshness:
    """Look at everything; of a feed's records those count that the caller may know of."""
    ages = _ages(session, moment)
    found = outlook_freshness(session)
    queued, oldest = session.execute(select(func.count(IndexQueue.id), func.min(IndexQueue.queued_at))).one()
    return Freshness(
        at=moment,
        needs=ages[Side.NEED],
        achievements=ages[Side.ACHIEVEMENT],
        feeds=_feeds(session, caller, moment),
        outlook=OutlookState(found.needs, found.waiting, found.oldest, found.changes),
        index=IndexState(queued, oldest),
    )


def _ages(session: Session, moment: dt.datetime) -> dict[Side, SideAges]:
    """Each published record in one of the four ages, by whole days of 24 hours."""
    today = china_day(moment)
    published = RecordRow.state == State.PUBLISHED
    month, quarter, year = (moment - dt.timedelta(days=days) for days in _AGES_DAYS)
    updated, last_day = RecordRow.updated_at, RecordRow.valid_until
    conditions = (
        and_(published, updated >= month),
        and_(published, updated < month, updated >= quarter),
        and_(published, updated < quarter, updated >= year),
        and_(published, updated < year),
        and_(published, last_day >= today, last_day <= today + dt.timedelta(days=_SOON_DAYS)),
        and_(published, last_day < today),
        RecordRow.state == State.EXPIRED,
    )
    rows = session.execute(
        select(RecordRow.side, *(_count(condition) for condition in conditions))
        .where(RecordRow.deleted_at.is_(None), RecordRow.state.in_([State.PUBLISHED.value, State.EXPIRED.value]))
        .group_by(RecordRow.side)
    ).all()
    found = {row[0]: SideAges(*map(int, row[1:])) for row in rows}
    return {side: found.get(side.value, SideAges(0, 0, 0, 0, 0, 0, 0)) for side in Side}


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count(case((condition, 1)))


def _feeds(session: Session, caller: Caller, moment: dt.datetime) -> list[FeedState]:
    rows = session.execute(
        select(Feed, Organisation.name)
        .join(Organisation, Organisation.id == Feed.organisation_id)
        .order_by(Organisation.name, Feed.name, Feed.id)
    ).all()
    counted = (
        select(RecordRow.feed_id, func.count())
        .where(RecordRow.feed_id.is_not(None), Reader(session, caller).visible)
        .group_by(RecordRow.feed_id)
    )
    records: dict[str | None, int] = dict(session.execute(counted).all())
    return [
        FeedState(
            id=feed.id,
            name=feed.name,
            organisation=name,
            kind=feed.kind,
            status=status_of(feed, moment),
            last_ok_at=feed.last_ok_at,
            failures=feed.failures,
            last_error=last_error_of(session, feed),
            records=records.get(feed.id, 0),
            waiting=len(feed.pending.get("ids", ())),
        )
        for feed, name in rows
    ]
