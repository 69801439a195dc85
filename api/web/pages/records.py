"""A need or an achievement as whoever looks at it may read it, what is near it, and the ways on from there."""

import asyncio

from starlette.responses import Response

from api.access.groups import Group
from api.access.roles import OWNERS, SIGNED_IN, STAFF, Role
from api.records.states import State
from api.routes.bodies.evaluations import EvaluationOut, SummaryOut
from api.schemas.base import Page
from api.schemas.matching import FiltersBody, MatchesOut, OrganisationLeadOut, SimilarOut
from api.schemas.records import AchievementOut, NeedOut
from api.web.page import reading
from api.web.pages.search.showing import waits
from api.web.visit import Visit

__all__ = ["PAGES"]

_WORKS_ON = STAFF | {Role.BROKER}
_SIMILAR = 5
_PARTNERS = 8
_OWN = 100
# They open with an accepted introduction to both sides, whoever it is.
_OPENED = (Group.CONTACT, Group.CONFIDENTIAL)


async def _achievement(visit: Visit) -> Response:
    path = f"/achievements/{visit.path('id')}"
    record, summary, evaluations, own = await asyncio.gather(
        visit.api.get(AchievementOut, path),
        visit.api.get(SummaryOut, f"{path}/evaluations/summary"),
        visit.api.get(Page[EvaluationOut], f"{path}/evaluations", limit=5),
        _own(visit, Page[NeedOut], "/needs"),
    )
    return visit.page(
        "records/achievement.html",
        record=record,
        content=record.content,
        summary=summary,
        evaluations=evaluations,
        own=[item for item in own if item.state is State.PUBLISHED],
        works_on=visit.role in _WORKS_ON,
        closed=_closed(record.closed),
    )


async def _need(visit: Visit) -> Response:
    path = f"/needs/{visit.path('id')}"
    record, own = await asyncio.gather(visit.api.get(NeedOut, path), _own(visit, Page[AchievementOut], "/achievements"))
    return visit.page(
        "records/need.html",
        record=record,
        content=record.content,
        own=[item for item in own if item.state is State.PUBLISHED],
        works_on=visit.role in _WORKS_ON,
        closed=_closed(record.closed),
    )


async def _own(visit: Visit, answer: type[Page], path: str) -> list:  # type: ignore[type-arg]
    """What the visitor's organisation could bring together with the record."""
    if visit.role not in OWNERS:
        return []
    found = await visit.api.get(answer, path, mine="true", limit=_OWN)
    return list(found.items)


def _closed(groups: list[Group]) -> dict[str, list[Group]]:
    """Closed groups by what opens them; that somebody avoids somebody is never told."""
    kept = [group for group in groups if group is not Group.OWN]
    return {
        "opened": [group for group in kept if group in _OPENED],
        "other": [group for group in kept if group not in _OPENED],
    }


async def _similar(visit: Visit) -> Response:
    many = "needs" if visit.request.url.path.startswith("/need/") else "achievements"
    found = None
    if waits(visit) is None:
        path = f"/{many}/{visit.path('id')}/similar"
        found = await visit.api.get(list[SimilarOut], path, limit=_SIMILAR)
    return visit.page("records/similar.html", found=found, back=_record_path(visit))


async def _partners(visit: Visit) -> Response:
    """For those who bring others together: the best partners, and the organisations behind them."""
    of_need = visit.request.url.path.startswith("/need/")
    path = f"/{'needs' if of_need else 'achievements'}/{visit.path('id')}"
    found, organisations = None, None
    if waits(visit) is None:
        pairs, leads = (
            (f"{path}/matches", f"{path}/institutions") if of_need else (f"{path}/leads", f"{path}/enterprises")
        )
        found, organisations = await asyncio.gather(
            visit.api.ask(MatchesOut, pairs, FiltersBody(), limit=_PARTNERS, explain="words"),
            visit.api.get(list[OrganisationLeadOut], leads),
        )
    return visit.page(
        "records/partners.html",
        found=found,
        organisations=(organisations or [])[:_PARTNERS],
        of_need=of_need,
        record_id=visit.request.path_params["id"],
        back=_record_path(visit),
    )


def _record_path(visit: Visit) -> str:
    return visit.request.url.path.rpartition("/")[0]


PAGES = (
    reading("/achievement/{id}", _achievement),
    reading("/achievement/{id}/similar", _similar, SIGNED_IN),
    reading("/achievement/{id}/partners", _partners, _WORKS_ON),
    reading("/need/{id}", _need),
    reading("/need/{id}/similar", _similar, SIGNED_IN),
    reading("/need/{id}/partners", _partners, _WORKS_ON),
)
