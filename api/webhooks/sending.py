"""Sending what is due: webhooks side by side, events of one in turn, so that a slow one holds up no other."""

import datetime as dt
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import delete
from sqlalchemy.orm import Session

from api.access.caller import Caller
from api.db.base import new_id, now
from api.db.tables import InboxItem, WebhookDelivery
from api.outbound.addresses import AddressRules
from api.outbound.deliver import WEBHOOK_LIMITS, Delivery, Outcome, deliver
from api.outbound.network import Limits, Network
from api.service import Service
from api.webhooks.addresses import address_rules
from api.webhooks.lease import DELIVERED, GIVEN_UP, Leased, due, settle, take
from api.webhooks.registry import owned

__all__ = ["clear_old", "send_due", "send_test"]

_WEBHOOKS, _EACH, _SIDE_BY_SIDE = 200, 20, 8
# A round ends some time, whatever there is to send.
_ROUND_S = 30
# Somebody waits for the answer.
_TEST_LIMITS = Limits(max_bytes=0, connect_s=5.0, read_s=8.0, total_s=10.0, max_redirects=0)

Clock = Callable[[], dt.datetime]


def send_due(service: Service, clock: Clock = now, network: Network | None = None) -> int:
    """Send what is due; how many attempts were made.

    Args:
        service: whose database.
        clock: the present, in UTC.
        network: how names are resolved and certificates verified.
    """
    with service.database.reading() as session:
        found = due(session, clock(), webhooks=_WEBHOOKS, each=_EACH)
        rules = address_rules(session, service.settings) if found else AddressRules()
    if not found:
        return 0
    with ThreadPoolExecutor(_SIDE_BY_SIDE, thread_name_prefix="webhook") as pool:
        sent = pool.map(lambda ids: _send_in_turn(service, ids, rules, clock, network), found.values())
        return sum(sent)


def send_test(service: Service, caller: Caller, webhook_id: str, network: Network | None = None) -> WebhookDelivery:
    """Send a test event at once, active or not, without trying again; what came of it.

    Raises:
        NotFoundError: the caller has no such webhook, or has deleted it meanwhile.
    """
    moment = now()
    with service.database.work() as session:
        webhook = owned(session, caller, webhook_id)
        item = InboxItem(
            account_id=webhook.account_id,
            key=f"test:{new_id()}",
            kind="test",
            subject="回调测试消息",
            body={"webhook_id": webhook.id},
            read_at=moment,
        )
        session.add(item)
        session.flush()
        delivery = WebhookDelivery(webhook_id=webhook.id, inbox_id=item.id, due_at=moment)
        session.add(delivery)
        session.flush()
        leased = take(session, delivery.id, moment, testing=True)
        rules = address_rules(session, service.settings)
    if leased is not None:
        result = _attempt(leased, rules, moment, network, _TEST_LIMITS)
        with service.database.work() as session:
            settle(session, leased, result, now(), retry=False)
    with service.database.reading() as session:
        owned(session, caller, webhook_id)
        return session.get_one(WebhookDelivery, delivery.id)


def clear_old(service: Service, moment: dt.datetime | None = None) -> int:
    """Delete deliveries that came to an end longer ago than `keep_days`; how many."""
    before = (moment or now()) - dt.timedelta(days=service.settings.keep_days)
    with service.database.work() as session:
        return _clear(session, before)


def _clear(session: Session, before: dt.datetime) -> int:
    gone = session.execute(
        delete(WebhookDelivery)
        .where(WebhookDelivery.state.in_((DELIVERED, GIVEN_UP)), WebhookDelivery.due_at < before)
        .returning(WebhookDelivery.id)
        .execution_options(synchronize_session=False)
    )
    return len(gone.all())


def _send_in_turn(
    service: Service, delivery_ids: Sequence[str], rules: AddressRules, clock: Clock, network: Network | None
) -> int:
    """The events of one webhook until one fails: where one does not get through, the next would not either."""
    started, sent = time.monotonic(), 0
    for delivery_id in delivery_ids:
        with service.database.work() as session:
            leased = take(session, delivery_id, clock())
        if leased is None:
            continue
        result = _attempt(leased, rules, clock(), network, WEBHOOK_LIMITS)
        with service.database.work() as session:
            settle(session, leased, result, clock())
        sent += 1
        if result.outcome is not Outcome.DELIVERED or time.monotonic() - started > _ROUND_S:
            break
    return sent


def _attempt(
    leased: Leased, rules: AddressRules, moment: dt.datetime, network: Network | None, limits: Limits
) -> Delivery:
    return deliver(
        leased.url,
        event_id=leased.event_id,
        body=leased.body,
        secrets=leased.secrets,
        now=moment,
        rules=rules,
        limits=limits,
        network=network,
    )
