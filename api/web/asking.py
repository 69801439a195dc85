"""The API, asked in process in the name of the visitor: the same routes, rights, limits and audit as for a program."""

import functools
import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import httpx
from pydantic import BaseModel, SecretStr, TypeAdapter
from pydantic_core import to_json
from starlette.requests import Request
from starlette.types import ASGIApp

from api.problems import Problem

__all__ = ["Api", "File", "RefusedError"]

T = TypeVar("T")
PREFIX = "/api/v1"
# What tells the API who asks, from where, and by which page.
_PASSED_ON = ("cookie", "host", "origin", "sec-fetch-site", "user-agent", "x-forwarded-for")
# What is asked by POST because the question is long.
_QUESTIONS = re.compile(
    r"/(search|facets|checkup|comparison|indicators|needs/[^/]+/matches|achievements/[^/]+/leads"
    r"|fairs/drafts|fairs/[^/]+/(moves/check|noshows))"
)
_ERRORS_FROM = 400
_PATIENCE_S = 600
File = tuple[str, tuple[str, Any, str]]
"""A part of an upload: its field, and name, open file and media type."""


class RefusedError(Exception):
    """The API said no; `problem` has the sentence for people and the status, 401 where nobody is known."""

    def __init__(self, problem: Problem, retry_after_s: int | None = None) -> None:
        """`retry_after_s`: when it makes sense to ask again, where the API said so."""
        super().__init__(problem.detail)
        self.problem = problem
        self.retry_after_s = retry_after_s

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.problem.status


class Api:
    """Asks the API as the browser of one request would. Answers come as the models that the routes answer with."""

    def __init__(self, app: ASGIApp, request: Request, request_id: str) -> None:
        """`app` is the whole service; `request_id`, the page's, goes into the log of all that is asked for it."""
        peer = (request.client.host, request.client.port) if request.client else ("", 0)
        # A fault inside is answered as a problem by the API itself.
        transport = httpx.ASGITransport(app, raise_app_exceptions=False, client=peer)
        headers = {name: value for name in _PASSED_ON if (value := request.headers.get(name))}
        self._client = httpx.AsyncClient(
            transport=transport,
            base_url="http://service",
            headers={**headers, "x-request-id": request_id},
            # Nothing goes over a wire: the engine may take its time.
            timeout=_PATIENCE_S,
            trust_env=False,
        )
        self.csrf_token = ""
        self.own_token = ""
        self.cookies: list[str] = []

    async def get(self, answer: type[T], path: str, **query: Any) -> T:
        """What a GET of `path` (below /api/v1) answers; query values that are None are left out.

        Raises:
            RefusedError: the API refuses.
        """
        response = await self.send("GET", path, query=query)
        return _read(answer, response)

    async def post(self, answer: type[T], path: str, body: BaseModel | None = None, **query: Any) -> T:
        """What a POST answers. Raises RefusedError."""
        return _read(answer, await self.send("POST", path, body=body, query=query))

    async def ask(self, answer: type[T], path: str, body: BaseModel | None = None, **query: Any) -> T:
        """What a question is answered that is put by POST and changes nothing. Raises as `question`."""
        return _read(answer, await self.question(path, body, **query))

    async def question(self, path: str, body: BaseModel | None = None, **query: Any) -> httpx.Response:
        """The answer to such a question, for files.

        Whoever only looks sent no token; the visitor's own goes with these, and with nothing that changes things.

        Raises:
            RefusedError: the API refuses.
            ValueError: the path is no question.
        """
        if not _QUESTIONS.fullmatch(path):
            raise ValueError(f"{path} is not known to change nothing")
        headers = {"x-csrf-token": self.own_token} if self.own_token else {}
        return await self.send("POST", path, body=body, query=query, headers=headers)

    async def send(
        self,
        method: str,
        path: str,
        *,
        body: BaseModel | None = None,
        query: Mapping[str, Any] | None = None,
        version: int | None = None,
        files: Sequence[File] | None = None,
        fields: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """Any request; for answers that are files, and for changes.

        Args:
            method: GET, POST, PUT, PATCH, DELETE.
            path: below /api/v1.
            body: sent as JSON, only what was set.
            query: values that are None are left out.
            version: of the thing that is changed, sent as If-Match.
            files, fields: a form with files instead of a body.
            headers: more of them.

        Raises:
            RefusedError: the API refuses.
        """
        sent = dict(headers or {})
        if self.csrf_token and method != "GET":
            sent.setdefault("x-csrf-token", self.csrf_token)
        if version is not None:
            sent["if-match"] = f'"{version}"'
        content = None
        if body is not None:
            content = to_json(_opened(body.model_dump(exclude_unset=True)))
            sent["content-type"] = "application/json"
        response = await self._client.request(
            method,
            f"{PREFIX}{path}",
            params={name: value for name, value in (query or {}).items() if value is not None},
            content=content,
            files=None if files is None else list(files),
            data=None if fields is None else dict(fields),
            headers=sent,
        )
        self.cookies += response.headers.get_list("set-cookie")
        if response.status_code >= _ERRORS_FROM:
            raise RefusedError(_problem(response), _seconds(response.headers.get("retry-after")))
        return response


def _opened(value: Any) -> Any:
    """A body's values with its passwords as they were typed: the API is who they are meant for."""
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, Mapping):
        return {name: _opened(item) for name, item in value.items()}
    return [_opened(item) for item in value] if isinstance(value, list) else value


@functools.cache
def _adapter(answer: Any) -> TypeAdapter[Any]:
    return TypeAdapter(answer)


def _read(answer: type[T], response: httpx.Response) -> T:
    kind: Any = answer
    found: T = _adapter(kind).validate_json(response.content)
    return found


def _problem(response: httpx.Response) -> Problem:
    return Problem.model_validate_json(response.content)


def _seconds(text: str | None) -> int | None:
    return int(text) if text is not None and text.isdigit() else None
