"""What subscribers say of what was recommended, and the same as material to learn from."""

from collections.abc import Iterator

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from api.access.caller import Caller
from api.days import china_day
from api.db.base import now
from api.db.tables import Recommendation, RecordRow, Subscription
from api.errors import InvalidError, NotFoundError
from api.introductions.reasons import Reason
from api.records.reading import Reader
from api.subscriptions.admission import REFUSED
from matcher.rank.verdicts import Verdict
from matcher.records import Side

__all__ = ["WANTED", "judge", "learned", "listed"]

WANTED = "wanted"
_WORDS = {WANTED: "合适", REFUSED: "不合适"}


def listed(
    reader: Reader, subscription_id: str, *, after: str, most: int
) -> list[tuple[Recommendation, Subscription, RecordRow]]:
    """The account's recommendations of records it may still know of, newest first, below the id `after`.

    Args:
        reader: of the account.
        subscription_id: only those of one subscription; "": of all that are not deleted.
        after: "" from the newest.
        most: how many at most.
    """
    wanted = (
        select(Recommendation, Subscription, RecordRow)
        .join(Subscription, Subscription.id == Recommendation.subscription_id)
        .join(RecordRow, RecordRow.id == Recommendation.record_id)
        .where(Subscription.account_id == reader.caller.account_id, Subscription.deleted_at.is_(None), reader.visible)
    )
    if subscription_id:
        wanted = wanted.where(Subscription.id == subscription_id)
    if after:
        wanted = wanted.where(Recommendation.id < after)
    found = reader.session.execute(wanted.order_by(Recommendation.id.desc()).limit(most)).all()
    return [(item, subscription, row) for item, subscription, row in found]


def judge(
    session: Session, caller: Caller, recommendation_id: str, *, wanted: bool, reason: Reason | None
) -> tuple[Recommendation, Subscription, RecordRow]:
    """Give a verdict, or another one than before.

    Raises:
        NotFoundError: the account has no such recommendation, or may not know of the record any more.
        InvalidError: a refusal without a reason, or a reason without a refusal.
    """
    found = session.get(Recommendation, recommendation_id)
    subscription = session.get(Subscription, found.subscription_id) if found else None
    row = session.get(RecordRow, found.record_id) if found else None
    if (
        found is None
        or subscription is None
        or row is None
        or subscription.account_id != caller.account_id
        or subscription.deleted_at is not None
        or not Reader(session, caller).sees(row)
    ):
        raise NotFoundError(f"没有编号为“{recommendation_id[:40]}”的推荐；请核对编号。", "No such recommendation.")
    if wanted == (reason is not None):
        raise InvalidError(
            "拒绝须用 reason_code 写明原因；感兴趣则不写原因。", "A refusal, and only that, needs a reason.",
            field="reason_code",
        )  # fmt: skip
    found.verdict = WANTED if wanted else REFUSED
    found.reason_code = reason.value if reason else ""
    found.judged_at = now()
    return found, subscription, row


def learned(session: Session) -> Iterator[Verdict]:
    """All verdicts on pairs of records, as `matcher.rank.feedback.learn` reads them, in order of their ids.

    What was told and not judged is there too, without a verdict: it was shown. Saved searches have no need or
    achievement of their own, so their verdicts say nothing of a pair.
    """
    found = session.execute(
        select(Recommendation, Subscription)
        .join(Subscription, Subscription.id == Recommendation.subscription_id)
        .where(
            Subscription.record_id.is_not(None),
            or_(Recommendation.told_at.is_not(None), Recommendation.judged_at.is_not(None)),
        )
        .order_by(Recommendation.id)
    )
    for item, subscription in found:
        own = str(subscription.record_id)
        pair = (own, item.record_id) if subscription.looks_for == Side.ACHIEVEMENT else (item.record_id, own)
        yield Verdict(
            need_id=pair[0],
            achievement_id=pair[1],
            verdict=_WORDS.get(item.verdict, ""),
            reason=Reason(item.reason_code).label if item.reason_code else "",
            rank=None,
            seen=True,
            day=china_day(item.judged_at or item.told_at or item.found_at),
            shown_in=("subscriptions", subscription.id, own),
            place=f"推荐 {item.id}",
        )
