"""Showcases: chosen achievements with what is said of each."""

from starlette.responses import Response

from api.routes.bodies.showcases import ShowcaseLine, ShowcaseOut
from api.schemas.base import Page
from api.web.page import reading
from api.web.visit import Visit

__all__ = ["PAGES"]


async def _showcases(visit: Visit) -> Response:
    found = await visit.api.get(Page[ShowcaseLine], "/showcases", cursor=visit.query.get("cursor"))
    return visit.page("showcases/list.html", found=found)


async def _showcase(visit: Visit) -> Response:
    found = await visit.api.get(ShowcaseOut, f"/showcases/{visit.path('slug')}")
    return visit.page("showcases/one.html", found=found)


PAGES = (reading("/showcases", _showcases), reading("/showcase/{slug}", _showcase))
