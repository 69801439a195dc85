"""Making, changing and ending subscriptions; everybody has only their own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.access.caller import Caller
from api.db.base import now
from api.db.tables import RecordRow, Subscription
from api.errors import ConflictError, InvalidError, NotFoundError
from api.matching.asking import text_query
from api.records.reading import Reader
from api.subscriptions.asking import stands
from api.subscriptions.rhythm import Digest
from matcher.records import Side

__all__ = ["MOST", "Changes", "Wish", "change", "end", "own", "owned", "subscribe"]

MOST = 200
"""How many an account may have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a new subscription shall be: of an own record, or of a text with conditions."""

    name: str = ""
    record_id: str | None = None
    text: str = ""
    looks_for: Side | None = None
    filters: Mapping[str, Any]
    min_level: int = 3
    digest: Digest = Digest.INSTANT


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What shall be different; None: as it is."""

    name: str | None = None
    text: str | None = None
    filters: Mapping[str, Any] | None = None
    min_level: int | None = None
    digest: Digest | None = None
    active: bool | None = None


def subscribe(session: Session, caller: Caller, wish: Wish) -> Subscription:
    """A new subscription of the caller's.

    Raises:
        NotFoundError: the record is not one of the caller's organisation.
        InvalidError: both a record and a text, or neither, or a side that does not go with the record.
        ConflictError: the record is withdrawn or over, is watched already, or the account has `MOST`.
    """
    mine = select(func.count()).where(Subscription.account_id == caller.account_id, Subscription.deleted_at.is_(None))
    if (session.scalar(mine) or 0) >= MOST:
        raise ConflictError(f"每个账号最多 {MOST} 个订阅；请先删除不用的订阅。", f"At most {MOST} subscriptions.")
    if (wish.record_id is None) == (not wish.text.strip()):
        raise InvalidError(
            "请用 record_id 写明本单位的一条记录，或用 text 写明要找什么，二者选一。",
            "Name an own record or a text, not both.",
            field="record_id",
        )
    looks_for = _side_of_partners(session, caller, wish)
    made = Subscription(
        account_id=caller.account_id,
        name=wish.name,
        looks_for=looks_for.value,
        record_id=wish.record_id,
        text=wish.text,
        filters=dict(wish.filters),
        min_level=wish.min_level,
        digest=wish.digest.value,
    )
    session.add(made)
    session.flush()
    return made


def own(session: Session, caller: Caller, *, after: str, most: int) -> Sequence[Subscription]:
    """The caller's, newest first, `most` of them below the id `after` ("": from the newest)."""
    wanted = select(Subscription).where(Subscription.account_id == caller.account_id, Subscription.deleted_at.is_(None))
    if after:
        wanted = wanted.where(Subscription.id < after)
    return session.scalars(wanted.order_by(Subscription.id.desc()).limit(most)).all()


def owned(session: Session, caller: Caller, subscription_id: str) -> Subscription:
    """One of the caller's.

    Raises:
        NotFoundError: there is none of that id, or it is another's.
    """
    found = session.get(Subscription, subscription_id)
    if found is None or found.deleted_at is not None or found.account_id != caller.account_id:
        raise NotFoundError(f"没有编号为“{subscription_id[:40]}”的订阅；请核对编号。", "No such subscription.")
    return found


def change(subscription: Subscription, changes: Changes) -> None:
    """Change what is named.

    Raises:
        InvalidError: a text for a subscription of a record, or a blank one.
    """
    if changes.text is not None:
        if subscription.record_id is not None:
            raise InvalidError("此订阅按记录匹配，没有检索词；请去掉 text。", "It has no text.", field="text")
        text_query(changes.text, Side(subscription.looks_for))
        subscription.text = changes.text
    if changes.filters is not None:
        subscription.filters = dict(changes.filters)
    if changes.name is not None:
        subscription.name = changes.name
    if changes.min_level is not None:
        subscription.min_level = changes.min_level
    if changes.digest is not None:
        subscription.digest = changes.digest.value
    if changes.active is not None:
        subscription.active = changes.active


def end(subscription: Subscription) -> None:
    """Delete it; what was refused through it stays refused."""
    subscription.active = False
    subscription.deleted_at = now()


def _side_of_partners(session: Session, caller: Caller, wish: Wish) -> Side:
    """Raises as `subscribe`."""
    if wish.record_id is None:
        looks_for = wish.looks_for or Side.ACHIEVEMENT
        text_query(wish.text, looks_for)
        return looks_for
    row = Reader(session, caller).row(wish.record_id)
    if not caller.owns(row.owner_id):
        raise NotFoundError(f"贵单位没有编号为“{wish.record_id[:40]}”的记录；请核对编号。", "No such record of yours.")
    if not stands(row, caller):
        raise ConflictError("这条记录已撤回、过期或完成；请先重新发布，再订阅。", "The record does not stand any more.")
    looks_for = Side(row.side).other
    if wish.looks_for not in (None, looks_for):
        raise InvalidError("需求只能订阅成果，成果只能订阅需求；请改正 looks_for。", field="looks_for")
    _not_twice(session, caller, row)
    return looks_for


def _not_twice(session: Session, caller: Caller, row: RecordRow) -> None:
    """Raises ConflictError where the account watches for this record already."""
    known = session.scalar(
        select(Subscription.id).where(
            Subscription.account_id == caller.account_id,
            Subscription.record_id == row.id,
            Subscription.deleted_at.is_(None),
        )
    )
    if known is not None:
        raise ConflictError(f"已订阅过这条记录（订阅 {known}）；请修改原订阅。", "This record is watched already.")
