"""Own introductions, what waits for the reader first."""

import asyncio
import datetime as dt
from typing import Any

from starlette.responses import Response

from api.introductions.stages import OPEN, Stage
from api.routes.bodies.introductions import IntroductionOut
from api.schemas.base import Page
from api.web.pages.introductions.standing import LEVELS, Standing, standing, waits_for
from api.web.visit import Visit

__all__ = ["own"]

_MOST_OPEN = 100
_MOST_ENDED = 10
_NAMES: dict[str, Any] = {"levels": LEVELS, "waits_for": waits_for}


async def own(visit: Visit) -> Response:
    """By group, or the introductions of one stage, page by page."""
    wanted = visit.query.get("stage", "")
    if wanted in list(Stage):
        found = await _of(visit, Stage(wanted), 50, visit.query.get("cursor"))
        return visit.page("introductions/stage.html", found=found, stage=Stage(wanted), **_NAMES)
    stages = tuple(Stage)
    pages = await asyncio.gather(
        *(_of(visit, stage, _MOST_OPEN if stage in OPEN else _MOST_ENDED, None) for stage in stages)
    )
    groups: dict[Standing, list[IntroductionOut]] = {group: [] for group in Standing}
    for page in pages:
        for item in page.items:
            groups[standing(item)].append(item)
    for group in groups.values():
        # What has a day comes first, by the day; then what moved last.
        group.sort(key=lambda item: item.updated_at, reverse=True)
        group.sort(key=lambda item: item.due_on or dt.date.max)
    more = [stage for stage, page in zip(stages, pages, strict=True) if page.next_cursor]
    return visit.page("introductions/list.html", groups=groups, more=more, **_NAMES)


async def _of(visit: Visit, stage: Stage, limit: int, cursor: str | None) -> Page[IntroductionOut]:
    return await visit.api.get(Page[IntroductionOut], "/introductions", stage=stage.value, limit=limit, cursor=cursor)
