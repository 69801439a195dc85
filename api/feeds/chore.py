"""Regular work on feeds: reading those that are due, and letting go of old runs."""

import datetime as dt

from sqlalchemy import delete, select

from api.chores import Chore
from api.db.base import now
from api.db.tables import FeedRun
from api.feeds.lease import claim, due_feeds
from api.feeds.pull import pull
from api.service import Service

__all__ = ["CHORES", "prune_runs", "pull_due"]

_MINUTE_S, _DAY_S = 60, 86_400
_AT_ONCE = 1000


def pull_due(service: Service) -> int:
    """Read every feed whose time has come; how many were read by this process."""
    done = 0
    with service.database.reading() as session:
        due = due_feeds(session, now())
    for feed_id in due:
        lease = claim(service.database, feed_id, now())
        if lease is not None:
            pull(service, lease)
            done += 1
    return done


def prune_runs(service: Service) -> int:
    """Delete runs older than the days that results are kept; how many."""
    before = now() - dt.timedelta(days=service.settings.keep_days)
    with service.database.work() as session:
        old = session.scalars(select(FeedRun.id).where(FeedRun.started_at < before).limit(_AT_ONCE)).all()
        session.execute(delete(FeedRun).where(FeedRun.id.in_(old)))
    return len(old)


CHORES: tuple[Chore, ...] = (
    Chore("feeds", _MINUTE_S, pull_due),
    Chore("feed-runs", _DAY_S, prune_runs),
)
