"""Writing an achievement down: the guided form, and what would make it easier to find beside it."""

import asyncio
from typing import Any

from starlette.responses import Response

from api.routes.bodies.quality import QualityOut
from api.schemas.records import AchievementOut
from api.web.forms import Form
from api.web.pages.achievements.filling import RIGHTS, blank, read_achievement, rows, showing
from api.web.pages.achievements.numbers import numbers_of
from api.web.pages.desk.asking import or_none
from api.web.pages.desk.side import ACHIEVEMENTS
from api.web.pages.desk.writing import Writing
from api.web.visit import Visit

__all__ = ["WRITING", "change", "start"]


async def start(visit: Visit) -> Response:
    """An empty form."""
    return await _draw(visit, blank())


async def change(visit: Visit) -> Response:
    """The form with what the achievement says."""
    record = await ACHIEVEMENTS.record(visit)
    return await _draw(visit, showing(record), record)


async def _draw(
    visit: Visit,
    form: Form,
    record: AchievementOut | None = None,
    *,
    status: int = 200,
    newest: AchievementOut | None = None,
) -> Response:
    numbers, quality = await asyncio.gather(numbers_of(visit, form), _quality(visit, record))
    return visit.page(
        "achievements/write.html",
        status=status,
        form=form,
        record=record,
        newest=newest,
        numbers=numbers,
        quality=quality,
        # One row more than are filled in.
        rows=rows(form) + (not rows(form) or bool(form.text(f"{RIGHTS}{rows(form) - 1}.type"))),
        review=visit.service.settings.review,
        tiered=ACHIEVEMENTS.tiered,
    )


async def _quality(visit: Visit, record: AchievementOut | None) -> QualityOut | None:
    if record is None:
        return None
    return await or_none(visit, QualityOut, f"{ACHIEVEMENTS.path_of(visit)}/quality")


async def _row(visit: Visit, form: Form, record: Any) -> Response:
    """One more row of rights."""
    return await _draw(visit, Form({**form.values, f"{RIGHTS}{rows(form)}.type": [""]}), record)


async def _again(visit: Visit, form: Form, record: Any) -> Response:
    """Only the numbers anew, where there is no script."""
    return await _draw(visit, form, record)


WRITING = Writing(ACHIEVEMENTS, read=read_achievement, draw=_draw, redrawn={"row": _row, "check": _again})
