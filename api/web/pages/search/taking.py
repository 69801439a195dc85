"""What is taken along from a search: its workbook, or a subscription."""

from dataclasses import replace
from urllib.parse import quote

from starlette.responses import RedirectResponse, Response

from api.routes.bodies.subscriptions import SubscriptionBody, SubscriptionOut
from api.schemas.base import Page
from api.schemas.media import XLSX
from api.web.pages.search.asked import Asked, FilterError
from api.web.pages.search.showing import waits
from api.web.visit import Visit

__all__ = ["subscribe", "workbook"]

_MOST_ROWS = 50


async def workbook(visit: Visit) -> Response:
    """GET /search/workbook: the matches as a spreadsheet."""
    asked = Asked.of(visit.request.query_params)
    if not asked.text or waits(visit) is not None:
        return RedirectResponse(asked.address(), status_code=303)
    try:
        body = replace(asked, cursor="").body(limit=_MOST_ROWS)
    except FilterError:
        # The search page says what is wrong.
        return RedirectResponse(asked.address(), status_code=303)
    made = await visit.api.question("/search", body, format="xlsx")
    name = quote(f"匹配-{asked.text[:20]}.xlsx")
    headers = {
        "Content-Disposition": f"attachment; filename=\"matches.xlsx\"; filename*=UTF-8''{name}",
        "Cache-Control": "no-store",
    }
    return Response(made.content, media_type=XLSX, headers=headers)


async def subscribe(visit: Visit) -> Response:
    """POST /search/subscriptions: tell me when something new suits this text."""
    asked = Asked.of(await visit.request.form())  # type: ignore[arg-type]
    try:
        wanted = asked.subscription()
        # Asked for twice, as after going back, it is told of once.
        if not await _watched(visit, wanted):
            await visit.api.post(SubscriptionOut, "/subscriptions", wanted)
    except FilterError as error:
        return visit.page("errors/refused.html", status=422, title=visit.say("不能订阅"), detail=str(error))
    return RedirectResponse(asked.address(said="subscribed"), status_code=303)


async def _watched(visit: Visit, wanted: SubscriptionBody) -> bool:
    """Whether there is such a subscription already, at work."""
    filters = wanted.filters.model_dump(mode="json", exclude_defaults=True)
    mine = await visit.api.get(Page[SubscriptionOut], "/subscriptions", limit=100)
    return any(
        item.active and (item.text, item.looks_for, item.filters) == (wanted.text, wanted.looks_for, filters)
        for item in mine.items
    )
