"""One need of one's own: what it says, how well it is put, who read closed parts, its introductions and history."""

import asyncio

from starlette.responses import Response

from api.days import china_day
from api.routes.bodies.accounts import ReadingOut
from api.routes.bodies.outlook import OutlookOut
from api.routes.bodies.quality import QualityOut
from api.schemas.records import NeedOut
from api.web.pages.desk.asking import introductions_of, or_none
from api.web.pages.desk.bodies import VersionOut
from api.web.pages.desk.side import NEEDS
from api.web.visit import Visit

__all__ = ["one"]


async def one(visit: Visit) -> Response:
    """All about it."""
    path = f"/needs/{visit.path('id')}"
    need = await visit.api.get(NeedOut, path)
    history, readers, quality, seen, introductions = await asyncio.gather(
        visit.api.get(list[VersionOut], f"{path}/history"),
        or_none(visit, list[ReadingOut], f"/records/{visit.path('id')}/readers"),
        or_none(visit, QualityOut, f"{path}/quality"),
        or_none(visit, OutlookOut, f"{path}/outlook"),
        introductions_of(visit, need.id),
    )
    return visit.page(
        "needs/one.html",
        need=need,
        history=history,
        readers=readers or [],
        quality=quality,
        seen=seen,
        introductions=introductions,
        tiered=NEEDS.tiered,
        today=china_day(),
        review=visit.service.settings.review,
    )
