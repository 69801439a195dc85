"""No request body above its limit is read, whoever sends it and whatever it says of its length."""

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import TooLargeError
from api.problems import problem_of

__all__ = ["BodySize"]

_JSON_BYTES = 16 * 1024 * 1024
_FORM_OVERHEAD = 1024 * 1024


class _OverError(Exception):
    """More came than is allowed."""


class BodySize:
    """A small ASGI layer around the application: 16 MiB, or what the settings say for uploads."""

    def __init__(self, app: ASGIApp, *, upload_bytes: int) -> None:
        """Around `app`; `upload_bytes` is the limit of a form with files."""
        self._app = app
        self._upload_bytes = upload_bytes + _FORM_OVERHEAD

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer 413 as soon as too much has come."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        is_form = headers.get("content-type", "").startswith("multipart/form-data")
        limit = self._upload_bytes if is_form else _JSON_BYTES
        length = headers.get("content-length", "")
        if length.isascii() and length.isdigit() and int(length) > limit:
            await _refuse(scope, receive, send, limit)
            return
        came = 0
        refused = False

        async def counted() -> Message:
            nonlocal came
            message = await receive()
            came += len(message.get("body", b""))
            if came > limit:
                raise _OverError
            return message

        async def answer(message: Message) -> None:
            # Whoever reads the body makes an error of its own of ours; what it would answer is not sent.
            nonlocal refused
            if came <= limit:
                await send(message)
            elif not refused:
                refused = True
                await _refuse(scope, receive, send, limit)

        try:
            await self._app(scope, counted, answer)
        except _OverError:
            if not refused:
                await _refuse(scope, receive, send, limit)


async def _refuse(scope: Scope, receive: Receive, send: Send, limit: int) -> None:
    error = TooLargeError(
        f"内容超过 {limit // 1024 // 1024} MB；请分成几份再提交，或请管理员调整 SERVICE_MAX_UPLOAD_MB。",
        "The request is too large.",
    )
    await problem_of(Request(scope, receive), error)(scope, receive, send)
