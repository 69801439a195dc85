"""How a feed does: when it last worked, how full its records are, and what was rejected why."""

import datetime as dt
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.access.caller import Caller
from api.db.tables import Feed, FeedRun, RecordRow
from api.records.reading import Reader
from matcher.records import Achievement, Need, Side

__all__ = ["SAMPLE", "Health", "health_of", "last_error_of", "reason_kind", "status_of"]

SAMPLE = 2000
"""Newest records of which the fill rates are taken."""
_RUNS = 20
_LATE_AFTER = 2
_NOT_FILLED_IN = frozenset({"id", "labels", "duplicate_of", "provenance", "visibility", "extra"})
_FIELDS: Mapping[str, tuple[str, ...]] = {
    side.value: tuple(item.name for item in fields(kind) if item.name not in _NOT_FILLED_IN)
    for side, kind in ((Side.NEED, Need), (Side.ACHIEVEMENT, Achievement))
}
_QUOTED = re.compile(r"“[^”]*”|（[^）]*）")
_NUMBER = re.compile(r"\d+")
_FILE = re.compile(r"文件 \S+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """A feed's health as one caller may know it.

    `status`: waiting (never read), ok, late (nothing for twice its time), failing, off. `fill` is the share of the
    newest `sampled` records with something in that field, in [0, 1]. `reasons` counts why rows of the last runs were
    rejected.
    """

    status: str
    last_ok_at: dt.datetime | None
    age_minutes: int | None
    failures: int
    last_error: str
    next_due_at: dt.datetime | None
    records: int
    sampled: int
    fill: dict[str, float]
    reasons: dict[str, int]
    waiting: int
    waiting_run_id: str


def health_of(session: Session, caller: Caller, feed: Feed, *, moment: dt.datetime) -> Health:
    """Look at a feed; records that the caller may not know of count nowhere."""
    reader = Reader(session, caller)
    ours = (RecordRow.feed_id == feed.id, reader.visible)
    records = session.scalar(select(func.count()).select_from(RecordRow).where(*ours)) or 0
    newest = session.scalars(select(RecordRow.content).where(*ours).order_by(RecordRow.id.desc()).limit(SAMPLE)).all()
    runs = _last_runs(session, feed)
    filled = Counter(name for content in newest for name in content)
    names = _FIELDS[feed.side]
    pulled = feed.active and feed.kind != "push"
    return Health(
        status=status_of(feed, moment),
        last_ok_at=feed.last_ok_at,
        age_minutes=_age_minutes(feed, moment),
        failures=feed.failures,
        last_error=_error_of(feed, runs),
        next_due_at=feed.due_at if pulled else None,
        records=records,
        sampled=len(newest),
        fill={name: round(filled[name] / len(newest), 3) for name in names} if newest else {},
        reasons=_reasons(runs),
        waiting=len(feed.pending.get("ids", ())),
        waiting_run_id=str(feed.pending.get("run_id", "")),
    )


def reason_kind(reason: str) -> str:
    """A reason without the values and numbers in it, so that equal reasons can be counted."""
    return _NUMBER.sub("…", _FILE.sub("文件 …", _QUOTED.sub("…", reason)))[:120]


def status_of(feed: Feed, moment: dt.datetime) -> str:
    """One word for how a feed does, as in `Health`."""
    if not feed.active:
        return "off"
    if feed.failures:
        return "failing"
    age = _age_minutes(feed, moment)
    if age is None:
        return "waiting"
    return "late" if age > _LATE_AFTER * feed.every_minutes else "ok"


def last_error_of(session: Session, feed: Feed) -> str:
    """Why the last run that failed did, while the feed fails; else nothing."""
    return _error_of(feed, _last_runs(session, feed)) if feed.failures else ""


def _last_runs(session: Session, feed: Feed) -> Sequence[FeedRun]:
    wanted = select(FeedRun).where(FeedRun.feed_id == feed.id).order_by(FeedRun.id.desc()).limit(_RUNS)
    return session.scalars(wanted).all()


def _error_of(feed: Feed, runs: Sequence[FeedRun]) -> str:
    return next((run.error for run in runs if run.error), "") if feed.failures else ""


def _age_minutes(feed: Feed, moment: dt.datetime) -> int | None:
    return None if feed.last_ok_at is None else int((moment - feed.last_ok_at).total_seconds() // 60)


def _reasons(runs: Sequence[FeedRun]) -> dict[str, int]:
    counted = Counter(
        reason_kind(str(row["reason"])) for run in runs for row in (run.details or {}).get("rejected", ())
    )
    return dict(counted.most_common(20))
