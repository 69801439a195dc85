"""What an institution's machine sends: one record, many, or the withdrawal of one."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.access.caller import Caller
from api.days import china_day
from api.db.base import now
from api.db.tables import Feed, FeedRun, RecordRow
from api.errors import NotFoundError
from api.feeds.access import push_feed
from api.feeds.item import Item, Rejected, check_external_id
from api.feeds.tally import Tally, add_to_run
from api.feeds.writing import FeedWriter
from api.problems import message_of
from api.records.store import Outcome
from api.schemas.record_bodies import AchievementBody, NeedBody, RecordBody
from api.service import Service
from matcher.corpus.read.cells import clean_text
from matcher.errors import MatcherError
from matcher.records import Provenance, Side

__all__ = ["Pushed", "push_many", "push_one", "withdraw_one"]

_CHUNK = 100
_SHARED_FOR = dt.timedelta(hours=1)
# What a body cannot say, and what a record that was read from a file before keeps.
_KEPT = frozenset({"extra", "published_on"})
_BODIES: Mapping[Side, type[RecordBody]] = {Side.NEED: NeedBody, Side.ACHIEVEMENT: AchievementBody}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pushed:
    """What came of one item: created, changed, unchanged or rejected with a Chinese reason."""

    external_id: str
    outcome: str
    record_id: str = ""
    state: str = ""
    reason: str = ""


def push_one(service: Service, caller: Caller, feed_id: str, external_id: str, content: Mapping[str, Any]) -> Pushed:
    """Create or change the record of a number.

    Raises:
        NotFoundError, ConflictError: as `push_feed`; ConflictError also where the record is not the feed's.
        ValidationError: the content is not a body of the feed's side.
        InvalidError, RecordError: as `FeedWriter.enter`.
    """
    with service.database.work() as session:
        feed = push_feed(session, caller, feed_id)
        writer = _writer(service, session, feed, caller)
        row, outcome = writer.enter(_item(feed, external_id, content))
        tally = Tally()
        tally.outcomes[outcome] += 1
        _told(session, feed, tally, shared=True)
        return Pushed(external_id=external_id, outcome=outcome.value, record_id=row.id, state=row.state)


def push_many(
    service: Service, caller: Caller, feed_id: str, entries: Sequence[tuple[str, Mapping[str, Any]]]
) -> list[Pushed]:
    """Create or change many records; each has its own outcome, in the order of the entries.

    Raises:
        NotFoundError, ConflictError: as `push_feed`.
    """
    done: list[Pushed] = []
    tally = Tally()
    for start in range(0, len(entries), _CHUNK):
        with service.database.work() as session:
            feed = push_feed(session, caller, feed_id)
            writer = _writer(service, session, feed, caller)
            for number, (external_id, content) in enumerate(entries[start : start + _CHUNK], start=start + 1):
                pushed = _try(writer, feed, external_id, content)
                done.append(pushed)
                _count(tally, pushed, number)
            if start + _CHUNK >= len(entries):
                _told(session, feed, tally, shared=False)
    return done


def withdraw_one(service: Service, caller: Caller, feed_id: str, external_id: str) -> Pushed:
    """Take a record of the feed back; the second time nothing changes.

    Raises:
        NotFoundError: the feed has no record of that number, or as `push_feed`.
        ConflictError: as `push_feed`.
        InvalidError: no usable number.
    """
    with service.database.work() as session:
        feed = push_feed(session, caller, feed_id)
        check_external_id(external_id)
        row = session.scalars(
            select(RecordRow).where(
                RecordRow.owner_id == feed.organisation_id,
                RecordRow.side == feed.side,
                RecordRow.external_id == external_id,
                RecordRow.feed_id == feed.id,
            )
        ).one_or_none()
        if row is None:
            raise NotFoundError(f"本供数没有编号为“{external_id[:40]}”的记录；请核对编号。", "No such record here.")
        withdrawn = _writer(service, session, feed, caller).withdraw(row)
        _told(session, feed, Tally(withdrawn=int(withdrawn)), shared=True)
        outcome = "withdrawn" if withdrawn else Outcome.UNCHANGED.value
        return Pushed(external_id=external_id, outcome=outcome, record_id=row.id, state=row.state)


def _writer(service: Service, session: Session, feed: Feed, caller: Caller) -> FeedWriter:
    review = service.settings.review
    return FeedWriter(session, feed, review=review, today=china_day(), account_id=caller.account_id)


def _item(feed: Feed, external_id: str, content: Mapping[str, Any]) -> Item:
    body = _BODIES[Side(feed.side)].model_validate(content)
    record = replace(body.to_record(""), provenance=Provenance(file=feed.name))
    return Item(
        external_id=external_id,
        record=record,
        # What a machine does not mention, it does not open.
        tiers=body.own_tiers() if "tiers" in body.model_fields_set else None,
        visibility_stated="visibility" in body.model_fields_set,
        kept=_KEPT,
        place=external_id,
    )


def _count(tally: Tally, pushed: Pushed, number: int) -> None:
    if pushed.outcome == "rejected":
        tally.rejected.append(Rejected(place=f"{number}", external_id=pushed.external_id, reason=pushed.reason))
    else:
        tally.outcomes[Outcome(pushed.outcome)] += 1


def _try(writer: FeedWriter, feed: Feed, external_id: str, content: Mapping[str, Any]) -> Pushed:
    try:
        row, outcome = writer.enter(_item(feed, external_id, content))
    except ValidationError as error:
        reason = _reason(error)
    except MatcherError as error:
        reason = str(error)
    else:
        return Pushed(external_id=external_id, outcome=outcome.value, record_id=row.id, state=row.state)
    return Pushed(external_id=external_id, outcome="rejected", reason=reason)


def _reason(error: ValidationError) -> str:
    """The first fault in Chinese, with its place; never the value."""
    first = error.errors(include_url=False, include_context=True, include_input=False)[0]
    place = clean_text(".".join(map(str, first["loc"])))[:100] or "content"
    return f"字段 {place} 的值不可用（{message_of(first)}）；请对照接口文档改正后重新推送。"


def _told(session: Session, feed: Feed, tally: Tally, *, shared: bool) -> None:
    """Count into a run: one of its own for a list, one an hour for single calls."""
    moment = now()
    run = None
    if shared:
        run = session.scalars(
            select(FeedRun)
            .where(FeedRun.feed_id == feed.id, FeedRun.kind == "push", FeedRun.started_at > moment - _SHARED_FOR)
            .order_by(FeedRun.id.desc())
            .limit(1)
            .with_for_update()
        ).first()
    if run is None:
        run = FeedRun(feed_id=feed.id, kind="push", created=0, changed=0, unchanged=0, withdrawn=0, rejected=0)
        session.add(run)
    add_to_run(run, tally)
    run.finished_at = moment
    feed.last_ok_at = moment
    session.flush()
