"""How fresh everything is, and for each thing what somebody can do."""

from typing import Any

from starlette.responses import Response

from api.routes.bodies.statistics import FreshnessOut, SideAgesOut
from api.web.pages.bureau import figures
from api.web.pages.bureau.charts import BLUE, BROWN, ORANGE, PALE, bars, series
from api.web.visit import Visit

__all__ = ["freshness"]

_BAD_FIRST = ("failing", "late", "waiting", "ok", "off")
_BEHIND_S = 3600


async def freshness(visit: Visit) -> Response:
    """The page."""
    found = await visit.api.get(FreshnessOut, "/statistics/freshness")
    # What needs somebody comes first.
    feeds = sorted(found.feeds, key=lambda feed: (not feed.waiting, _BAD_FIRST.index(feed.status)))
    return visit.page(
        "bureau/freshness.html",
        found=found,
        feeds=feeds,
        bad_feeds=sum(feed.status in ("failing", "late") for feed in feeds),
        unconfirmed=sum(feed.waiting > 0 for feed in feeds),
        ages=_ages,
        behind_s=_index_behind_s(found),
        too_long_s=_BEHIND_S,
        chart=_chart(visit, found),
        figures=figures,
    )


def _index_behind_s(found: FreshnessOut) -> float:
    """Since when the oldest change waits for the index, in seconds; 0 where none does."""
    oldest = found.index.oldest_queued_at
    return 0.0 if oldest is None or not found.index.queued else (found.at - oldest).total_seconds()


def _ages(side: SideAgesOut) -> tuple[int, int, int, int]:
    """Published records by age, the youngest first."""
    return side.within_30_days, side.within_90_days, side.within_365_days, side.older


def _chart(visit: Visit, found: FreshnessOut) -> dict[str, Any]:
    say = visit.say
    sides = [found.needs, found.achievements]
    names = (say("30 天内"), say("31–90 天"), say("91–365 天"), say("超过一年"))
    return bars(
        [say("需求"), say("成果")],
        [
            series(name, [_percent(_ages(side)[at], side.published) for side in sides], colour)
            for at, (name, colour) in enumerate(zip(names, (BLUE, PALE, ORANGE, BROWN), strict=True))
        ],
        unit="%",
        lying=True,
        stacked=True,
    )


def _percent(part: int, whole: int) -> float:
    return round(100 * part / whole, 1) if whole else 0.0
