"""A broker's pipeline, a column for each stage."""

import asyncio

from starlette.responses import Response

from api.introductions.stages import OPEN, Stage
from api.routes.bodies.introductions import IntroductionOut, ItemOut
from api.schemas.base import Page
from api.web.pages.broker.today import result_values
from api.web.visit import Visit

__all__ = ["board"]

_MOST_OPEN = 100
_MOST_ENDED = 10


async def board(visit: Visit) -> Response:
    """Open introductions with their expected value, and the newest of those that ended."""
    work, signed, lost = await asyncio.gather(
        visit.api.get(Page[ItemOut], "/introductions/worklist", limit=_MOST_OPEN),
        _ended(visit, Stage.SIGNED),
        _ended(visit, Stage.LOST),
    )
    columns = {stage: [item for item in work.items if item.introduction.stage is stage] for stage in OPEN}
    return visit.page(
        "broker/board.html",
        columns=columns,
        worth={stage: sum(item.expected_cny for item in items) for stage, items in columns.items()},
        ended={Stage.SIGNED: signed, Stage.LOST: lost},
        more=bool(work.next_cursor),
        **result_values(),
    )


async def _ended(visit: Visit, stage: Stage) -> Page[IntroductionOut]:
    return await visit.api.get(Page[IntroductionOut], "/introductions", stage=stage.value, limit=_MOST_ENDED)
