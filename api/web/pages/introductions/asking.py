"""Asking for an introduction: what will be seen and opened, then the request."""

import asyncio

from starlette.responses import Response

from api.routes.bodies.introductions import AskBody, IntroductionOut
from api.schemas.matching import MatchOut
from api.schemas.records import AchievementOut, NeedOut
from api.web.asking import RefusedError
from api.web.forms import Form
from api.web.pages.desk.asking import introductions_of
from api.web.visit import Visit
from matcher.records import Side

__all__ = ["ask", "asking", "explained"]

_GONE = 404
_AT_WORK = 409


async def explained(
    visit: Visit, need_id: str | None, achievement_id: str | None, ask: Side = Side.ACHIEVEMENT
) -> MatchOut | None:
    """Why a pair matches, in the eyes of the visitor, with questions for one side; None where that cannot be said now.

    Args:
        visit: the request.
        need_id, achievement_id: the pair; None where the visitor may not know the record.
        ask: whom the questions go to.
    """
    if not need_id or not achievement_id:
        return None
    try:
        pair = {"need_id": need_id, "achievement_id": achievement_id}
        return await visit.api.get(MatchOut, "/explanation", **pair, ask=ask.value)
    except RefusedError as error:
        # Not indexed yet, withdrawn, or the index is being mended: the page stands without it.
        if error.status in {_GONE, _AT_WORK, 503}:
            return None
        raise


async def ask(visit: Visit) -> Response:
    """The page before the request."""
    form = Form({name: [visit.query.get(name, "")] for name in ("need_id", "achievement_id", "note")})
    return await _page(visit, form)


async def _page(visit: Visit, form: Form, status: int = 200) -> Response:
    need_id, achievement_id = form.text("need_id").strip(), form.text("achievement_id").strip()
    if not need_id.isalnum() or not achievement_id.isalnum():
        return visit.page("introductions/choose.html", status=422)
    need, achievement, match = await asyncio.gather(
        visit.api.get(NeedOut, f"/needs/{need_id}"),
        visit.api.get(AchievementOut, f"/achievements/{achievement_id}"),
        explained(visit, need_id, achievement_id),
    )
    return visit.page(
        "introductions/new.html", status=status, form=form, need=need, achievement=achievement, match=match
    )


async def _there(visit: Visit, need_id: str, achievement_id: str) -> str | None:
    """The id of the introduction that this pair has already, where the visitor takes part in it."""
    items = await introductions_of(visit, need_id)
    return next((item.id for item in items if item.achievement.id == achievement_id), None)


async def asking(visit: Visit) -> Response:
    """The request; a refusal is told on a page with the way back."""
    form = await visit.form()
    body = form.read(AskBody)
    if body is None:
        return await _page(visit, form, 422)
    try:
        made = await visit.api.post(IntroductionOut, "/introductions", body)
    except RefusedError as error:
        need_id, achievement_id = body.need_id, body.achievement_id
        return visit.page(
            "introductions/refused.html",
            status=error.status,
            detail=error.problem.detail,
            need_id=need_id,
            achievement_id=achievement_id,
            there=await _there(visit, need_id, achievement_id) if error.status == _AT_WORK else None,
        )
    return visit.go(f"/introductions/{made.id}", said="requested")
