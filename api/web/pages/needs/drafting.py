"""Writing a need down: the guided form, saved, published, or changed in one tap by what the check-up says."""

from typing import Any

from starlette.responses import Response

from api.schemas.record_bodies import NeedBody
from api.schemas.records import NeedOut
from api.web.forms import Form
from api.web.pages.desk.side import NEEDS
from api.web.pages.desk.writing import Writing
from api.web.pages.needs.checkup import check, read_draft
from api.web.pages.needs.filling import BLANK, CONTENT, blank, read_need, showing
from api.web.visit import Visit

__all__ = ["WRITING", "change", "start"]

_PROBLEM = f"{CONTENT}problem"


async def start(visit: Visit) -> Response:
    """An empty form, or one with the text of a search."""
    return await _draw(visit, blank(visit.query.get("text", "")))


async def change(visit: Visit) -> Response:
    """The form with what the need says."""
    need = await NEEDS.record(visit)
    return await _draw(visit, showing(need), need)


def _read(visit: Visit, form: Form) -> NeedBody | None:
    body = read_need(visit, form)
    if body is not None and form.text("do") == "publish" and BLANK in f"{body.title}{body.problem}":
        said = visit.say("需求内容里还有“＿＿”没有填；请补上数值，或把这一行删去，再发布。")
        form.errors[_PROBLEM] = form.errors[""] = said
        return None
    return body


async def _draw(
    visit: Visit,
    form: Form,
    record: NeedOut | None = None,
    *,
    status: int = 200,
    newest: NeedOut | None = None,
    **more: object,
) -> Response:
    return visit.page(
        "needs/write.html",
        status=status,
        form=form,
        need=record,
        newest=newest,
        review=visit.service.settings.review,
        tiered=NEEDS.tiered,
        **{"found": None, "preview": None, "reader": 2, **more},
    )


async def _check(visit: Visit, form: Form, need: Any) -> Response:
    found = await check(visit, form)
    return await _draw(visit, form, need, status=200 if found else 422, found=found)


async def _preview(visit: Visit, form: Form, need: Any) -> Response:
    body = read_draft(visit, form)
    reader = form.text("reader")
    shown = int(reader) if reader in {"1", "2", "3"} else 2
    return await _draw(visit, form, need, status=200 if body else 422, preview=body, reader=shown)


async def _take(visit: Visit, form: Form, need: Any) -> Response:
    """Take the suggested wording over; what was written before can be had back."""
    found = await check(visit, form)
    if found is None or not found.wording:
        return await _draw(visit, form, need, status=422)
    before = {"before": [form.text(_PROBLEM)]}
    return await _draw(visit, Form({**form.values, **before, _PROBLEM: [found.wording]}), need)


async def _back(visit: Visit, form: Form, need: Any) -> Response:
    return await _draw(visit, Form({**form.values, _PROBLEM: [form.text("before")], "before": [""]}), need)


WRITING = Writing(
    NEEDS,
    read=_read,
    draw=_draw,
    redrawn={"check": _check, "preview": _preview, "take": _take, "back": _back},
)
