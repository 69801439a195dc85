"""What matches one need: graded achievements, the institutions and teams behind them, and all of it as a workbook."""

import asyncio

from starlette.responses import Response

from api.routes.bodies.subscriptions import SubscriptionOut
from api.schemas.base import Page
from api.schemas.matching import FiltersBody, MatchesOut, OrganisationLeadOut
from api.schemas.media import XLSX
from api.schemas.records import NeedOut
from api.web.pages.desk.asking import introductions_of, or_none
from api.web.visit import Visit

__all__ = ["institutions", "matches", "workbook"]

_SHOWN = 10
_FOUND_BY = 3


async def matches(visit: Visit) -> Response:
    """The list, best first, ten a page."""
    path = f"/needs/{visit.path('id')}"
    need = await visit.api.get(NeedOut, path)
    found, introductions, subscribed = await asyncio.gather(
        visit.api.ask(MatchesOut, f"{path}/matches", FiltersBody(), limit=_SHOWN, cursor=visit.query.get("cursor")),
        introductions_of(visit, need.id),
        or_none(visit, Page[SubscriptionOut], "/subscriptions", limit=100),
    )
    watched = subscribed is not None and any(item.record_id == need.id for item in subscribed.items)
    return visit.page(
        "needs/matches.html",
        need=need,
        found=found,
        asked={item.achievement.id: item for item in introductions if item.achievement.id},
        watched=watched,
        good=sum(item.level >= _FOUND_BY for item in found.items),
    )


async def institutions(visit: Visit) -> Response:
    """Who could solve it: a piece of the page of matches, asked for when that is there; a page of its own besides."""
    path = f"/needs/{visit.path('id')}"
    need, found = await asyncio.gather(
        visit.api.get(NeedOut, path), visit.api.get(list[OrganisationLeadOut], f"{path}/institutions")
    )
    return visit.page("needs/institutions.html", need=need, found=found[:_SHOWN])


async def workbook(visit: Visit) -> Response:
    """The matches as a spreadsheet."""
    path = f"/needs/{visit.path('id')}/matches"
    answer = await visit.api.question(path, FiltersBody(), format="xlsx", limit=50)
    headers = {"Content-Disposition": 'attachment; filename="matches.xlsx"', "Cache-Control": "private, no-store"}
    return Response(answer.content, media_type=XLSX, headers={**headers, "X-Content-Type-Options": "nosniff"})
