"""Everything the service says to other machines and reads from them. No database, no web framework.

See docs/outbound.md. All calls block: make them from a job or a thread.
"""

from api.outbound.addresses import AddressRules, Target, check_url
from api.outbound.backoff import DELAYS_S, next_attempt
from api.outbound.deliver import WEBHOOK_LIMITS, Delivery, Outcome, deliver
from api.outbound.errors import (
    AddressRefusedError,
    BadReplyError,
    FolderRefusedError,
    OutboundError,
    SignatureRefusedError,
    TooLargeError,
    UnreachableError,
    WebhookSecretError,
)
from api.outbound.exchange import Reply, exchange
from api.outbound.fetch import fetch
from api.outbound.fetched import Fetched, NotModified, Validators
from api.outbound.folder import FolderFile, FolderRules, fetch_file, list_folder
from api.outbound.network import Limits, Network
from api.outbound.resolve import Resolver, checked_addresses, system_resolve
from api.outbound.saving import save_fetched
from api.outbound.signing import new_secret, sign, verify

__all__ = [
    "DELAYS_S",
    "WEBHOOK_LIMITS",
    "AddressRefusedError",
    "AddressRules",
    "BadReplyError",
    "Delivery",
    "Fetched",
    "FolderFile",
    "FolderRefusedError",
    "FolderRules",
    "Limits",
    "Network",
    "NotModified",
    "OutboundError",
    "Outcome",
    "Reply",
    "Resolver",
    "SignatureRefusedError",
    "Target",
    "TooLargeError",
    "UnreachableError",
    "Validators",
    "WebhookSecretError",
    "check_url",
    "checked_addresses",
    "deliver",
    "exchange",
    "fetch",
    "fetch_file",
    "list_folder",
    "new_secret",
    "next_attempt",
    "save_fetched",
    "sign",
    "system_resolve",
    "verify",
]
