"""Standing recommendations: what to watch for, and what was found, with the visitor's verdict on it."""

import asyncio

from starlette.responses import Response

from api.access.roles import SIGNED_IN, Role
from api.introductions.reasons import Reason
from api.routes.bodies.subscriptions import (
    RecommendationOut,
    SubscriptionBody,
    SubscriptionChange,
    SubscriptionOut,
    VerdictBody,
    VerdictKind,
)
from api.schemas.base import Page
from api.schemas.records import RecordOut
from api.web.asking import RefusedError
from api.web.forms import Form
from api.web.page import reading, writing
from api.web.visit import Visit

__all__ = ["PAGES"]

_MOST = 100
_SIDES = {Role.ENTERPRISE: "needs", Role.INSTITUTION: "achievements"}


async def _recommendations(visit: Visit) -> Response:
    given = {"sub.record_id": visit.query.get("need", ""), "sub.text": visit.query.get("text", "")}
    form = Form({"sub.min_level": ["3"], "sub.digest": ["instant"], **{name: [text] for name, text in given.items()}})
    return await _draw(visit, form)


async def _draw(visit: Visit, form: Form, status: int = 200) -> Response:
    only = visit.query.get("subscription")
    subscriptions, found, own = await asyncio.gather(
        visit.api.get(Page[SubscriptionOut], "/subscriptions", limit=_MOST),
        visit.api.get(Page[RecommendationOut], "/recommendations", subscription=only, cursor=visit.query.get("cursor")),
        _own(visit),
    )
    watched = {item.record_id for item in subscriptions.items}
    return visit.page(
        "recommendations/recommendations.html",
        status=status,
        form=form,
        subscriptions=subscriptions,
        only=only,
        found=found,
        titles={record.id: record.content["title"] for record in own},
        free=[record for record in own if record.id not in watched and record.state.value == "published"],
        reasons=tuple(Reason),
    )


async def _own(visit: Visit) -> list[RecordOut]:
    """The records a subscription may be about."""
    if (side := _SIDES.get(visit.role)) is None:
        return []
    return (await visit.api.get(Page[RecordOut], f"/{side}", mine=True, limit=_MOST)).items


async def _subscribing(visit: Visit) -> Response:
    form = await visit.form()
    wish = form.read(SubscriptionBody, "sub.")
    if wish is None:
        return await _draw(visit, form, 422)
    try:
        await visit.api.send("POST", "/subscriptions", body=wish)
    except RefusedError as error:
        form.refused(error.problem.errors, error.problem.detail, "sub.")
        return await _draw(visit, form, error.status)
    return visit.go("/recommendations", said="subscribed")


async def _changing(visit: Visit) -> Response:
    form = await visit.form()
    change = form.read(SubscriptionChange, "sub.")
    if change is None:
        return await _draw(visit, form, 422)
    await visit.api.send("PATCH", f"/subscriptions/{visit.path('id')}", body=change)
    return visit.go("/recommendations", said="saved")


async def _ending(visit: Visit) -> Response:
    await visit.api.send("DELETE", f"/subscriptions/{visit.path('id')}")
    return visit.go("/recommendations", said="unsubscribed")


async def _judging(visit: Visit) -> Response:
    form = await visit.form()
    # One tap: a reason is a refusal.
    more = {"verdict": VerdictKind.REFUSED} if form.text("reason_code") else {}
    verdict = form.read(VerdictBody, **more)
    if verdict is None:
        return visit.page("errors/refused.html", status=422, title=visit.say("没有执行"), detail=form.errors[""])
    item = await visit.api.post(RecommendationOut, f"/recommendations/{visit.path('id')}/verdict", verdict)
    if visit.partial:
        return visit.page("recommendations/found.html", item=item, reasons=tuple(Reason), titles={})
    return visit.go("/recommendations", said="saved")


PAGES = (
    reading("/recommendations", _recommendations, SIGNED_IN),
    writing("/recommendations/subscriptions", _subscribing, SIGNED_IN),
    writing("/recommendations/subscriptions/{id}", _changing, SIGNED_IN),
    writing("/recommendations/subscriptions/{id}/delete", _ending, SIGNED_IN),
    writing("/recommendations/{id}/verdict", _judging, SIGNED_IN),
)
