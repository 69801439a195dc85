"""Leads: pairs that nobody has introduced yet, by expected value; and introductions without a broker."""

import asyncio

from pydantic import BaseModel
from starlette.responses import HTMLResponse, Response

from api.access.roles import Role
from api.routes.bodies.introduction_counts import IntroductionCountsOut
from api.routes.bodies.introductions import ItemOut
from api.routes.bodies.outlook import LeadsOut
from api.schemas.base import Body, Page
from api.schemas.matching import FacetOut
from api.web.asking import RefusedError
from api.web.forms import Form
from api.web.pages.broker.today import estimated
from api.web.pages.introductions.standing import LEVELS, waits_for
from api.web.visit import Visit
from matcher.records import Side

__all__ = ["leads"]

_AT_ONCE = 20
_FILTERS = ("field", "region", "level_from", "text", "organisation", "taken")


class _Sides(Body):
    """Which records to count."""

    side: Side


async def leads(visit: Visit) -> Response:
    """Pairs that match, or what waits for a broker (`view=unclaimed`)."""
    if visit.query.get("view") == "unclaimed" and visit.role is Role.BROKER:
        found = await visit.api.get(
            Page[ItemOut], "/introductions/leads", limit=_AT_ONCE, cursor=visit.query.get("cursor")
        )
        return visit.page("broker/unclaimed.html", found=found, levels=LEVELS, waits_for=waits_for, estimated=estimated)
    form = Form({name: [visit.query.get(name, "")] for name in _FILTERS})
    asked = {name: form.text(name).strip() or None for name in _FILTERS}
    try:
        found_leads = await visit.api.get(LeadsOut, "/leads", **asked, limit=_AT_ONCE, cursor=visit.query.get("cursor"))
    except RefusedError as error:
        if error.status != 422:
            raise
        form.refused(error.problem.errors, "")
        told = {name.removeprefix("query."): text for name, text in form.errors.items() if name}
        # The API's sentence names its own fields.
        form.errors = {**told, "": visit.say("；").join(told.values()) or error.problem.detail}
        return await _page(visit, form, None, 422)
    return await _page(visit, form, found_leads)


async def _page(visit: Visit, form: Form, found: LeadsOut | None, status: int = 200) -> HTMLResponse:
    asked = {name: form.text(name) for name in _FILTERS}
    if visit.partial:
        return visit.page("broker/found.html", status=status, form=form, found=found, asked=asked, estimated=estimated)
    facets, waiting = await asyncio.gather(_fields(visit), _unclaimed(visit))
    return visit.page(
        "broker/leads.html",
        status=status,
        form=form,
        found=found,
        asked=asked,
        fields=[(item.value, f"{visit.say(item.name)}（{item.count}）") for item in facets],
        levels=LEVELS,
        estimated=estimated,
        waiting=waiting,
    )


async def _fields(visit: Visit) -> list[FacetOut]:
    """The plan fields that needs are of, with how many."""
    body: BaseModel = _Sides(side=Side.NEED)
    found = await visit.api.ask(dict[str, list[FacetOut]], "/facets", body)
    return found.get("plan", [])


async def _unclaimed(visit: Visit) -> bool:
    """Whether introductions wait for a broker, for a broker to know."""
    if visit.role is not Role.BROKER:
        return False
    # Counted, not listed: what is not shown must not stand in the log as read.
    return (await visit.api.get(IntroductionCountsOut, "/introductions/counts")).unclaimed > 0
