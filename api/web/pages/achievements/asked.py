"""Who asks for something near my work: needs that nothing serves, which own achievement is near, what is missing."""

import asyncio

from starlette.responses import Response

from api.routes.bodies.introductions import IntroductionOut
from api.routes.bodies.outlook import UnmetNeedsOut
from api.schemas.base import Page
from api.web.pages.desk.asking import or_none
from api.web.pages.search.showing import waits
from api.web.visit import Visit

__all__ = ["asked"]

_MOST = 30
_INTRODUCTIONS = 100


async def asked(visit: Visit) -> Response:
    """Nearest first; asked live, and told to wait while the models are being loaded."""
    found, at_work = None, None
    if waits(visit) is None:
        found, at_work = await asyncio.gather(
            visit.api.get(UnmetNeedsOut, "/achievements/unmet-needs", limit=_MOST),
            or_none(visit, Page[IntroductionOut], "/introductions", limit=_INTRODUCTIONS),
        )
    pairs = {(item.need.id, item.achievement.id): item for item in at_work.items} if at_work else {}
    return visit.page("achievements/asked.html", found=found, pairs=pairs)
