"""Making, changing and ending webhooks; everybody has only their own."""

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.access.caller import Caller
from api.db.base import now
from api.db.tables import Webhook, WebhookDelivery
from api.errors import ConflictError, InvalidError, NotFoundError
from api.outbound.addresses import AddressRules, check_url
from api.outbound.errors import AddressRefusedError
from api.outbound.signing import new_secret

__all__ = ["MOST", "OLD_SECRET_S", "change", "create", "deliveries", "own", "owned", "rotate", "secrets_of"]

MOST = 20
"""How many an account may have."""
OLD_SECRET_S = 24 * 3600
"""How long the old secret signs beside the new one."""


def create(session: Session, caller: Caller, url: str, events: Sequence[str], rules: AddressRules) -> Webhook:
    """A new webhook of the caller's, with a fresh secret.

    Raises:
        InvalidError: the rules do not allow the address.
        ConflictError: the account has `MOST`.
    """
    mine = select(func.count()).where(Webhook.account_id == caller.account_id)
    if (session.scalar(mine) or 0) >= MOST:
        raise ConflictError(f"每个账号最多 {MOST} 个回调地址；请先删除不用的。", f"At most {MOST} webhooks.")
    _check(url, rules)
    made = Webhook(account_id=caller.account_id, url=url, secret=new_secret(), events=sorted(set(events)))
    session.add(made)
    session.flush()
    return made


def own(session: Session, caller: Caller) -> Sequence[Webhook]:
    """All of the caller's, oldest first."""
    return session.scalars(select(Webhook).where(Webhook.account_id == caller.account_id).order_by(Webhook.id)).all()


def owned(session: Session, caller: Caller, webhook_id: str) -> Webhook:
    """One of the caller's.

    Raises:
        NotFoundError: there is none of that id, or it is another's.
    """
    found = session.get(Webhook, webhook_id)
    if found is None or found.account_id != caller.account_id:
        raise NotFoundError(f"没有编号为“{webhook_id[:40]}”的回调；请核对编号。", "No such webhook.")
    return found


def change(
    webhook: Webhook,
    rules: AddressRules,
    *,
    url: str | None = None,
    events: Sequence[str] | None = None,
    active: bool | None = None,
) -> None:
    """Change what is named; switching it on again also takes up what was waiting.

    Raises:
        InvalidError: the rules do not allow the address that it has then.
    """
    if url is not None:
        _check(url, rules)
        webhook.url = url
    if events is not None:
        webhook.events = sorted(set(events))
    if active is not None:
        if active:
            _check(webhook.url, rules)
            webhook.disabled_reason = ""
        webhook.active = active


def rotate(webhook: Webhook, moment: dt.datetime | None = None) -> str:
    """A new secret; for a day the old one signs too, so that the receiver can change over at any time."""
    webhook.old_secret = webhook.secret
    webhook.old_secret_until = (moment or now()) + dt.timedelta(seconds=OLD_SECRET_S)
    webhook.secret = new_secret()
    return webhook.secret


def secrets_of(webhook: Webhook, moment: dt.datetime) -> tuple[str, ...]:
    """Those that sign at a moment, the new one first."""
    until = webhook.old_secret_until
    both = webhook.old_secret and until is not None and moment < until
    return (webhook.secret, webhook.old_secret) if both else (webhook.secret,)


def deliveries(session: Session, webhook: Webhook, *, after: str, most: int) -> Sequence[WebhookDelivery]:
    """Newest first, `most` of them below the id `after` ("": from the newest)."""
    wanted = select(WebhookDelivery).where(WebhookDelivery.webhook_id == webhook.id)
    if after:
        wanted = wanted.where(WebhookDelivery.id < after)
    return session.scalars(wanted.order_by(WebhookDelivery.id.desc()).limit(most)).all()


def _check(url: str, rules: AddressRules) -> None:
    try:
        check_url(url, rules)
    except AddressRefusedError as error:
        raise InvalidError(str(error), "This address may not be called.", field="url") from error
