"""The first moments of `matcher serve`: the lock, the socket, and the processes, which load while the rest goes on.

Nothing heavy is imported here: what this process has to load itself should load beside the others, not before them.
"""

import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from api.serve.holding import serving
from api.serve.listening import address_of, listen
from api.serve.supervisor import Supervisor, roles
from api.settings import ServiceSettings

__all__ = ["Launched", "launched", "say"]


@dataclass(frozen=True, slots=True)
class Launched:
    """A service whose processes wait for the database; `address` is what to open in a browser."""

    settings: ServiceSettings
    supervisor: Supervisor
    address: str


@contextmanager
def launched(settings: ServiceSettings) -> Iterator[Launched]:
    """Take the data folder and the port, and start the processes; they are ended at the end of the block.

    Raises:
        ConflictError: the data folder is being served already.
        ConfigError: the address or the port cannot be listened on, or the data folder cannot be made.
    """
    with serving(settings.data_dir), listen(settings.host, settings.port) as listening:
        address = address_of(listening)
        say(f"数据文件夹：{settings.data_dir.absolute()}")
        say(f"正在启动：{address}（接口说明 {address}/api/openapi.json）")
        with Supervisor(settings, roles(settings, listening), _given(settings, listening), say) as supervisor:
            yield Launched(settings, supervisor, address)


def say(text: str) -> None:
    """One line for whoever started the service."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def _given(settings: ServiceSettings, listening: socket.socket) -> dict[str, str]:
    """What the command line may have changed, for the processes."""
    return {
        "SERVICE_DATA_DIR": str(settings.data_dir.absolute()),
        "SERVICE_HOST": settings.host,
        "SERVICE_PORT": str(listening.getsockname()[1]),
    }
