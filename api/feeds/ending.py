"""The end of a read: the run closed, the next one set, and the people told when that is news."""

import datetime as dt
import hashlib
from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from api.db.base import now
from api.db.tables import Account, Feed, FeedRun
from api.feeds.lease import Lease
from api.feeds.tally import Tally, add_to_run
from api.inbox import tell, tell_organisation

__all__ = ["TELL_AFTER", "end_failed", "end_read", "end_unchanged", "next_due"]

TELL_AFTER = 3
"""Failures in a row after which people are told."""
_DAY_MINUTES = 1440
_MOST_DOUBLINGS = 10
_ERROR_CHARS = 500


def next_due(moment: dt.datetime, every_minutes: int, failures: int) -> dt.datetime:
    """When to read again: after `every_minutes`, doubled with each failure up to a day, never sooner than usual."""
    doubled = every_minutes * 2 ** min(failures, _MOST_DOUBLINGS)
    return moment + dt.timedelta(minutes=max(every_minutes, min(doubled, _DAY_MINUTES)))


def end_unchanged(session: Session, feed: Feed, lease: Lease, validators: dict[str, Any], version: int) -> None:
    """The source is as it was."""
    run = session.get_one(FeedRun, lease.run_id)
    run.outcome, run.finished_at = "unchanged", now()
    _recovered(session, feed, lease)
    _settle(feed, validators, version)


def end_read(
    session: Session,
    feed: Feed,
    lease: Lease,
    tally: Tally,
    *,
    validators: dict[str, Any],
    version: int,
    waiting: Sequence[str],
) -> None:
    """The source was read; `waiting` are ids of records whose withdrawal somebody must confirm."""
    run = session.get_one(FeedRun, lease.run_id)
    if waiting:
        tally.notes.append(
            f"来源中少了 {len(waiting)} 条记录，超过本供数的一半，已暂停撤回；请核对来源，确认后再撤回。"
        )
    add_to_run(run, tally)
    if waiting:
        run.outcome = "partly"
    run.finished_at = now()
    feed.pending = {"run_id": run.id, "ids": list(waiting)} if waiting else {}
    _recovered(session, feed, lease)
    _settle(feed, validators, version)
    if waiting:
        # The same doubt is told once, however often the source is read.
        doubt = hashlib.sha256("".join(sorted(waiting)).encode()).hexdigest()[:16]
        subject = f"供数“{feed.name}”少了 {len(waiting)} 条记录，等待确认"
        _tell(session, feed, f"waiting:{doubt}", subject, {"run_id": run.id, "waiting": len(waiting)})


def end_failed(session: Session, feed: Feed, lease: Lease, error: str) -> None:
    """The source could not be read; `error` is a Chinese sentence without secrets."""
    run = session.get_one(FeedRun, lease.run_id)
    run.outcome, run.finished_at, run.error = "failed", now(), error[:_ERROR_CHARS]
    feed.failures += 1
    feed.due_at = next_due(now(), feed.every_minutes, feed.failures)
    feed.lease, feed.leased_until = "", None
    if feed.failures == TELL_AFTER:
        subject = f"供数“{feed.name}”连续 {TELL_AFTER} 次读取失败"
        _tell(session, feed, f"failing:{run.id}", subject, {"run_id": run.id, "error": run.error})


def _recovered(session: Session, feed: Feed, lease: Lease) -> None:
    if feed.failures >= TELL_AFTER:
        _tell(session, feed, f"recovered:{lease.run_id}", f"供数“{feed.name}”已恢复正常", {"run_id": lease.run_id})
    feed.failures = 0
    feed.last_ok_at = now()


def _settle(feed: Feed, validators: dict[str, Any], version: int) -> None:
    feed.lease, feed.leased_until = "", None
    if feed.version == version:
        # Settings that were changed meanwhile want a full read, at once.
        feed.validators = validators
        feed.due_at = next_due(now(), feed.every_minutes, 0)


def _tell(session: Session, feed: Feed, what: str, subject: str, body: dict[str, Any]) -> None:
    """The feed's account, and where that is an administrator's, the people of its organisation too."""
    key = f"feed:{feed.id}:{what}"
    content = {"feed_id": feed.id, "feed": feed.name, **body}
    tell(session, feed.account_id, key=key, kind="feed", subject=subject, body=content)
    account = session.get_one(Account, feed.account_id)
    if account.organisation_id != feed.organisation_id:
        tell_organisation(session, feed.organisation_id, key=key, kind="feed", subject=subject, body=content)
