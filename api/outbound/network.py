"""How much another machine may cost, and how it is reached."""

import ssl
from dataclasses import dataclass
from functools import cache

import httpx

from api.outbound.resolve import Resolver, system_resolve

__all__ = ["Limits", "Network", "public_authorities"]


@dataclass(frozen=True, slots=True)
class Limits:
    """What one exchange may cost.

    Attributes:
        max_bytes: largest body, on the way and again after decompression; at least 0.
        connect_s: seconds to resolve the name, to connect and to shake hands, each; above 0.
        read_s: seconds without a byte; above 0.
        total_s: seconds for all of it, redirects included; above 0.
        max_redirects: redirects followed by a GET; 0 for none. Each is checked like the first address.
    """

    max_bytes: int = 64 * 2**20
    connect_s: float = 10.0
    read_s: float = 30.0
    total_s: float = 120.0
    max_redirects: int = 3


@dataclass(frozen=True, slots=True)
class Network:
    """How names are resolved and certificates are verified; `ssl_context` for a private certificate authority."""

    resolve: Resolver = system_resolve
    ssl_context: ssl.SSLContext | None = None


@cache
def public_authorities() -> ssl.SSLContext:
    """The TLS settings for the public authorities, read from disk once."""
    return httpx.create_ssl_context()
