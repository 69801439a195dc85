"""The socket of the web processes, opened by the supervisor so that all share it and a restart loses no caller."""

import errno
import socket
import time

from matcher.errors import ConfigError

__all__ = ["address_of", "listen"]

_BACKLOG = 1024


def listen(host: str, port: int, *, patience_s: float = 15.0) -> socket.socket:
    """A socket that listens; port 0 takes any free one.

    Waits up to `patience_s` where the port is in use: the web process of a supervisor that was killed lets go of it as
    soon as it has answered what it was asked.

    Raises:
        ConfigError: the address does not exist here, or the port stays in use.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except OSError as error:
        raise ConfigError(f"监听地址 {host} 不可用（{error}）；请检查 --host 或 SERVICE_HOST。") from error
    until = time.monotonic() + patience_s
    while True:
        found = socket.socket(family, kind, protocol)
        try:
            found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            found.bind(address)
            found.listen(_BACKLOG)
        except OSError as error:
            found.close()
            if error.errno != errno.EADDRINUSE or time.monotonic() > until:
                raise ConfigError(
                    f"无法监听 {host}:{port}（{error.strerror}）；请停止占用此端口的程序，或用 --port 另选一个。"
                ) from error
            time.sleep(0.2)
        else:
            return found


def address_of(listening: socket.socket) -> str:
    """What to open in a browser on this machine."""
    host, port = listening.getsockname()[:2]
    if host in {"0.0.0.0", "::", "127.0.0.1"}:  # noqa: S104
        host = "localhost"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
