"""My needs: where each stands, and, as soon as it is looked at, what matches it and what to do next."""

import asyncio

from starlette.responses import Response

from api.days import china_day
from api.routes.bodies.outlook import OutlookOut
from api.routes.bodies.quality import QualityOut
from api.schemas.base import Page
from api.schemas.records import NeedOut
from api.web.pages.desk.asking import ORDER, grouped, or_none, state_asked
from api.web.visit import Visit

__all__ = ["desk", "outlook"]

_MOST = 100
_SOON_DAYS = 30


async def desk(visit: Visit) -> Response:
    """The list, by state where all of it is on one page."""
    state = state_asked(visit)
    found = await visit.api.get(
        Page[NeedOut], "/needs", mine=True, limit=_MOST, state=state, cursor=visit.query.get("cursor")
    )
    whole = not found.next_cursor and not visit.query.get("cursor")
    return visit.page(
        "needs/desk.html",
        found=found,
        state=state,
        groups=grouped(found.items) if whole and state is None else [(state, found.items)],
        states=ORDER,
        today=china_day(),
        soon=_SOON_DAYS,
        review=visit.service.settings.review,
    )


async def outlook(visit: Visit) -> Response:
    """What the standing matching says of one need, what it lacks, and what to do next; asked for row by row."""
    path = f"/needs/{visit.path('id')}"
    need = await visit.api.get(NeedOut, path)
    seen, quality = await asyncio.gather(
        or_none(visit, OutlookOut, f"{path}/outlook"), or_none(visit, QualityOut, f"{path}/quality")
    )
    return visit.page("needs/outlook.html", need=need, seen=seen, quality=quality)
