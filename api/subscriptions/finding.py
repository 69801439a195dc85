"""New records against all subscriptions: the work of a few seconds, done by the worker again and again.

The engine is never asked while the database is held, and the database never while the engine is.
"""

import datetime as dt
from collections.abc import Mapping, Sequence

from sqlalchemy import delete, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from api.days import china_day
from api.db.base import now
from api.db.tables import Recommendation, RecordRow
from api.service import Service
from api.subscriptions.admission import Admission
from api.subscriptions.asking import Asking, active
from api.subscriptions.screening import Found, closely, missing, screen
from api.subscriptions.waiting import done, postpone, waiting
from matcher.records import Side

__all__ = ["find_new"]

_BATCH = 256

Rows = Mapping[str, RecordRow]


def find_new(service: Service, moment: dt.datetime | None = None) -> int:
    """Compare what was published since with all active subscriptions and store what reaches their level.

    Returns how many entries of the queue were dealt with; 0 where there was nothing to do. A process that dies on the
    way does the batch again: what it stored already is found to be there.

    Args:
        service: whose database and index.
        moment: the present, in UTC; None: the clock's.

    Raises:
        IndexStoreError, ModelError: the index cannot be read; the queue stays as it is.
    """
    moment = moment or now()
    with service.database.reading() as session:
        batch = waiting(session, moment, _BATCH)
    if not batch.entries:
        return 0
    # The entries were read first: what the index holds now is at least what they are about.
    service.matching.refresh()
    absent: set[str] = set()
    for side, rows in batch.live.items():
        if not rows:
            continue
        with service.matching.use() as matcher:
            absent.update(missing(matcher, side, rows))
        _compare(service, side, {i: row for i, row in rows.items() if i not in absent}, moment)
    numbers = [number for record_id, own in batch.entries.items() if record_id not in absent for number in own]
    with service.database.work() as session:
        done(session, numbers)
        postpone(session, (number for record_id in absent for number in batch.entries[record_id]), moment)
    return len(numbers)


def _compare(service: Service, side: Side, rows: Rows, moment: dt.datetime) -> None:
    """One side's new records with the subscriptions that look for it, block by block."""
    after, more = "", bool(rows)
    while more:
        with service.database.reading() as session:
            askings, after = active(session, side, after)
        more = bool(after)
        with service.matching.use() as matcher:
            kept = screen(matcher, side, askings, list(rows))
        for asking, record_ids in zip(askings, kept, strict=True):
            _settle(service, asking, [rows[record_id] for record_id in record_ids], moment)
        _forget(service, askings, kept, rows)


def _settle(service: Service, asking: Asking, rows: Sequence[RecordRow], moment: dt.datetime) -> None:
    """Look closely at what the account may be told of, and store what is good enough."""
    if not rows:
        return
    today = china_day(moment)
    with service.database.reading() as session:
        admission = Admission(session, asking.caller, today)
        admitted = admission.admitted(asking.subscription, rows)
        opened = admission.reader.granted & {row.id for row in admitted}
    found: tuple[Found, ...] = ()
    if admitted:
        with service.matching.use() as matcher:
            found = closely(matcher, asking, [row.id for row in admitted], opened, today)
    versions = {row.id: row.version for row in rows}
    with service.database.work() as session:
        for item in found:
            _store(session, asking, item, versions[item.record_id], moment)
        good = {item.record_id for item in found}
        _drop(session, [asking.subscription.id], [row.id for row in rows if row.id not in good])


def _store(session: Session, asking: Asking, item: Found, version: int, moment: dt.datetime) -> None:
    """Once a subscription and record, and once for all re-posts of one text; known ones are brought up to date."""
    known = {
        told.record_id: told
        for told in session.scalars(
            select(Recommendation).where(
                Recommendation.subscription_id == asking.subscription.id,
                or_(Recommendation.record_id.in_(item.copies), Recommendation.text_key == item.text_key),
            )
        )
    }
    mine = known.get(item.record_id)
    if mine is not None:
        mine.version, mine.text_key = version, item.text_key
        mine.level, mine.fit, mine.reason = item.level, item.fit, item.reason
        return
    if known:
        return
    fresh = Recommendation(
        subscription_id=asking.subscription.id,
        record_id=item.record_id,
        version=version,
        text_key=item.text_key,
        level=item.level,
        fit=item.fit,
        reason=item.reason,
        found_at=moment,
    )
    try:
        with session.begin_nested():
            session.add(fresh)
    except IntegrityError:
        # Another worker was faster.
        return


def _forget(service: Service, askings: Sequence[Asking], kept: Sequence[Sequence[str]], rows: Rows) -> None:
    """What waited for its digest and does not reach the level any more as it is now."""
    with service.database.reading() as session:
        ids = [asking.subscription.id for asking in askings]
        untold = session.execute(
            select(Recommendation.subscription_id, Recommendation.record_id).where(
                Recommendation.subscription_id.in_(ids),
                Recommendation.record_id.in_(rows),
                Recommendation.told_at.is_(None),
                Recommendation.verdict == "",
            )
        ).all()
    still = {(asking.subscription.id, i) for asking, ids in zip(askings, kept, strict=True) for i in ids}
    for subscription_id, record_id in untold:
        if (subscription_id, record_id) not in still:
            with service.database.work() as session:
                _drop(session, [subscription_id], [record_id])


def _drop(session: Session, subscription_ids: Sequence[str], record_ids: Sequence[str]) -> None:
    if record_ids:
        session.execute(
            delete(Recommendation).where(
                Recommendation.subscription_id.in_(subscription_ids),
                Recommendation.record_id.in_(record_ids),
                Recommendation.told_at.is_(None),
                Recommendation.verdict == "",
            )
        )
