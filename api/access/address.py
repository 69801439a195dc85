"""Where a request comes from, as far as it can be believed: only trusted proxies may say so in a header."""

import ipaddress
from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

from matcher.errors import ConfigError

__all__ = ["UNKNOWN", "Network", "Networks", "address_group", "client_address", "parse_networks"]

Network = IPv4Network | IPv6Network
Networks = tuple[Network, ...]

# A peer without an address: a Unix socket, a test. All of them are limited as one.
UNKNOWN = "unknown"
# One customer of a provider holds at least this much of IPv6.
IPV6_PREFIX = 64


def parse_networks(texts: Iterable[str]) -> tuple[Network, ...]:
    """Networks of proxies from `10.0.0.0/8`, `::1` and the like.

    Raises:
        ConfigError: one is no network, or is every address there is: then anybody could claim any address.
    """
    networks: list[Network] = []
    for text in texts:
        try:
            network = ipaddress.ip_network(text.strip(), strict=False)
        except ValueError as error:
            raise ConfigError(f"可信代理 {text!r} 不是地址段；请写成 10.0.0.0/8 或 127.0.0.1 这样的形式。") from error
        if network.prefixlen == 0:
            raise ConfigError(f"可信代理 {text!r} 包含所有地址，任何人都能伪造来源；请只写代理服务器所在的地址段。")
        networks.append(network)
    return tuple(networks)


def client_address(peer: str | None, forwarded: Sequence[str], trusted: Sequence[Network]) -> str:
    """The address of the client in its shortest form, or `UNKNOWN`.

    `forwarded` holds the value of every `X-Forwarded-For` header, in order (`headers.getlist`). It is read from its
    end: each proxy adds whom it was called by, so entries count only as long as the one that wrote them is trusted;
    what stands further left was written by a stranger. An entry that is no address ends the reading.
    """
    current = _parse(peer or "")
    if current is None:
        return UNKNOWN
    for entry in reversed([entry for value in forwarded for entry in value.split(",")]):
        if not any(current in network for network in trusted):
            break
        before = _parse(entry)
        if before is None:
            break
        current = before
    return str(current)


def address_group(address: str) -> str:
    """What limits are counted by: an IPv4 address itself, the /64 of an IPv6 address (one customer has all of it)."""
    parsed = _parse(address)
    if isinstance(parsed, IPv6Address):
        return str(ipaddress.ip_network((parsed, IPV6_PREFIX), strict=False))
    return address if parsed is None else str(parsed)


def _parse(text: str) -> IPv4Address | IPv6Address | None:
    """An address as proxies write it: with a port, in brackets, IPv4 inside IPv6."""
    text = text.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address
