"""Telling accounts something, once: an item in the inbox, and a delivery for each webhook that wants its kind."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from api.db.base import now
from api.db.tables import Account, InboxItem, Webhook, WebhookDelivery
from api.errors import NotFoundError

__all__ = ["mark_all_read", "mark_read", "messages", "tell", "tell_organisation", "unread"]


def tell(session: Session, account_id: str, *, key: str, kind: str, subject: str, body: Mapping[str, Any]) -> bool:
    """Put a message into an inbox and on its way to the account's webhooks; False where `key` was told before.

    Args:
        session: the transaction in which the thing told of happened.
        account_id: whom to tell.
        key: what the message is about, at most 120 characters; the same key is told once.
        kind: recommendation, digest, introduction, renewal, feed, job …
        subject: one Chinese line, of texts the account may read.
        body: ids and texts the account may read.
    """
    if session.scalar(select(InboxItem.id).where(InboxItem.account_id == account_id, InboxItem.key == key)):
        return False
    item = InboxItem(account_id=account_id, key=key, kind=kind, subject=subject[:300], body=dict(body))
    try:
        with session.begin_nested():
            session.add(item)
    except IntegrityError:
        # Somebody else tells it in this very moment; what the caller did besides must not be lost for that.
        return False
    for webhook in session.scalars(select(Webhook).where(Webhook.account_id == account_id, Webhook.active)):
        if not webhook.events or kind in webhook.events:
            session.add(WebhookDelivery(webhook_id=webhook.id, inbox_id=item.id))
    session.flush()
    return True


def tell_organisation(
    session: Session, organisation_id: str, *, key: str, kind: str, subject: str, body: Mapping[str, Any]
) -> int:
    """Tell everybody of an organisation who can sign in; how many were told now."""
    people = session.scalars(
        select(Account.id).where(Account.organisation_id == organisation_id, Account.disabled_at.is_(None))
    ).all()
    return sum(tell(session, person, key=key, kind=kind, subject=subject, body=body) for person in people)


def messages(session: Session, account_id: str, *, only_unread: bool, after: str, most: int) -> Sequence[InboxItem]:
    """An account's messages, newest first, `most` of them below the id `after` ("": from the newest)."""
    wanted = select(InboxItem).where(InboxItem.account_id == account_id)
    if only_unread:
        wanted = wanted.where(InboxItem.read_at.is_(None))
    if after:
        wanted = wanted.where(InboxItem.id < after)
    return session.scalars(wanted.order_by(InboxItem.id.desc()).limit(most)).all()


def unread(session: Session, account_id: str) -> int:
    """How many messages an account has not read."""
    return (
        session.scalar(select(func.count()).where(InboxItem.account_id == account_id, InboxItem.read_at.is_(None))) or 0
    )


def mark_read(session: Session, account_id: str, item_id: str) -> InboxItem:
    """Mark one message as read; one that was read stays so since then.

    Raises:
        NotFoundError: the account has no such message.
    """
    item = session.get(InboxItem, item_id)
    if item is None or item.account_id != account_id:
        raise NotFoundError(f"没有编号为“{item_id[:40]}”的消息；请核对编号。", "No such message.")
    item.read_at = item.read_at or now()
    return item


def mark_all_read(session: Session, account_id: str) -> int:
    """Mark everything as read; how many there were."""
    marked = session.execute(
        update(InboxItem)
        .where(InboxItem.account_id == account_id, InboxItem.read_at.is_(None))
        .values(read_at=now())
        .returning(InboxItem.id)
    )
    return len(marked.all())
