"""What a broker does next: what is overdue, what is due today, then what is worth most."""

import datetime as dt
from typing import Any

from starlette.responses import Response

from api.days import china_day
from api.introductions.reasons import Reason
from api.routes.bodies.introductions import ItemOut
from api.schemas.base import Page
from api.web.pages.introductions.standing import LEVELS, moves, waits_for
from api.web.visit import Visit

__all__ = ["estimated", "result_values", "today"]

_AT_ONCE = 40
_LATER = (1, 3, 7)


def estimated(cny: float) -> int:
    """An estimate in whole yuan to three significant figures: more would look known."""
    return round(float(f"{cny:.3g}"))


def result_values() -> dict[str, Any]:
    """What the buttons for results need: reasons, and days to put off to."""
    day = china_day()
    return {
        "reasons": tuple(Reason),
        "levels": LEVELS,
        "estimated": estimated,
        "moves": moves,
        "waits_for": waits_for,
        "today": day,
        "later": [(days, (day + dt.timedelta(days=days)).isoformat()) for days in _LATER],
    }


async def today(visit: Visit) -> Response:
    """The worklist in three parts."""
    cursor = visit.query.get("cursor")
    found = await visit.api.get(Page[ItemOut], "/introductions/worklist", limit=_AT_ONCE, cursor=cursor)
    day = china_day()
    parts: dict[str, list[ItemOut]] = {"overdue": [], "due": [], "value": []}
    for item in found.items:
        name = "overdue" if item.overdue_days else "due" if item.introduction.due_on == day else "value"
        parts[name].append(item)
    return visit.page("broker/today.html", found=found, parts=parts, **result_values())
