"""What happens shortly before the fair or on the day: written into the settings, and planned again at once."""

import datetime as dt
from typing import Any

from pydantic import ValidationError
from starlette.responses import Response

from api.access.roles import STAFF
from api.days import china_day
from api.routes.bodies.fair_boards import ReplanBody
from api.routes.bodies.fairs import ChangesBody, FairOut
from api.web.asking import RefusedError
from api.web.forms import Form
from api.web.page import writing
from api.web.pages.fairs.asking import root, version_of
from api.web.pages.fairs.overview import draw_fair
from api.web.visit import Visit

__all__ = ["PAGES"]


async def _happened(visit: Visit) -> Response:
    form = await visit.form()
    try:
        body = ChangesBody.model_validate(_said(form))
    except ValidationError:
        fault = visit.say("没有登记：请填写是谁或哪张桌；晚到的还要填日期和几点到。")
        return await draw_fair(visit, status=422, fault=fault, form=form)
    try:
        version = await version_of(visit, form)
        answer = await visit.api.send("POST", f"{root(visit)}/changes", body=body, version=version)
        # During the fair, what has begun stays as it is.
        during = _during(FairOut.model_validate_json(answer.content))
        again = ReplanBody(now=dt.datetime.now(dt.UTC)) if during else ReplanBody()
        await visit.api.send("POST", f"{root(visit)}/replans", body=again)
    except RefusedError as error:
        return await draw_fair(visit, status=error.status, fault=error.problem.detail, form=form)
    return visit.go(root(visit), said="saved")


def _said(form: Form) -> dict[str, Any]:
    who = form.text("who").strip()
    if form.text("what") == "table":
        return {"tables_lost": [who]}
    if form.text("what") == "late":
        return {"late": [{"who": who, "date": form.text("date"), "until": form.text("until")}]}
    return {"cancel": [who]}


def _during(fair: FairOut) -> bool:
    return fair.first_day <= china_day() <= fair.last_day


PAGES = (writing("/fairs/{id}/happened", _happened, STAFF),)
