"""“换个说法”: what a check-up of the text says, shown after the results and never before."""

import re

from starlette.responses import Response

from api.schemas.matching import CheckupBody, CheckupOut
from api.schemas.record_bodies import NeedBody
from api.web.pages.search.asked import Asked
from api.web.visit import Visit

__all__ = ["show_wordings"]

_TITLE_CHARS = 100
_TEXT_CHARS = 5_000
_LEAST_CHARS = 2


async def show_wordings(visit: Visit) -> Response:
    """GET /search/wordings."""
    asked = Asked.of(visit.request.query_params)
    checked = await _checked(visit, asked.text) if asked.seeks_achievements else None
    return visit.page("search/wordings.html", asked=asked, checked=checked, link=_with_term)


async def _checked(visit: Visit, text: str) -> CheckupOut | None:
    # Characters that a title cannot hold; of a text that is one sentence the title is all.
    title = re.sub(r"[\x00-\x1F\x7F]+", " ", text).strip()[:_TITLE_CHARS]
    if len(title) < _LEAST_CHARS or not visit.service.matching.is_open:
        return None
    problem = text[:_TEXT_CHARS] if len(text) > _TITLE_CHARS or "\n" in text else ""
    body = CheckupBody(content=NeedBody(title=title, problem=problem))
    return await visit.api.ask(CheckupOut, "/checkup", body)


def _with_term(asked: Asked, term: str) -> str:
    """The search with one more word."""
    return Asked(f"{asked.text} {term}", asked.side, asked.chosen).address()
