"""The first page: the box, what there is, what is new, and a door for each kind of visitor."""

from starlette.responses import Response

from api.routes.bodies.home import HomeOut
from api.web.page import reading
from api.web.visit import Visit

__all__ = ["PAGES"]

_NEWEST = 5


async def _home(visit: Visit) -> Response:
    found = await visit.api.get(HomeOut, "/home")
    return visit.page("home/home.html", found=found, newest=_NEWEST)


PAGES = (reading("/", _home),)
