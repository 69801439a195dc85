"""From recommendations to the inbox: at once, or as a digest, each once and only what may still be told."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from api.access.caller import Caller
from api.audit import record_read
from api.days import china_day
from api.db.base import Moment, now
from api.db.tables import Recommendation, RecordRow, Subscription
from api.inbox import tell
from api.service import Service
from api.subscriptions.admission import Admission
from api.subscriptions.asking import stands
from api.subscriptions.rhythm import Digest, slot
from api.subscriptions.watcher import watcher
from matcher.records import LEVELS, Side, Tier

__all__ = ["DIGEST", "RECOMMENDATION", "tell_due"]

RECOMMENDATION, DIGEST = "recommendation", "digest"

# An import can bring hundreds at once; nobody reads hundreds of messages.
_SINGLY = 10
_LISTED = 100
_TITLE = 80
_LABELS: Mapping[str, str] = {Side.NEED: "需求", Side.ACHIEVEMENT: "成果"}


def tell_due(service: Service, moment: dt.datetime | None = None) -> int:
    """Tell what is due now; how many recommendations were told.

    Args:
        service: whose database.
        moment: the present, in UTC; None: the clock's.
    """
    moment = moment or now()
    with service.database.reading() as session:
        due = [item.id for item, first in _with_untold(session) if first <= slot(Digest(item.digest), moment)]
    told = 0
    for subscription_id in due:
        with service.database.work() as session:
            told += _tell(session, session.get_one(Subscription, subscription_id), moment)
    return told


def _with_untold(session: Session) -> list[tuple[Subscription, dt.datetime]]:
    """Subscriptions with something to tell, and when the first of it was found."""
    found = session.execute(
        select(Subscription, func.min(Recommendation.found_at, type_=Moment()))
        .join(Recommendation, Recommendation.subscription_id == Subscription.id)
        .where(
            Recommendation.told_at.is_(None),
            Recommendation.verdict == "",
            Recommendation.level >= Subscription.min_level,
            Subscription.active,
            Subscription.deleted_at.is_(None),
        )
        .group_by(Subscription.id)
        .order_by(Subscription.id)
    ).all()
    return [(item, first) for item, first in found if _listener(session, item) is not None]


def _listener(session: Session, subscription: Subscription) -> Caller | None:
    """Who hears of it; None where nobody may, or the subscription's own record does not stand any more."""
    caller = watcher(session, subscription.account_id)
    if caller is None or subscription.record_id is None:
        return caller
    row = session.get(RecordRow, subscription.record_id)
    return caller if row is not None and stands(row, caller) else None


def _tell(session: Session, subscription: Subscription, moment: dt.datetime) -> int:
    """Tell one subscription's; what may not be told now is dropped, and found again should it come back."""
    caller, digest = _listener(session, subscription), Digest(subscription.digest)
    if caller is None:
        return 0
    waiting = session.execute(
        select(Recommendation, RecordRow)
        .join(RecordRow, RecordRow.id == Recommendation.record_id)
        .where(
            Recommendation.subscription_id == subscription.id,
            Recommendation.told_at.is_(None),
            Recommendation.verdict == "",
            Recommendation.level >= subscription.min_level,
            Recommendation.found_at <= slot(digest, moment),
        )
    ).all()
    admission = Admission(session, caller, china_day(moment))
    fit = {row.id for row in admission.admitted(subscription, [row for _, row in waiting])}
    mine: list[tuple[Recommendation, RecordRow]] = []
    for item, row in waiting:
        if row.id not in fit:
            session.delete(item)
        elif _claimed(session, item.id, moment):
            mine.append((item, row))
    mine.sort(key=lambda pair: (-pair[0].level, -pair[0].fit, pair[0].id))
    if digest is not Digest.INSTANT:
        subscription.last_digest_at = moment
    for _, row in mine:
        if row.visibility >= Tier.RESTRICTED:
            record_read(admission.reader, admission.reader.see(row))
    lines = [_line(admission, item, row) for item, row in mine]
    if digest is Digest.INSTANT and len(lines) <= _SINGLY:
        messages = [(RECOMMENDATION, [line]) for line in lines]
    else:
        messages = [(DIGEST, lines)] if lines else []
    for kind, said in messages:
        # A recommendation is told once, so that its number names the message.
        key = f"{kind}:{said[0]['recommendation_id']}"
        tell(session, subscription.account_id, key=key, **_message(session, subscription, kind, said))
    return len(lines)


def _claimed(session: Session, recommendation_id: str, moment: dt.datetime) -> bool:
    """Whether this worker is the one that tells it; a second one waits here and then finds it told."""
    changed = session.execute(
        update(Recommendation)
        .where(Recommendation.id == recommendation_id, Recommendation.told_at.is_(None), Recommendation.verdict == "")
        .values(told_at=moment)
        .returning(Recommendation.id)
    )
    return changed.scalar() is not None


def _line(admission: Admission, item: Recommendation, row: RecordRow) -> dict[str, Any]:
    """What the subscriber may read of it now; a reason drawn from another version is left out."""
    return {
        "recommendation_id": item.id,
        "side": row.side,
        "record_id": row.id,
        "title": admission.reader.see(row).record.title,
        "level": item.level,
        "level_name": LEVELS[item.level - 1].name,
        "fit": round(item.fit, 3),
        "reason": item.reason if item.version == row.version else "",
    }


def _message(
    session: Session, subscription: Subscription, kind: str, lines: Sequence[dict[str, Any]]
) -> dict[str, Any]:
    label = _LABELS[subscription.looks_for]
    name = _clip(_name(session, subscription))
    if kind == RECOMMENDATION:
        subject = f"“{name}”有新的匹配{label}（{lines[0]['level_name']}）：{_clip(lines[0]['title'])}"
    else:
        subject = f"“{name}”有 {len(lines)} 项新的匹配{label}"
    body = {
        "subscription_id": subscription.id,
        "subscription": name,
        "own_record_id": subscription.record_id,
        "looks_for": subscription.looks_for,
        "total": len(lines),
        "items": list(lines[:_LISTED]),
    }
    return {"kind": kind, "subject": subject, "body": body}


def _name(session: Session, subscription: Subscription) -> str:
    """As the account named it; else the title of its own record, or the text searched for."""
    if subscription.name:
        return subscription.name
    row = session.get(RecordRow, subscription.record_id) if subscription.record_id else None
    return row.title if row is not None else " ".join(subscription.text.split())


def _clip(text: str) -> str:
    return text if len(text) <= _TITLE else text[: _TITLE - 1] + "…"
