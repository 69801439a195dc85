"""Which of the two is asked: what begins with /api, and what machines watch, is the API's; all else is a page."""

from starlette.types import ASGIApp, Receive, Scope, Send

__all__ = ["Front"]

_MACHINES = frozenset({"/healthz", "/metrics", "/readyz"})


class Front:
    """Pure ASGI middleware, the innermost, so that pages get number, log line and headers like the API."""

    def __init__(self, app: ASGIApp, *, pages: ASGIApp) -> None:
        """`app` answers for the API."""
        self._app = app
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on to one of them."""
        path = scope.get("path", "")
        is_page = scope["type"] == "http" and not path.startswith("/api/") and path not in _MACHINES and path != "/api"
        await (self._pages if is_page else self._app)(scope, receive, send)
