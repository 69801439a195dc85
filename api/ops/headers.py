"""Headers that belong on every answer."""

import re

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["SafeHeaders"]

_HSTS = "max-age=31536000; includeSubDomains"
_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
}
# A page brings its own policy; an answer of the API is never a page.
_POLICY = "default-src 'none'; frame-ancestors 'none'"
_SIGNED = re.compile(rb"(?:^|;\s*)(?:__Host-)?ttm=")


class SafeHeaders:
    """Pure ASGI middleware: adds what is missing and leaves what a route has set."""

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        """`https`: the service is reached by HTTPS only, and browsers may remember that."""
        self._app = app
        self._always = {**_ALWAYS, "Content-Security-Policy": _POLICY} | (
            {"Strict-Transport-Security": _HSTS} if https else {}
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; headers are added as the answer starts."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        # What somebody who is signed in was shown must not stay in a cache that others use.
        private = "authorization" in headers or _SIGNED.search(headers.get("cookie", "").encode()) is not None

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer = MutableHeaders(scope=message)
                for name, value in self._always.items():
                    answer.setdefault(name, value)
                if private:
                    answer.setdefault("Cache-Control", "no-store")
            await send(message)

        await self._app(scope, receive, sending)
