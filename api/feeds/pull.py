"""Reading one feed: source → files → items → records, in small transactions, so that nobody waits for it."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import structlog

from api.days import china_day
from api.db.base import now
from api.db.tables import Feed, FeedRun
from api.errors import ConflictError
from api.feeds.absence import find_absent, withdraw_all
from api.feeds.allowed import rules_for
from api.feeds.ending import end_failed, end_read, end_unchanged
from api.feeds.item import Item, Rejected
from api.feeds.lease import Lease, hold
from api.feeds.reading import Delivery, read_files
from api.feeds.source import Source, read_source
from api.feeds.tally import Tally
from api.feeds.writing import FeedWriter
from api.records.store import Outcome
from api.service import Service
from matcher.errors import MatcherError
from matcher.records import Side

__all__ = ["CHUNK", "pull"]

CHUNK = 100
"""Records a transaction."""
_UNEXPECTED = "读取时出现意外错误，已记录；请核对来源文件能否正常打开，仍有问题请联系管理员。"


def pull(service: Service, lease: Lease, *, today: dt.date | None = None) -> str:
    """Read a feed under its lease; what came of it is in its run.

    Args:
        service: whose settings, database and allowed hosts count.
        lease: of `api.feeds.lease.claim`.
        today: in China; None: today.

    Returns:
        The outcome of the run: ok, unchanged, partly or failed.
    """
    try:
        with TemporaryDirectory(prefix="feed-") as folder:
            return _pull(service, lease, Path(folder), today or china_day())
    except ConflictError as error:
        # Not the source's fault: no failure is counted against it.
        return _stop(service, lease, str(error))
    except MatcherError as error:
        return _fail(service, lease, str(error))
    except Exception as error:  # noqa: BLE001
        # Whatever a hostile file breaks in a library must neither stop the other feeds nor keep this one's lease.
        structlog.get_logger("feeds").error("pull_failed", feed=lease.feed_id, exc_info=error)
        return _fail(service, lease, _UNEXPECTED)


def _pull(service: Service, lease: Lease, folder: Path, today: dt.date) -> str:
    with service.database.reading() as session:
        feed = session.get(Feed, lease.feed_id)
        if feed is None:
            raise ConflictError("供数已删除；本次读取停止。", "The feed is gone.")
        source = Source(
            kind=feed.kind,
            source=feed.source,
            validators=dict(feed.validators),
            rules=rules_for(session, service.settings, feed.source),
            root=service.settings.feed_root,
            max_bytes=service.settings.max_upload_mb * 2**20,
        )
        side, mapping, version = Side(feed.side), dict(feed.mapping), feed.version
    sourced = read_source(source, folder)
    if not sourced.files:
        with service.database.work() as session:
            end_unchanged(session, hold(session, lease), lease, sourced.validators, version)
        return "unchanged"
    delivery = read_files(sourced.files, side=side, mapping=mapping, max_bytes=source.max_bytes)
    tally, waiting = _enter(service, lease, delivery, today)
    with service.database.work() as session:
        feed = hold(session, lease)
        end_read(session, feed, lease, tally, validators=sourced.validators, version=version, waiting=waiting)
    return "partly" if waiting else tally.outcome


def _enter(service: Service, lease: Lease, delivery: Delivery, today: dt.date) -> tuple[Tally, tuple[str, ...]]:
    """Records written; what came of them, and the ids of those whose withdrawal must be confirmed."""
    tally = Tally(rejected=list(delivery.rejected), notes=list(delivery.notes))
    with service.database.reading() as session:
        feed = session.get_one(Feed, lease.feed_id)
        complete, absence = feed.complete, find_absent(session, feed, delivery.present)
    for start in range(0, len(delivery.items), CHUNK):
        _enter_chunk(service, lease, delivery.items[start : start + CHUNK], tally, today)
    gone = absence.ids if complete else ()
    waiting = gone if absence.doubtful else ()
    for start in range(0, 0 if waiting else len(gone), CHUNK):
        with service.database.work() as session:
            feed = hold(session, lease)
            writer = FeedWriter(session, feed, review=service.settings.review, today=today)
            tally.withdrawn += withdraw_all(session, writer, feed, gone[start : start + CHUNK])
    return tally, waiting


def _enter_chunk(service: Service, lease: Lease, items: Sequence[Item], tally: Tally, today: dt.date) -> None:
    with service.database.reading() as session:
        feed = session.get_one(Feed, lease.feed_id)
        same = FeedWriter(session, feed, review=service.settings.review, today=today).unchanged(items)
    tally.outcomes[Outcome.UNCHANGED] += len(same)
    with service.database.work() as session:
        feed = hold(session, lease)
        writer = FeedWriter(session, feed, review=service.settings.review, today=today)
        for item in items:
            if item.external_id in same:
                continue
            try:
                _, outcome = writer.enter(item)
            except MatcherError as error:
                tally.rejected.append(Rejected(place=item.place, external_id=item.external_id, reason=str(error)))
            else:
                tally.outcomes[outcome] += 1


def _fail(service: Service, lease: Lease, error: str) -> str:
    try:
        with service.database.work() as session:
            end_failed(session, hold(session, lease), lease, error)
    except ConflictError:
        return _stop(service, lease, error)
    return "failed"


def _stop(service: Service, lease: Lease, error: str) -> str:
    """The lease is lost: only our own run is closed, and the lease if it is still ours."""
    structlog.get_logger("feeds").warning("pull_stopped", feed=lease.feed_id, error=error)
    with service.database.work() as session:
        run = session.get(FeedRun, lease.run_id)
        if run is not None and run.outcome == "running":
            run.outcome, run.finished_at, run.error = "failed", now(), error[:500]
        feed = session.get(Feed, lease.feed_id)
        if feed is not None and feed.lease == lease.token:
            feed.lease, feed.leased_until = "", None
    return "failed"
