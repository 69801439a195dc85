"""The application: made by a function, so that there is none at import and any number in tests."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache

from fastapi import APIRouter, Depends, FastAPI
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.routing import BaseRoute

from api.access.rate_headers import RateHeaders
from api.access.rights import Needs
from api.errors import ServiceError
from api.identify import identify
from api.ops.body_size import BodySize
from api.ops.installing import install
from api.problems import add_handlers, problems
from api.routes import (
    accounts,
    audit,
    comparison,
    engine,
    evaluations,
    fair_days,
    fair_plans,
    fairs,
    feeds,
    home,
    imports,
    inbox,
    introductions,
    jobs,
    keys,
    matching,
    oidc,
    organisations,
    outlook,
    quality,
    records,
    registrations,
    showcases,
    sign_in,
    statistics,
    subscriptions,
    webhooks,
)
from api.service import Service
from api.web.application import create_pages
from api.web.front import Front

__all__ = ["api_routes", "create_app"]

PREFIX = "/api/v1"
_ALWAYS = (400, 401, 403, 413, 422, 429, 503)
_DESCRIPTION = """科技成果与企业需求智能匹配服务。

登录后用会话 Cookie（修改类请求须带 X-CSRF-Token），机器用 `Authorization: Bearer 密钥`。
错误一律为 `application/problem+json`，`detail` 写明原因和下一步。
"""


def create_app(service: Service) -> FastAPI:
    """The web application over a service whose database has its tables.

    Raises:
        ServiceError: a route does not say who may call it.
    """

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        service.matching.start()
        yield
        service.matching.stop()
        if service.oidc is not None:
            service.oidc.close()
        service.database.close()

    app = FastAPI(
        title="科技成果与企业需求智能匹配 Technology-transfer matching",
        version="1",
        description=_DESCRIPTION,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
    )
    app.state.service = service
    app.add_middleware(Front, pages=create_pages(service, app))
    app.add_middleware(RateHeaders)
    app.add_middleware(BodySize, upload_bytes=service.settings.max_upload_mb * 1024 * 1024)
    add_handlers(app)
    app.router.routes.extend(api_routes())
    install(app, service)
    _check_rights(app)
    return app


@cache
def api_routes() -> tuple[BaseRoute, ...]:
    """The routes of the API, shared by all applications: a second's work, and they hold nothing of a service."""
    api = APIRouter(prefix=PREFIX, dependencies=[Depends(identify)], responses=problems(*_ALWAYS))
    for router in (
        imports.exports,
        outlook.router,
        *records.routers(),
        sign_in.router,
        oidc.router,
        registrations.router,
        accounts.router,
        organisations.router,
        keys.router,
        audit.router,
        matching.router,
        comparison.router,
        quality.router,
        home.router,
        engine.router,
        introductions.router,
        subscriptions.router,
        inbox.router,
        webhooks.router,
        feeds.router,
        feeds.hosts_router,
        evaluations.router,
        showcases.router,
        statistics.router,
        imports.router,
        jobs.router,
        fairs.router,
        fair_plans.router,
        fair_days.router,
    ):
        api.include_router(router)
    return tuple(api.routes)


def _check_rights(app: FastAPI) -> None:
    """Raises ServiceError where a route of the API was forgotten."""
    for route in iter_route_contexts(app.routes):
        if isinstance(route.original_route, APIRoute):
            stated = [item for item in route.dependencies if isinstance(item.dependency, Needs)]
            if len(stated) != 1 or not route.original_route.operation_id:
                raise ServiceError(f"路由 {route.original_route.path} 没有写明谁可以调用；请用 needs(…) 标明。")
