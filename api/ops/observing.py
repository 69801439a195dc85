"""Every request gets a number, a line in the log and a place in the counters."""

import re
import secrets
import time

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.access.caller import Caller
from api.ops.metrics import Metrics

__all__ = ["HEADER", "Observing", "request_id_of", "template_of"]

HEADER = "X-Request-ID"
_SANE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")
_FAULT = 500
# Asked every few seconds by machines.
_UNLOGGED = frozenset({"/healthz", "/readyz", "/metrics"})


def request_id_of(given: str | None) -> str:
    """The caller's own number of a request, where it is sane (8 to 64 of letters, digits, `._-`); else a new one."""
    return given if given is not None and _SANE.fullmatch(given) else secrets.token_hex(8)


def template_of(scope: Scope) -> str:
    """The path with its variable parts by name, `/api/v1/needs/{record_id}`; never what a caller wrote into them."""
    route, values = scope.get("route"), scope.get("path_params") or {}
    if route is None:
        return str(scope["path"]) if "endpoint" in scope and not values else "unmatched"
    below = str(route.path)
    for name, value in values.items():
        below = below.replace(f"{{{name}}}", str(value)).replace(f"{{{name}:path}}", str(value))
    prefix = str(scope["path"]).removesuffix(below) if str(scope["path"]).endswith(below) else ""
    return f"{prefix}{route.path}"


class Observing:
    """Pure ASGI middleware. The log line has the template of the route, never the path, the query or a body."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics) -> None:
        """`metrics`: of this application."""
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and note what came of it; a fault is answered here, so that it bears the number too."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = request_id_of(Headers(scope=scope).get(HEADER))
        scope.setdefault("state", {})["request_id"] = request_id
        began = time.perf_counter()
        status = 0
        noted = False

        def note() -> None:
            nonlocal noted
            if not noted:
                noted = True
                # Nothing was sent: the caller hung up.
                self._note(scope, status or 499, time.perf_counter() - began)

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[HEADER] = request_id
            elif message["type"] == "http.response.body" and not message.get("more_body", False):
                # Before the last of it leaves: whoever has an answer finds it counted.
                note()
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=request_id):
            try:
                await self._app(scope, receive, sending)
            except Exception as error:
                if status:
                    raise
                await _answer_fault(error, scope, receive, sending)
            finally:
                note()

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        template = template_of(scope)
        method = scope["method"] if len(scope["method"]) <= 10 else "OTHER"
        self._metrics.note(method, template, status, seconds, tags=getattr(scope.get("route"), "tags", None) or ())
        if template in _UNLOGGED and status != _FAULT:
            return
        caller = scope["state"].get("caller")
        who = caller if isinstance(caller, Caller) else Caller()
        structlog.get_logger("access").info(
            "request",
            method=method,
            route=template,
            status=status,
            ms=round(seconds * 1000, 1),
            account=who.account_id,
            key=who.key_id,
            address=who.address or None,
        )


async def _answer_fault(error: Exception, scope: Scope, receive: Receive, send: Send) -> None:
    handler = scope["app"].exception_handlers[Exception]
    response = handler(Request(scope, receive), error)
    await response(scope, receive, send)
