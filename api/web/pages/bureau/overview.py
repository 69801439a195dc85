"""A year at a glance: contracts against the targets first, then how they come about."""

import asyncio
import datetime as dt
from itertools import accumulate
from typing import Any

from starlette.responses import Response

from api.days import china_day
from api.routes.bodies.statistics import OverviewOut, TargetsOut
from api.web.forms import Form
from api.web.pages.bureau import figures
from api.web.pages.bureau.charts import BLUE, BROWN, GREY, ORANGE, bars, series
from api.web.pages.bureau.quarters import quarters
from api.web.visit import Visit

__all__ = ["AMOUNT", "BODY", "LEVELS", "draw", "overview"]

AMOUNT, BODY = "wan", "targets."
"""Names of the form: the amount in 万元, and what the names of the other targets begin with."""
LEVELS = {
    "4": "强相关",
    "3": "较强相关",
    "2": "弱相关",
    "1": "无相关",
    "none": "没有候选成果",
    "unknown": "尚未评估",
}
_LEVEL_COLOURS = {"4": BLUE, "3": BLUE, "unknown": GREY}
_YEARS_BACK = 5


async def overview(visit: Visit) -> Response:
    """The page, for the year of the address or this one."""
    return await draw(visit, visit.query.get("year") or str(china_day().year))


async def draw(visit: Visit, year: str, form: Form | None = None, status: int = 200) -> Response:
    """The page; `form` is what was typed for targets and could not be saved."""
    found, targets = await asyncio.gather(
        visit.api.get(OverviewOut, "/statistics/overview", year=year),
        visit.api.get(TargetsOut, f"/statistics/targets/{year}"),
    )
    today = china_day(found.at)
    return visit.page(
        "bureau/overview.html",
        status=status,
        found=found,
        targets=targets,
        form=form or _showing(targets),
        opened=form is not None,
        this_year=today.year,
        years=sorted({found.year, *range(today.year - _YEARS_BACK, today.year + 2)}, reverse=True),
        elapsed=_elapsed(found.year, today),
        months=_months_over(found.year, today),
        quarters=quarters(found, _months_over(found.year, today), year_over=found.year < today.year),
        money=lambda cny: figures.amount(cny, visit.language),
        figures=figures,
        level_names=LEVELS,
        charts=_charts(visit, found, _months_over(found.year, today)),
    )


def _showing(targets: TargetsOut) -> Form:
    """The targets as they are, to be changed."""
    values = targets.model_dump(include={"contracts", "introductions", "needs", "achievements"})
    shown = Form.showing(values, BODY.removesuffix("."))
    if targets.contracts_cny is not None:
        shown.values = {**shown.values, AMOUNT: [figures.wan(targets.contracts_cny).replace(",", "")]}
    return shown


def _elapsed(year: int, today: dt.date) -> float | None:
    """How much of the year is over, in (0, 1]; None where it has not begun or is over."""
    if year != today.year:
        return None
    return today.timetuple().tm_yday / dt.date(year, 12, 31).timetuple().tm_yday


def _months_over(year: int, today: dt.date) -> int:
    """Months of which there can be figures, 0 to 12, the present one among them."""
    return 12 if year < today.year else today.month if year == today.year else 0


def _charts(visit: Visit, found: OverviewOut, over: int) -> dict[str, dict[str, Any]]:
    say = visit.say
    months = [say("%(n)s 月") % {"n": month} for month in range(1, 13)]
    paid = [round(month.amount_cny / 1e4, 2) for month in found.contracts.months]
    levels = [level for level in found.levels if level.code != "unknown" or level.count]
    refusals = [refusal for refusal in found.introductions.refusals if refusal.count]
    return {
        "months": bars(
            months,
            [
                series(say("当月"), _cut(paid, over), BLUE),
                series(say("累计"), _cut([round(total, 2) for total in accumulate(paid)], over), ORANGE, line=True),
            ],
            unit=say("万元"),
            tall_px=400,
        ),
        "kinds": bars(
            [say(kind.kind.value) for kind in found.contracts.kinds],
            [series(say("成交额"), [round(kind.amount_cny / 1e4, 2) for kind in found.contracts.kinds], BLUE)],
            unit=say("万元"),
            lying=True,
        ),
        "new": bars(
            months,
            [
                series(say("新增需求"), _cut(found.needs.new_by_month, over), ORANGE),
                series(say("新增成果"), _cut(found.achievements.new_by_month, over), BLUE),
            ],
        ),
        "levels": bars(
            [say(LEVELS[level.code]) for level in levels],
            [
                series(
                    say("需求"),
                    [level.count for level in levels],
                    [_LEVEL_COLOURS.get(level.code, BROWN) for level in levels],
                )
            ],
            lying=True,
        ),
        "asked": bars(months, [series(say("发起的对接"), _cut(found.introductions.by_month, over), BLUE)]),
        "refusals": bars(
            [say(refusal.label) for refusal in refusals],
            [series(say("未成的对接"), [refusal.count for refusal in refusals], BROWN)],
            lying=True,
        ),
    }


def _cut(values: list[Any], over: int) -> list[Any]:
    """Nothing in the place of months that are still to come."""
    return [value if at < over else None for at, value in enumerate(values)]
