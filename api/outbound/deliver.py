"""One attempt to deliver one event to one webhook."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum

from api.outbound.addresses import AddressRules
from api.outbound.errors import AddressRefusedError, BadReplyError, UnreachableError
from api.outbound.exchange import Reply, exchange
from api.outbound.network import Limits, Network
from api.outbound.signing import sign

__all__ = ["WEBHOOK_LIMITS", "Delivery", "Outcome", "deliver"]

# Replies are not read, redirects not followed; a receiver should answer first and work later.
WEBHOOK_LIMITS = Limits(max_bytes=0, connect_s=5.0, read_s=15.0, total_s=20.0, max_redirects=0)
_GONE = 410


class Outcome(StrEnum):
    """What to do after an attempt."""

    # Done.
    DELIVERED = "delivered"
    # 410: the receiver wants no more; switch the webhook off.
    GONE = "gone"
    # Try again later, see `backoff`.
    RETRY = "retry"
    # The rules do not allow the address; trying again is no use until someone changes one of them.
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Delivery:
    """How an attempt went.

    Attributes:
        outcome: what to do now.
        status: the receiver's HTTP status; None when there was no reply.
        detail: a Chinese sentence for the owner of the webhook; empty when delivered.
        retry_after_s: seconds the receiver asked to wait; None when it did not.
    """

    outcome: Outcome
    status: int | None = None
    detail: str = ""
    retry_after_s: int | None = None


def deliver(
    url: str,
    *,
    event_id: str,
    body: bytes,
    secrets: tuple[str, ...],
    now: datetime,
    rules: AddressRules,
    limits: Limits = WEBHOOK_LIMITS,
    network: Network | None = None,
) -> Delivery:
    """POST a signed JSON event; whatever the other side does becomes an outcome, not an error.

    Args:
        url: the webhook's address.
        event_id: the same for every attempt at this event, so that the receiver can drop doubles.
        body: JSON in UTF-8.
        secrets: see `signing.sign`.
        now: time of this attempt, with a time zone.
        rules: what may be called.
        limits: what the attempt may cost.
        network: how names are resolved and certificates are verified.

    Raises:
        WebhookSecretError: the secrets or the event's id cannot be used.
    """
    headers = sign(secrets, event_id=event_id, timestamp=int(now.timestamp()), body=body)
    headers["Content-Type"] = "application/json; charset=utf-8"
    try:
        reply = exchange(
            "POST",
            url,
            rules=rules,
            headers=headers,
            content=body,
            limits=limits,
            network=network,
            body_of=frozenset(),
        )
    except AddressRefusedError as error:
        return Delivery(Outcome.REFUSED, detail=str(error))
    except (UnreachableError, BadReplyError) as error:
        return Delivery(Outcome.RETRY, detail=str(error))
    return _classified(reply, now)


def _classified(reply: Reply, now: datetime) -> Delivery:
    status, origin = reply.status, reply.target.origin
    if 200 <= status < 300:
        return Delivery(Outcome.DELIVERED, status)
    if status == _GONE:
        return Delivery(Outcome.GONE, status, f"{origin} 表示不再接收（410）；推送已停用，需要时请重新启用。")
    if 300 <= status < 400:
        detail = f"{origin} 返回了跳转（{status}），推送不跟随跳转；请改填最终的网址。"
    else:
        detail = f"{origin} 返回了状态 {status}；将稍后重试，请检查接收程序。"
    return Delivery(Outcome.RETRY, status, detail, _retry_after_s(reply.header("retry-after"), now))


def _retry_after_s(text: str, now: datetime) -> int | None:
    """Seconds to wait, from a number or an HTTP date; None where there is neither."""
    if text.isascii() and text.isdecimal():
        # No receiver means more than nine digits of seconds.
        return int(text[:9])
    try:
        date = parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return None
    aware = date if date.tzinfo else date.replace(tzinfo=UTC)
    return max(0, int((aware - now).total_seconds()))
