"""Which kind of network an IP address belongs to.

`ipaddress.is_global` alone will not do: its answers changed between patch releases of Python, it calls multicast and
NAT64 addresses global, and it knows nothing of the metadata services of clouds.
"""

import ipaddress
from enum import StrEnum

__all__ = ["Reach", "reach"]

_Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Reach(StrEnum):
    """Who can be behind an address."""

    PUBLIC = "public"
    PRIVATE = "private"
    NEVER = "never"


# Callable only where private networks are allowed: this machine, its site, a carrier's inner network (CGNAT).
_PRIVATE: tuple[_Network, ...] = tuple(
    ipaddress.ip_network(text)
    for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "100.64.0.0/10", "::1/128", "fc00::/7")
)
# Never callable, whatever the settings say. Link-local is here because clouds hand out credentials there.
_NEVER: tuple[_Network, ...] = tuple(
    ipaddress.ip_network(text)
    for text in (
        # "this network", link-local, protocol assignments, documentation, 6to4 relays, benchmarks, multicast, reserved
        *("0.0.0.0/8", "169.254.0.0/16", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15"),
        *("198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
        # Metadata services outside the link-local range: Alibaba Cloud, Azure, AWS, Google Cloud.
        *("100.100.100.200/32", "168.63.129.16/32", "fd00:ec2::254/128", "fd20:ce::254/128"),
        # Inside 2000::/3: Teredo, ORCHID, documentation, 6to4. Each of the tunnels hides an IPv4 address.
        *("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"),
    )
)
# Today's global unicast. Outside it lie ::, IPv4-mapped, IPv4-compatible, NAT64 (64:ff9b::), link-local and multicast.
_GLOBAL_V6 = ipaddress.IPv6Network("2000::/3")


def reach(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> Reach:
    """Tell whether an address is public, private, or one that no service should ever call."""
    if any(address in network for network in _NEVER):
        return Reach.NEVER
    if any(address in network for network in _PRIVATE):
        return Reach.PRIVATE
    if isinstance(address, ipaddress.IPv6Address) and address not in _GLOBAL_V6:
        return Reach.NEVER
    return Reach.PUBLIC
