"""Which addresses an account may have called."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.db.tables import AllowedHost
from api.outbound.addresses import AddressRules
from api.settings import ServiceSettings

__all__ = ["address_rules"]


def address_rules(session: Session, settings: ServiceSettings) -> AddressRules:
    """The administrator's list; http only where private addresses are allowed, in one's own network.

    Raises:
        ConfigError: an entry of the list is not a host.
    """
    private = settings.allow_private_addresses
    return AddressRules.of(
        session.scalars(select(AllowedHost.host)),
        allow_private=private,
        schemes=("https", "http") if private else ("https",),
    )
