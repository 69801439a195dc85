"""The `RateLimit-…` headers on every answer, errors included: a handler of errors has no answer of the route."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["STATE", "RateHeaders"]

STATE = "rate_headers"
"""The name under which `api.identify` leaves them on `request.state`."""


class RateHeaders:
    """A small ASGI layer around the application."""

    def __init__(self, app: ASGIApp) -> None:
        """Around `app`."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and add to its answer what was left on its state."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        # The same dictionary is behind `request.state`, however deep the request goes.
        state = scope.setdefault("state", {})

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(state.get(STATE, {}))
            await send(message)

        await self._app(scope, receive, answer)
