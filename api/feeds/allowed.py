"""Hosts that an administrator allows this service to call."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.db.tables import AllowedHost
from api.errors import NotFoundError
from api.outbound import AddressRules
from api.settings import ServiceSettings

__all__ = ["allow_host", "forbid_host", "normal_host", "rules_for"]

_HTTP = "http://"


def normal_host(text: str) -> str:
    """An entry of the list in its normal form: "host" or "host:port", lower case.

    Raises:
        ConfigError: not a host.
    """
    entries = AddressRules.of([text]).allowed_hosts
    return next(iter(entries or ()))


def rules_for(session: Session, settings: ServiceSettings, url: str) -> AddressRules:
    """The rules under which one address may be called.

    https always; http only for a host of which the administrator said so. From an http address a redirect leads to
    such hosts only.
    """
    plain = url.lower().startswith(_HTTP)
    hosts = select(AllowedHost.host)
    if plain:
        hosts = hosts.where(AllowedHost.unencrypted)
    return AddressRules.of(
        session.scalars(hosts),
        allow_private=settings.allow_private_addresses,
        schemes=("http", "https") if plain else ("https",),
    )


def allow_host(session: Session, account_id: str | None, text: str, *, unencrypted: bool) -> AllowedHost:
    """Put a host on the list, or change whether http is enough for it.

    Raises:
        ConfigError: not a host.
    """
    host = normal_host(text)
    found = session.get(AllowedHost, host)
    if found is None:
        found = AllowedHost(host=host, added_by=account_id)
        session.add(found)
    found.unencrypted = unencrypted
    session.flush()
    return found


def forbid_host(session: Session, text: str) -> None:
    """Take a host from the list.

    Raises:
        ConfigError: not a host.
        NotFoundError: it is not on the list.
    """
    host = normal_host(text)
    found = session.get(AllowedHost, host)
    if found is None:
        raise NotFoundError(f"允许名单中没有“{host}”；请核对主机名和端口。", "This host is not on the list.")
    session.delete(found)
    session.flush()
