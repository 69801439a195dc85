"""The web process: uvicorn on the socket the supervisor opened."""

import gc
import socket

import uvicorn

from api.app import create_app
from api.serve.building import build_service
from api.serve.stopping import ends_with_parent

__all__ = ["run_web"]

# How long running requests may take after the service was told to stop.
_GRACE_S = 10
# Proxies keep connections for a minute; ours must not be closed first.
_KEEP_ALIVE_S = 75


def run_web(descriptor: str) -> None:
    """Serve until told to stop; then accept nothing new, finish what runs, and return.

    Args:
        descriptor: number of a listening socket, as the command line brings it.

    Raises:
        ConfigError: a setting that cannot work.
    """
    app = create_app(build_service(name="web"))
    config = uvicorn.Config(
        app,
        # Our own lines say more, and never a query string.
        access_log=False,
        log_config=None,
        server_header=False,
        # Forwarded addresses are read by `api.access.address`, which knows whom to believe.
        proxy_headers=False,
        timeout_graceful_shutdown=_GRACE_S,
        timeout_keep_alive=_KEEP_ALIVE_S,
    )
    # What has been imported and made stays. Looking through all of it for garbage would stop every thread for 0.2 s.
    gc.collect()
    gc.freeze()
    ends_with_parent()
    with socket.socket(fileno=int(descriptor)) as listening:
        uvicorn.Server(config).run(sockets=[listening])
