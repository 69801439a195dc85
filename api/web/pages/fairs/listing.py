"""The fairs of one's organisation."""

import asyncio

from starlette.responses import Response

from api.access.roles import STAFF
from api.routes.bodies.fair_boards import PlanLine
from api.routes.bodies.fairs import FairLine
from api.schemas.base import Page
from api.web.page import reading
from api.web.visit import Visit

__all__ = ["PAGES"]


async def _fairs(visit: Visit) -> Response:
    found = await visit.api.get(Page[FairLine], "/fairs", cursor=visit.query.get("cursor"))
    current = await asyncio.gather(*(_current(visit, fair) for fair in found.items))
    return visit.page(
        "fairs/list.html", fairs=list(zip(found.items, current, strict=True)), next_cursor=found.next_cursor
    )


async def _current(visit: Visit, fair: FairLine) -> PlanLine | None:
    """The plan that counts."""
    if fair.current_plan is None:
        return None
    plans = await visit.api.get(list[PlanLine], f"/fairs/{fair.id}/plans")
    return next((plan for plan in plans if plan.current), None)


PAGES = (reading("/fairs", _fairs, STAFF),)
