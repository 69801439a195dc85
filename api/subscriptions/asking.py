"""A subscription as a question to the engine: its query, its conditions, and in whose name."""

from collections.abc import Iterator
from dataclasses import dataclass

import structlog
from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.access.caller import Caller
from api.db.tables import RecordRow, Subscription
from api.matching.asking import text_query
from api.records.content import to_record
from api.records.states import State
from api.schemas.matching import FiltersBody
from api.subscriptions.watcher import watcher
from matcher.index.filters import Filter
from matcher.records import Record, Side

__all__ = ["Asking", "active", "stands"]

_BLOCK = 64
_STANDING = frozenset({State.DRAFT, State.REVIEW, State.PUBLISHED})


@dataclass(frozen=True, slots=True, eq=False)
class Asking:
    """One active subscription. An own record asks with its whole text: only its owner reads what comes of it."""

    subscription: Subscription
    caller: Caller
    query: Record
    conditions: Filter | None


def active(session: Session, looks_for: Side, after: str) -> tuple[list[Asking], str]:
    """The next block of active subscriptions that look for a side, and the id to go on after; "" at the end.

    Left out are those whose account is disabled and those whose own record no longer stands or changed hands.
    """
    found = session.scalars(
        select(Subscription)
        .where(
            Subscription.looks_for == looks_for.value,
            Subscription.active,
            Subscription.deleted_at.is_(None),
            Subscription.id > after,
        )
        .order_by(Subscription.id)
        .limit(_BLOCK)
    ).all()
    ids = {item.record_id for item in found if item.record_id is not None}
    rows = {row.id: row for row in session.scalars(select(RecordRow).where(RecordRow.id.in_(ids)))} if ids else {}
    askings = [asking for item in found for asking in _asking(session, item, rows)]
    return askings, found[-1].id if len(found) == _BLOCK else ""


def _asking(session: Session, item: Subscription, rows: dict[str, RecordRow]) -> Iterator[Asking]:
    caller = watcher(session, item.account_id)
    if caller is None:
        return
    try:
        conditions = FiltersBody.model_validate(item.filters).to_filter() if item.filters else None
    except ValidationError:
        # Written by another release; its owner sees it and can save it again.
        structlog.get_logger("subscriptions").warning("filters_not_read", subscription=item.id)
        return
    if item.record_id is None:
        yield Asking(item, caller, text_query(item.text, Side(item.looks_for)), conditions)
        return
    row = rows.get(item.record_id)
    if row is not None and stands(row, caller):
        yield Asking(item, caller, to_record(row), conditions)


def stands(row: RecordRow, caller: Caller) -> bool:
    """Whether a record can ask for partners: it is the caller's own and neither withdrawn nor over."""
    return row.deleted_at is None and row.state in _STANDING and caller.owns(row.owner_id)
