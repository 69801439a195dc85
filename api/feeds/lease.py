"""A feed is read by one process at a time: who holds its lease writes, until the lease runs out or is given back."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from api.db.base import new_id, now
from api.db.engine import Database
from api.db.tables import Account, Feed, FeedRun, Organisation
from api.errors import ConflictError

__all__ = ["LEASE", "Lease", "claim", "due_feeds", "hold"]

LEASE = dt.timedelta(minutes=15)
"""More than the longest read and one batch of records take."""


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to read one feed once, and the run that tells of it."""

    feed_id: str
    token: str
    run_id: str


def due_feeds(session: Session, moment: dt.datetime, *, limit: int = 20) -> list[str]:
    """Ids of feeds whose time has come and whose people and organisations are active, longest overdue first."""
    return list(
        session.scalars(
            select(Feed.id)
            .join(Account, Account.id == Feed.account_id)
            .join(Organisation, Organisation.id == Feed.organisation_id)
            .where(Feed.active, Feed.kind != "push", Feed.due_at <= moment, _free(moment))
            .where(Account.disabled_at.is_(None), Organisation.disabled_at.is_(None))
            .order_by(Feed.due_at, Feed.id)
            .limit(limit)
        )
    )


def claim(database: Database, feed_id: str, moment: dt.datetime) -> Lease | None:
    """Take the lease of a due feed and open a run; None where another process was first."""
    token = new_id()
    with database.work() as session:
        taken = session.execute(
            update(Feed)
            .where(Feed.id == feed_id, Feed.active, Feed.kind != "push", Feed.due_at <= moment, _free(moment))
            .values(lease=token, leased_until=moment + LEASE)
            .execution_options(synchronize_session=False)
        )
        if not _one(taken):
            return None
        # A run that is still open belongs to a process that died.
        session.execute(
            update(FeedRun)
            .where(FeedRun.feed_id == feed_id, FeedRun.outcome == "running")
            .values(outcome="failed", finished_at=now(), error="读取中断（进程已退出）；已重新读取。")
            .execution_options(synchronize_session=False)
        )
        run = FeedRun(feed_id=feed_id, kind="pull")
        session.add(run)
        session.flush()
        return Lease(feed_id, token, run.id)


def hold(session: Session, lease: Lease) -> Feed:
    """Prolong the lease within a transaction that writes, and get the feed.

    Raises:
        ConflictError: it ran out and another process reads now, or the feed was switched off or deleted meanwhile.
    """
    held = session.execute(
        update(Feed)
        .where(Feed.id == lease.feed_id, Feed.lease == lease.token, Feed.active)
        .values(leased_until=now() + LEASE)
        .execution_options(synchronize_session=False)
    )
    if not _one(held):
        raise ConflictError("供数已停用、删除，或已由另一个进程读取；本次读取停止。", "The lease is lost.")
    return session.get_one(Feed, lease.feed_id)


def _free(moment: dt.datetime) -> ColumnElement[bool]:
    return or_(Feed.leased_until.is_(None), Feed.leased_until < moment)


def _one(result: object) -> bool:
    return isinstance(result, CursorResult) and result.rowcount == 1
