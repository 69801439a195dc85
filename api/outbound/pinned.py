"""Connections that go to the very address that was checked, and end by a deadline.

A name is resolved once, here, and the socket is opened to the result: there is no second look-up in which a hostile
name server could answer with an inner address (DNS rebinding). TLS still verifies the name, and `Host` still carries
it, because httpcore knows only the name.
"""

import ssl
from collections.abc import Iterable
from typing import Any

import httpcore

from api.outbound.addresses import AddressRules
from api.outbound.deadline import Deadline
from api.outbound.resolve import Resolver, checked_addresses

__all__ = ["PinnedBackend"]

# Small enough that a receiver which takes a few bytes at a time is stopped by the deadline.
_PIECE = 16 * 1024
# A name with more addresses than this is not tried to the end.
_MOST_ADDRESSES = 4


class PinnedBackend(httpcore.NetworkBackend):
    """Opens connections to checked addresses only; every wait is cut to what is left until the deadline."""

    def __init__(self, rules: AddressRules, *, resolve: Resolver, deadline: Deadline) -> None:
        self._rules = rules
        self._resolve = resolve
        self._deadline = deadline
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Resolve, check and connect; the addresses of a name are tried in order.

        Raises:
            AddressRefusedError: the name has an address that may not be called.
            UnreachableError: the name is not known.
            httpcore.ConnectError: no address takes the connection.
            httpcore.ConnectTimeout: none did in time.
        """
        wait_s = _cut(timeout, self._deadline, httpcore.ConnectTimeout)
        addresses = checked_addresses(host, port, self._rules, resolve=self._resolve, timeout_s=wait_s)
        *others, last = addresses[:_MOST_ADDRESSES]
        for address in others:
            try:
                return self._connect(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return self._connect(last, port, timeout, local_address, socket_options)

    def _connect(
        self,
        address: str,
        port: int,
        timeout: float | None,
        local_address: str | None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None,
    ) -> httpcore.NetworkStream:
        wait_s = _cut(timeout, self._deadline, httpcore.ConnectTimeout)
        stream = self._sockets.connect_tcp(address, port, wait_s, local_address, socket_options)
        return _TimedStream(stream, self._deadline)


class _TimedStream(httpcore.NetworkStream):
    """A stream whose every wait ends by the deadline, however slowly the other side drips."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _cut(timeout, self._deadline, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for start in range(0, len(buffer), _PIECE):
            wait_s = _cut(timeout, self._deadline, httpcore.WriteTimeout)
            self._stream.write(buffer[start : start + _PIECE], wait_s)

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        wait_s = _cut(timeout, self._deadline, httpcore.ConnectTimeout)
        return _TimedStream(self._stream.start_tls(ssl_context, server_hostname, wait_s), self._deadline)

    # httpcore's own signature: what comes back depends on `info`.
    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _cut(timeout_s: float | None, deadline: Deadline, late: type[httpcore.TimeoutException]) -> float:
    left_s = deadline.left_s()
    if left_s <= 0:
        raise late("the whole exchange took too long")
    return left_s if timeout_s is None else min(timeout_s, left_s)
