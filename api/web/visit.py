"""One request of a browser: who it is, what was sent, how it is answered."""

from collections.abc import Mapping
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

from pydantic import BaseModel
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from api.access.roles import Role
from api.routes.bodies.accounts import MeOut
from api.service import Service
from api.web.asking import Api, File
from api.web.forms import Form, read_form
from api.web.languages import Language, catalogue
from api.web.templating import environment

__all__ = ["Visit"]

B = TypeVar("B", bound=BaseModel)
_MOST_FIELDS = 4000
_MOST_FILES = 20


class Visit:
    """What a page's function gets. It asks `api`, and answers by `page` or `go`."""

    def __init__(self, request: Request, *, service: Service, api: Api, language: Language) -> None:
        """Nobody is known yet; `me` is set to who is signed in."""
        self.request = request
        self.service = service
        self.api = api
        self.me: MeOut | None = None
        self.language = language
        self._form: Form | None = None

    @property
    def role(self) -> Role:
        """Of whoever is signed in, else ANONYMOUS."""
        return Role.ANONYMOUS if self.me is None else self.me.account.role

    @property
    def partial(self) -> bool:
        """Whether htmx asks for a piece of a page, which is then answered without what stands around it."""
        headers = self.request.headers
        return "hx-request" in headers and "hx-history-restore-request" not in headers

    @property
    def query(self) -> Mapping[str, str]:
        """The address's query; of names that come several times the last (`request.query_params.getlist` has all)."""
        return self.request.query_params

    def path(self, name: str) -> str:
        """A variable part of the address, safe to be put into an address of the API."""
        return quote(str(self.request.path_params[name]), safe="")

    def say(self, text: str) -> str:
        """A Chinese text of the interface in the visitor's language; the literal is found by the catalogue's test."""
        return catalogue(self.language).gettext(text)

    async def form(self) -> Form:
        """What was filled in, read once."""
        if self._form is None:
            self._form = read_form(await self.request.form(max_files=_MOST_FILES, max_fields=_MOST_FIELDS))
        return self._form

    async def files(self, name: str) -> list[File]:
        """Uploaded files of a field, to be passed on to the API; an empty choice is none."""
        sent = (await self.request.form(max_files=_MOST_FILES, max_fields=_MOST_FIELDS)).getlist(name)
        return [
            (name, (file.filename or "", file.file, file.content_type or "application/octet-stream"))
            for file in sent
            if isinstance(file, UploadFile) and file.filename
        ]

    def page(self, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
        """A template drawn with `values`, and `visit` besides."""
        text = environment(self.language).get_template(template).render(visit=self, **values)
        # What is shown depends on who looks; and going back must not show the page of somebody who signed out.
        headers = {"Cache-Control": "no-store", "Vary": "Cookie, HX-Request"}
        return HTMLResponse(text, status_code=status, headers=headers)

    def go(self, path: str, *, said: str = "", **query: str) -> Response:
        """Send the browser to another page of ours, after a change.

        Args:
            path: of the page.
            said: a key of `api.web.notices.NOTICES`, shown there once.
            query: more of the address's query.
        """
        asked = {name: value for name, value in {**query, "said": said}.items() if value}
        target = f"{path}?{urlencode(asked)}" if asked else path
        if self.partial:
            return Response(status_code=204, headers={"HX-Redirect": target})
        return RedirectResponse(target, status_code=303)
