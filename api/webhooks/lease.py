"""Who sends a delivery: taking it puts its due time off, and only one of several workers can do that.

A lease is a compare-and-set on `due_at`, which every database can do. Who dies while sending leaves the delivery as
it was, to be sent again when the lease is over: at least once, under the same event's id.
"""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from api.db.tables import InboxItem, Webhook, WebhookDelivery
from api.inbox import tell
from api.outbound.backoff import next_attempt
from api.outbound.deliver import Delivery, Outcome
from api.subscriptions.watcher import watcher
from api.webhooks.events import event_body
from api.webhooks.registry import secrets_of

__all__ = ["LEASE_S", "Leased", "due", "settle", "take"]

LEASE_S = 120
"""Longer than any attempt takes (`api.outbound.deliver.WEBHOOK_LIMITS`)."""
WAITING, DELIVERED, GIVEN_UP = "waiting", "delivered", "given-up"
TROUBLE = "webhook"


@dataclass(frozen=True, slots=True, kw_only=True)
class Leased:
    """A delivery to be sent now, until `until` by nobody else. `secrets` are not shown in logs."""

    delivery_id: str
    webhook_id: str
    until: dt.datetime
    url: str
    event_id: str
    body: bytes
    secrets: tuple[str, ...]


def due(session: Session, moment: dt.datetime, *, webhooks: int, each: int) -> dict[str, list[str]]:
    """Ids of deliveries that are due, by webhook: of the longest waiting `webhooks`, `each` of every one at most."""
    ready = (WebhookDelivery.state == WAITING, WebhookDelivery.due_at <= moment)
    heads = session.scalars(
        select(WebhookDelivery.webhook_id)
        .join(Webhook, Webhook.id == WebhookDelivery.webhook_id)
        .where(*ready, Webhook.active)
        .group_by(WebhookDelivery.webhook_id)
        .order_by(func.min(WebhookDelivery.due_at), WebhookDelivery.webhook_id)
        .limit(webhooks)
    ).all()
    return {
        webhook_id: list(
            session.scalars(
                select(WebhookDelivery.id)
                .where(WebhookDelivery.webhook_id == webhook_id, *ready)
                .order_by(WebhookDelivery.due_at, WebhookDelivery.id)
                .limit(each)
            )
        )
        for webhook_id in heads
    }


def take(session: Session, delivery_id: str, moment: dt.datetime, *, testing: bool = False) -> Leased | None:
    """Take a delivery; None where somebody else has it, or it is not to be sent any more.

    Args:
        session: a unit of work.
        delivery_id: which.
        moment: the present, in UTC.
        testing: whether the webhook may be switched off.
    """
    delivery = session.get(WebhookDelivery, delivery_id)
    if delivery is None or delivery.state != WAITING or delivery.due_at > moment:
        return None
    webhook, item = session.get_one(Webhook, delivery.webhook_id), session.get_one(InboxItem, delivery.inbox_id)
    if not (webhook.active or testing):
        return None
    until = moment + dt.timedelta(seconds=LEASE_S)
    taken = session.execute(
        update(WebhookDelivery)
        .where(
            WebhookDelivery.id == delivery_id,
            WebhookDelivery.state == WAITING,
            WebhookDelivery.due_at == delivery.due_at,
        )
        .values(due_at=until)
        .returning(WebhookDelivery.id)
        .execution_options(synchronize_session=False)
    )
    if taken.scalar() is None:
        return None
    if watcher(session, webhook.account_id) is None:
        session.execute(
            update(WebhookDelivery)
            .where(WebhookDelivery.id == delivery_id)
            .values(state=GIVEN_UP, last_error="账号已停用。")
            .execution_options(synchronize_session=False)
        )
        return None
    return Leased(
        delivery_id=delivery_id,
        webhook_id=webhook.id,
        until=until,
        url=webhook.url,
        event_id=item.id,
        body=event_body(item),
        secrets=secrets_of(webhook, moment),
    )


def settle(session: Session, leased: Leased, result: Delivery, moment: dt.datetime, *, retry: bool = True) -> None:
    """Write down how an attempt went, unless the lease ran out and somebody else has the delivery.

    Args:
        session: a unit of work.
        leased: what was sent.
        result: how it went.
        moment: when the attempt ended.
        retry: whether a failed one is tried again.
    """
    delivery = session.get(WebhookDelivery, leased.delivery_id)
    # None: its webhook was deleted meanwhile.
    if delivery is None or delivery.state != WAITING or delivery.due_at != leased.until:
        return
    delivery.attempts += 1
    delivery.last_status, delivery.last_error = result.status, result.detail[:300]
    if result.outcome is Outcome.DELIVERED:
        delivery.state, delivery.delivered_at = DELIVERED, moment
        return
    webhook = session.get_one(Webhook, delivery.webhook_id)
    again = next_attempt(leased.event_id, failed=delivery.attempts, at=moment, retry_after_s=result.retry_after_s)
    if result.outcome is Outcome.REFUSED and retry:
        # Nothing is lost: it goes out when somebody has changed the address or the rules and switched it on again.
        delivery.due_at = moment
        _switch_off(session, webhook, result.detail, moment)
    elif result.outcome is Outcome.GONE and retry:
        delivery.state = GIVEN_UP
        session.execute(
            update(WebhookDelivery)
            .where(WebhookDelivery.webhook_id == webhook.id, WebhookDelivery.state == WAITING)
            .values(state=GIVEN_UP, last_error=result.detail[:300])
        )
        _switch_off(session, webhook, result.detail, moment)
    elif again is None or not retry:
        delivery.state = GIVEN_UP
        if retry:
            _complain(session, webhook, leased, result.detail)
    else:
        delivery.due_at = again


def _switch_off(session: Session, webhook: Webhook, reason: str, moment: dt.datetime) -> None:
    webhook.active, webhook.disabled_reason = False, reason[:300]
    session.flush()
    tell(
        session,
        webhook.account_id,
        key=f"{TROUBLE}:{webhook.id}:off:{moment.isoformat()}",
        kind=TROUBLE,
        subject="一个回调地址已停用，请检查后重新启用",
        body={"webhook_id": webhook.id, "reason": reason},
    )


def _complain(session: Session, webhook: Webhook, leased: Leased, reason: str) -> None:
    """Tell that an event was not delivered; a complaint that was not delivered itself is not told again."""
    item = session.get_one(InboxItem, leased.event_id)
    if item.kind == TROUBLE:
        return
    tell(
        session,
        webhook.account_id,
        key=f"{TROUBLE}:{webhook.id}:lost:{item.id}",
        kind=TROUBLE,
        subject="一条消息多次推送失败，已不再重试；可在消息列表中查看原文",
        body={"webhook_id": webhook.id, "inbox_id": item.id, "reason": reason},
    )
