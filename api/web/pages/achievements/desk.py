"""My achievements: where each stands, how well it is filled in, and what would make it easier to find."""

import asyncio

from starlette.responses import Response

from api.days import china_day
from api.routes.bodies.quality import QualityLineOut, QualityListOut, QualityOut
from api.schemas.base import Page
from api.schemas.records import AchievementOut
from api.web.pages.desk.asking import ORDER, grouped, or_none, state_asked
from api.web.pages.desk.side import ACHIEVEMENTS
from api.web.visit import Visit

__all__ = ["desk", "lacking"]

_MOST = 50
_WORST = 100
_SOON_DAYS = 30
BY_FILLING = "filling"


async def desk(visit: Visit) -> Response:
    """The newest, by state where all are on one page; or the worst filled first."""
    if visit.query.get("order") == BY_FILLING:
        return await _worst_first(visit)
    state, cursor = state_asked(visit), visit.query.get("cursor")
    found, quality = await asyncio.gather(
        visit.api.get(Page[AchievementOut], ACHIEVEMENTS.path, mine=True, limit=_MOST, state=state, cursor=cursor),
        or_none(visit, QualityListOut, "/quality", side=ACHIEVEMENTS.side.value, limit=_WORST),
    )
    lines: dict[str, QualityLineOut] = {line.id: line for line in quality.items} if quality else {}
    whole = not found.next_cursor and not cursor and state is None
    return visit.page(
        "achievements/desk.html",
        found=found,
        quality=quality,
        lines=lines,
        state=state,
        groups=grouped(found.items) if whole else [(state, found.items)],
        states=ORDER,
        today=china_day(),
        soon=_SOON_DAYS,
        review=visit.service.settings.review,
    )


async def _worst_first(visit: Visit) -> Response:
    quality = await visit.api.get(
        QualityListOut, "/quality", side=ACHIEVEMENTS.side.value, limit=_MOST, cursor=visit.query.get("cursor")
    )
    return visit.page("achievements/worst.html", quality=quality, states=ORDER, state=None)


async def lacking(visit: Visit) -> Response:
    """What one achievement lacks: a piece of the list, for rows beyond what the list of all knows."""
    record, quality = await asyncio.gather(
        ACHIEVEMENTS.record(visit), or_none(visit, QualityOut, f"{ACHIEVEMENTS.path_of(visit)}/quality")
    )
    return visit.page("achievements/filling.html", record=record, quality=quality)
