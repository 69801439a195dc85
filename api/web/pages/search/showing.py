"""The search page: whole, or the piece that changed while somebody types, filters or asks for more."""

import asyncio

from starlette.responses import RedirectResponse, Response

from api.schemas.matching import MatchesOut
from api.web.asking import RefusedError
from api.web.pages.search.asked import Asked, FilterError
from api.web.pages.search.sieve import Sieve, sieve_of
from api.web.visit import Visit

__all__ = ["MOST_WAITS", "show_search", "waits"]

MOST_WAITS = 120
"""So often a page asks whether the engine is there, a second apart; then somebody has to look."""


async def show_search(visit: Visit) -> Response:
    """GET /search."""
    asked = Asked.of(visit.request.query_params)
    # A chip sends the form as it stands now and says what to leave out.
    for dropped in visit.request.query_params.getlist("drop"):
        name, _, value = dropped.partition(":")
        asked = asked.without(name, value)
    if "drop" in visit.query and not visit.partial:
        return RedirectResponse(asked.address(), status_code=303)
    typed = visit.partial and visit.request.headers.get("hx-trigger") == "q"
    more = visit.partial and bool(asked.cursor)
    found, sieve, status, fault = None, None, 200, ""
    waited = waits(visit)
    if waited is None:
        found, sieve, fault, status = await _look(visit, asked, counts=not (typed or more))
    response = visit.page(
        "search/more.html" if more and found else "search/found.html" if visit.partial else "search/search.html",
        status=status,
        asked=asked,
        found=found,
        sieve=sieve,
        fault=fault,
        waited=waited,
        link="achievement" if asked.seeks_achievements else "need",
    )
    if visit.partial and not more and status == 200:
        # What is typed replaces the address; a step that was chosen can be gone back on.
        again = typed or "waited" in visit.query
        response.headers["HX-Replace-Url" if again else "HX-Push-Url"] = asked.address()
    return response


async def _look(visit: Visit, asked: Asked, *, counts: bool) -> tuple[MatchesOut | None, Sieve | None, str, int]:
    """What was found, the filters, and where there was something wrong what it was and the status."""
    try:
        body = asked.body() if asked.text else None
    except FilterError as error:
        return None, await sieve_of(visit, asked), str(error), 422
    try:
        found, sieve = await asyncio.gather(
            visit.api.ask(MatchesOut, "/search", body) if body is not None else _nothing(),
            sieve_of(visit, asked) if counts else _nothing(),
        )
    except RefusedError as error:
        return None, None, error.problem.detail, error.status
    # What was typed need not be quoted back beside every result.
    for match in found.items if found is not None else ():
        match.evidence = [item for item in match.evidence if item.side is asked.side]
    return found, sieve, sieve.fault if sieve is not None else "", 200


async def _nothing() -> None:
    return None


def waits(visit: Visit) -> int | None:
    """How often the page has waited for the engine, 0 the first time; None where it is there.

    A page never waits for it to load, which takes seconds after a start.
    """
    if visit.service.matching.is_open:
        return None
    text = visit.query.get("waited", "")
    return min(int(text), MOST_WAITS) if text.isascii() and text.isdigit() and len(text) < 4 else 0
