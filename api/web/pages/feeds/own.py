"""The list of one's own feeds with how each does, and one with its runs."""

import asyncio

from starlette.responses import Response

from api.routes.bodies.feeds import FeedOut, HealthOut, RunOut
from api.schemas.base import Page
from api.web.visit import Visit

__all__ = ["feed", "feeds"]

_MOST = 20
_ORDER = ("failing", "late", "waiting", "ok", "off")


async def feeds(visit: Visit) -> Response:
    """What needs somebody comes first."""
    found = await visit.api.get(Page[FeedOut], "/feeds", limit=_MOST, cursor=visit.query.get("cursor"))
    healths = await asyncio.gather(*(visit.api.get(HealthOut, f"/feeds/{item.id}/health") for item in found.items))
    rows = sorted(
        zip(found.items, healths, strict=True), key=lambda row: (not row[1].waiting, _ORDER.index(row[1].status))
    )
    return visit.page("feeds/feeds.html", rows=rows, next_cursor=found.next_cursor)


async def feed(visit: Visit) -> Response:
    """One: health, what waits, its runs."""
    path = f"/feeds/{visit.path('id')}"
    found, health, runs = await asyncio.gather(
        visit.api.get(FeedOut, path),
        visit.api.get(HealthOut, f"{path}/health"),
        visit.api.get(Page[RunOut], f"{path}/runs", cursor=visit.query.get("cursor")),
    )
    return visit.page(
        "feeds/feed.html", feed=found, health=health, runs=runs, public_url=visit.service.settings.public_url
    )
