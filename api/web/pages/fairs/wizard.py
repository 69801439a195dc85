"""The first step of a new fair (name, place, days, times) and the last: what was decided, and planning.

The fair is made after the first step, in the state drafting: what comes after is kept by the service, not by the
browser, so that going back, reloading or coming back tomorrow loses nothing.
"""

import datetime as dt
from typing import Any

from starlette.responses import Response

from api.access.roles import STAFF
from api.routes.bodies.fair_boards import PlanBody
from api.routes.bodies.fairs import DraftBody, DraftOut, FairLine, FairOut, NewFair
from api.schemas.base import Page
from api.web.asking import RefusedError
from api.web.forms import Form
from api.web.page import reading, writing
from api.web.pages.fairs.asking import fair_of, number, put_settings, root, version_of
from api.web.pages.fairs.simple import UNDECIDED, simple_of
from api.web.visit import Visit

__all__ = ["PAGES"]

_BEGIN = {
    "draft.start": "09:00",
    "draft.end": "17:00",
    "draft.pause_start": "12:00",
    "draft.pause_end": "13:30",
    "draft.minutes": "20",
    "draft.gap_minutes": "5",
}
_MOST_DAYS = 10
_OWN: tuple[str, ...] = ("name", "place", "day", "slots")


async def _new(visit: Visit) -> Response:
    found = await visit.api.get(Page[FairLine], "/fairs")
    form = Form({name: [text] for name, text in _BEGIN.items()})
    return _draw(visit, form, unfinished=[fair for fair in found.items if fair.current_plan is None])


def _draw(
    visit: Visit, form: Form, status: int = 200, *, fair: FairOut | None = None, unfinished: Any = ()
) -> Response:
    return visit.page("fairs/basics.html", status=status, form=form, fair=fair, unfinished=unfinished)


async def _creating(visit: Visit) -> Response:
    form = await visit.form()
    body = _read(visit, form)
    if body is None:
        return _draw(visit, form, 422)
    try:
        draft = await visit.api.post(DraftOut, "/fairs/drafts", body)
        made = await visit.api.post(FairOut, "/fairs", NewFair(settings=draft.settings))
    except RefusedError as error:
        form.refused(error.problem.errors, error.problem.detail, "draft.")
        return _draw(visit, form, error.status)
    return visit.go(f"/fairs/{made.id}/lists")


def _read(visit: Visit, form: Form) -> DraftBody | None:
    """The answers of the first step; None where some cannot be used, which the form then tells."""
    try:
        first = dt.date.fromisoformat(form.text("first"))
        last = dt.date.fromisoformat(form.text("last") or form.text("first"))
    except ValueError:
        form.errors["first"] = form.errors[""] = visit.say("请填写对接会的日期。")
        return None
    days = (last - first).days + 1
    if not 1 <= days <= _MOST_DAYS:
        form.errors["last"] = form.errors[""] = visit.say("最后一天不能早于第一天，一次最多连续 10 天。")
        return None
    if bool(form.text("draft.pause_start")) != bool(form.text("draft.pause_end")):
        text = visit.say("午休请把开始和结束都填上，或都留空。")
        form.errors["draft.pause_start"] = form.errors[""] = text
        return None
    dates = [first + dt.timedelta(days=at) for at in range(days)]
    if form.text("draft.start") >= form.text("draft.end"):
        form.errors["draft.end"] = form.errors[""] = visit.say("结束时间应晚于开始时间；请改正。")
        return None
    minutes = number(form.text("draft.minutes"))
    return form.read(DraftBody, "draft.", dates=dates, tables=UNDECIDED, minutes=minutes)


async def _basics(visit: Visit) -> Response:
    fair = await fair_of(visit)
    simple = simple_of(fair.settings)
    if simple is None or fair.current_plan is not None:
        return visit.go(f"{root(visit)}/settings")
    values = {
        "first": fair.first_day.isoformat(),
        "last": fair.last_day.isoformat(),
        "version": str(fair.version),
        **{f"draft.{name}": value for name, value in simple.texts().items()},
    }
    return _draw(visit, Form({name: [text] for name, text in values.items()}), fair=fair)


async def _changing(visit: Visit) -> Response:
    form = await visit.form()
    fair = await fair_of(visit)
    body = _read(visit, form)
    if body is None:
        return _draw(visit, form, 422, fair=fair)
    try:
        draft = await visit.api.post(DraftOut, "/fairs/drafts", body)
        # Halls, tables and limits are of the third step.
        changed = {name: draft.settings[name] for name in _OWN if name in draft.settings}
        await put_settings(visit, {**fair.settings, **changed}, await version_of(visit, form))
    except RefusedError as error:
        form.refused(error.problem.errors, error.problem.detail, "draft.")
        return _draw(visit, form, error.status, fair=fair)
    return visit.go(f"{root(visit)}/lists")


async def _confirm(visit: Visit) -> Response:
    fair = await fair_of(visit)
    if fair.current_plan is not None:
        return visit.go(root(visit))
    return visit.page("fairs/confirm.html", fair=fair, fault="")


async def _planning(visit: Visit) -> Response:
    try:
        await visit.api.send("POST", f"{root(visit)}/plans", body=PlanBody())
    except RefusedError as error:
        fair = await fair_of(visit)
        if fair.job is not None and fair.job.state in {"waiting", "running"}:
            # Pressed twice: it is being planned, as was asked.
            return visit.go(root(visit))
        return visit.page("fairs/confirm.html", status=error.status, fair=fair, fault=error.problem.detail)
    return visit.go(root(visit))


PAGES = (
    reading("/fairs/new", _new, STAFF),
    writing("/fairs/new", _creating, STAFF),
    reading("/fairs/{id}/basics", _basics, STAFF),
    writing("/fairs/{id}/basics", _changing, STAFF),
    reading("/fairs/{id}/confirm", _confirm, STAFF),
    writing("/fairs/{id}/confirm", _planning, STAFF),
)
