"""One achievement of one's own: what it says, how well, who asks for it now, evaluations, readers and history."""

import asyncio
from collections.abc import Iterable, Mapping

from starlette.responses import Response

from api.days import china_day
from api.routes.bodies.accounts import ReadingOut
from api.routes.bodies.evaluations import EvaluationOut, SummaryOut
from api.routes.bodies.introductions import IntroductionOut
from api.routes.bodies.quality import QualityOut
from api.schemas.base import Page
from api.schemas.matching import FiltersBody, MatchesOut, OrganisationLeadOut
from api.schemas.records import AchievementOut
from api.web.pages.desk.asking import introductions_of, or_none
from api.web.pages.desk.bodies import VersionOut
from api.web.pages.desk.side import ACHIEVEMENTS
from api.web.pages.search.showing import waits
from api.web.visit import Visit

__all__ = ["enterprises", "leads", "one"]

_SHOWN = 10
_ENTERPRISES = 8
_EVALUATIONS = 5
_FOUND_BY = 3
_READERS = {"1": 1, "2": 2}


async def one(visit: Visit) -> Response:
    """All about it; with `reader` (1 a visitor, 2 whoever is signed in) as these will read it."""
    path = ACHIEVEMENTS.path_of(visit)
    reader = _READERS.get(visit.query.get("reader", ""), 0)
    record, shown = await asyncio.gather(ACHIEVEMENTS.record(visit), _as_seen(visit, reader))
    history, readers, quality, summary, evaluations, introductions = await asyncio.gather(
        visit.api.get(list[VersionOut], f"{path}/history"),
        or_none(visit, list[ReadingOut], f"/records/{visit.path('id')}/readers"),
        or_none(visit, QualityOut, f"{path}/quality"),
        visit.api.get(SummaryOut, f"{path}/evaluations/summary"),
        visit.api.get(Page[EvaluationOut], f"{path}/evaluations", limit=_EVALUATIONS),
        introductions_of(visit, record.id),
    )
    return visit.page(
        "achievements/one.html",
        record=record,
        shown=shown or record,
        reader=reader,
        history=history,
        readers=readers or [],
        quality=quality,
        summary=summary,
        evaluations=evaluations,
        introductions=introductions,
        tiered=ACHIEVEMENTS.tiered,
        today=china_day(),
        review=visit.service.settings.review,
    )


async def _as_seen(visit: Visit, reader: int) -> AchievementOut | None:
    """As others will read it; None: as the owner does."""
    if not reader:
        return None
    return await visit.api.get(AchievementOut, ACHIEVEMENTS.path_of(visit), seen_by=reader)


async def leads(visit: Visit) -> Response:
    """Who asks for it now: a piece of its page, and a page of its own besides, ten needs each."""
    record = await ACHIEVEMENTS.record(visit)
    found: MatchesOut | None = None
    introductions: list[IntroductionOut] = []
    if waits(visit) is None:
        found, introductions = await asyncio.gather(
            visit.api.ask(
                MatchesOut,
                f"{ACHIEVEMENTS.path_of(visit)}/leads",
                FiltersBody(),
                limit=_SHOWN,
                cursor=visit.query.get("cursor"),
            ),
            introductions_of(visit, record.id),
        )
    return visit.page(
        "achievements/leads.html",
        record=record,
        found=found,
        asked=_by_need(introductions),
        good=sum(item.level >= _FOUND_BY for item in found.items) if found else 0,
    )


def _by_need(introductions: Iterable[IntroductionOut]) -> Mapping[str, IntroductionOut]:
    return {item.need.id: item for item in introductions if item.need.id}


async def enterprises(visit: Visit) -> Response:
    """Which enterprises could want it: a piece of its page, and a page of its own besides."""
    record = await ACHIEVEMENTS.record(visit)
    found = None
    if waits(visit) is None:
        found = await visit.api.get(list[OrganisationLeadOut], f"{ACHIEVEMENTS.path_of(visit)}/enterprises")
    return visit.page("achievements/enterprises.html", record=record, found=found and found[:_ENTERPRISES])
