"""Which feeds a caller manages, and which it may read the health of."""

from sqlalchemy import ColumnElement, false, true
from sqlalchemy.orm import Session

from api.access.caller import Caller
from api.access.roles import OWNERS, Role
from api.db.tables import Feed
from api.errors import ConflictError, NotFoundError

__all__ = ["health_feed", "managed", "managed_feed", "push_feed"]


def managed(caller: Caller) -> ColumnElement[bool]:
    """The condition on `Feed` under which the caller manages it: its organisation's own, all for an administrator."""
    if caller.role is Role.ADMINISTRATOR:
        return true()
    if caller.role in OWNERS and caller.organisation_id is not None:
        return Feed.organisation_id == caller.organisation_id
    return false()


def managed_feed(session: Session, caller: Caller, feed_id: str, *, lock: bool = False) -> Feed:
    """A feed the caller manages; `lock` until the end of the transaction.

    Raises:
        NotFoundError: there is none of that id, or it is another's.
    """
    feed = session.get(Feed, feed_id, with_for_update=lock or None)
    if feed is None or not _manages(caller, feed):
        raise _missing(feed_id)
    return feed


def health_feed(session: Session, caller: Caller, feed_id: str) -> Feed:
    """A feed whose health the caller may read: organisers see to all of them.

    Raises:
        NotFoundError: there is none of that id, or it is another's.
    """
    feed = session.get(Feed, feed_id)
    if feed is None or not (_manages(caller, feed) or caller.is_staff):
        raise _missing(feed_id)
    return feed


def push_feed(session: Session, caller: Caller, feed_id: str) -> Feed:
    """A feed that the caller's machine may push to; others that push to it wait until the transaction ends.

    Raises:
        NotFoundError: there is none of that id, or it is another's.
        ConflictError: it is not one of pushing, or it is switched off.
    """
    # Locked: lists that hold the same records in another order would wait for each other for ever.
    feed = managed_feed(session, caller, feed_id, lock=True)
    if feed.kind != "push":
        raise ConflictError(f"供数“{feed.name}”由本系统定时读取，不接受推送；请另建一个推送供数。", "Not a push feed.")
    if not feed.active:
        raise ConflictError(f"供数“{feed.name}”已停用；请先启用再推送。", "The feed is switched off.")
    return feed


def _manages(caller: Caller, feed: Feed) -> bool:
    if caller.role is Role.ADMINISTRATOR:
        return True
    return caller.role in OWNERS and caller.owns(feed.organisation_id)


def _missing(feed_id: str) -> NotFoundError:
    return NotFoundError(f"没有编号为“{feed_id[:40]}”的供数；请核对编号。", "No such feed.")
