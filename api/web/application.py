"""The pages as an ASGI application of their own, beside the API's."""

from importlib.resources import files

import structlog
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from api.access.roles import EVERYBODY, Role
from api.accounts.origins import check_origin
from api.errors import ForbiddenError
from api.identify import cookie_token
from api.problems import Problem
from api.routes.bodies.accounts import MeOut
from api.service import Service
from api.web.asking import Api, RefusedError
from api.web.languages import COOKIE, language_of
from api.web.page import Page
from api.web.pages import PAGES
from api.web.templating import STATIC
from api.web.visit import Visit

__all__ = ["POLICY", "create_pages"]

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        # The light stylesheet draws its marks as data addresses.
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
"""No inline script or style, nothing from elsewhere."""

_UNKNOWN = 401


class _Static(StaticFiles):
    """Files whose address changes with their content."""

    def file_response(self, *args: object, **kwargs: object) -> Response:
        response = super().file_response(*args, **kwargs)  # type: ignore[arg-type]
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


def create_pages(service: Service, app: ASGIApp) -> ASGIApp:
    """The pages over a service; `app` is the whole of it, whose API is asked in process."""

    async def unusual(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 404
        return await _Door(service, app, _instead(status)).open(request)

    routes: list[BaseRoute] = [
        Route(page.path, _Door(service, app, page).open, methods=[page.method]) for page in PAGES
    ]
    routes.append(Mount(STATIC, _Static(directory=str(files("api.web") / "static"))))
    return Starlette(
        routes=routes,
        exception_handlers={HTTPException: unusual},
        middleware=[Middleware(GZipMiddleware, minimum_size=1000)],
    )


def _instead(status: int) -> Page:
    """What is shown instead of a page that is not there, or when a form could not even be read."""

    async def draw(visit: Visit) -> Response:
        if status in {404, 405}:
            return visit.page("errors/missing.html", status=status)
        detail = visit.say("发来的内容无法读取（文件太多、字段太多或格式不对）；请返回减少后重试。")
        return visit.page("errors/refused.html", status=status, title=visit.say("没有收到"), detail=detail)

    return Page("unmatched", draw, "GET", EVERYBODY, with_old_password=True)


class _Door:
    """Lets a visitor into one page: who it is, whether the page is for them, and what to say when the API refuses."""

    def __init__(self, service: Service, app: ASGIApp, page: Page) -> None:
        self._service = service
        self._app = app
        self._page = page

    async def open(self, request: Request) -> Response:
        """Answer the request; whatever goes wrong, with a page that says so."""
        # The log names the page by its pattern.
        request.scope["route"] = self._page
        api = Api(self._app, request, getattr(request.state, "request_id", ""))
        visit = Visit(request, service=self._service, api=api, language=language_of(request.cookies.get(COOKIE)))
        try:
            visit.me = await _who(api) if cookie_token(self._service, request) else None
            api.own_token = visit.me.csrf_token if visit.me else ""
            response = await self._answer(visit)
        except RefusedError as error:
            response = _refused(visit, error.problem)
        except HTTPException:
            # An address that is not there, a form that cannot be read: answered by the application.
            raise
        except Exception as error:  # noqa: BLE001
            response = _broken(visit, error)
        response.headers["Content-Security-Policy"] = POLICY
        for cookie in api.cookies:
            response.headers.append("set-cookie", cookie)
        return response

    async def _answer(self, visit: Visit) -> Response:
        page = self._page
        if visit.me is not None and visit.me.must_change_password and not page.with_old_password:
            return visit.go("/account/password")
        if visit.role not in page.roles:
            return _turned_away(visit)
        if page.method == "POST":
            if (foreign := _foreign(visit)) is not None:
                return foreign
            visit.api.csrf_token = visit.request.headers.get("x-csrf-token") or (await visit.form()).token
        return await page.draw(visit)


async def _who(api: Api) -> MeOut | None:
    try:
        return await api.get(MeOut, "/me")
    except RefusedError as error:
        if error.status == _UNKNOWN:
            return None
        raise


def _foreign(visit: Visit) -> Response | None:
    """The answer to a form of another site's page, which browsers say of it."""
    try:
        check_origin(visit.request.headers, visit.service.settings.public_url)
    except ForbiddenError as error:
        return visit.page("errors/refused.html", status=error.status, detail=error.detail, title=error.title)
    return None


def _turned_away(visit: Visit) -> Response:
    if visit.role is Role.ANONYMOUS:
        # After a form that was sent too late the page before it is the one to come back to.
        wanted = visit.request.url
        path = f"{wanted.path}?{wanted.query}" if wanted.query else wanted.path
        return visit.go("/sign-in", back=path if visit.request.method == "GET" else "")
    return visit.page("errors/not_yours.html", status=403)


def _refused(visit: Visit, problem: Problem) -> Response:
    if problem.status == _UNKNOWN and visit.role is Role.ANONYMOUS and not visit.partial:
        return RedirectResponse("/sign-in", status_code=303)
    english = visit.language.value == "en"
    return visit.page(
        "errors/refused.html",
        status=problem.status,
        detail=problem.detail_en if english and problem.detail_en else problem.detail,
        title=problem.title_en if english else problem.title,
    )


def _broken(visit: Visit, error: Exception) -> Response:
    """A fault of ours: the log has it, the visitor the number to quote."""
    structlog.get_logger("page").error("fault", exc_info=error)
    number = getattr(visit.request.state, "request_id", "")
    detail = visit.say("页面出错，已记录；请把这个编号告诉管理员：") + number
    return visit.page("errors/refused.html", status=500, title=visit.say("页面出错"), detail=detail)
