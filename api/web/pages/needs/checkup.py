"""The check-up beside the form while it is filled in."""

from starlette.responses import Response

from api.schemas.matching import CheckupBody, CheckupOut
from api.schemas.record_bodies import NeedBody
from api.web.forms import Form
from api.web.pages.needs.filling import CONTENT, read_need, titled
from api.web.visit import Visit

__all__ = ["check", "checking", "read_draft"]

_SHORTEST_TITLE = 2


def read_draft(visit: Visit, form: Form) -> NeedBody | None:
    """What can be read of a need that is not finished; its problem stands in for a missing title."""
    tried = Form({**form.values})
    title, problem = (form.text(CONTENT + name).strip() for name in ("title", "problem"))
    if len(title) < _SHORTEST_TITLE:
        tried = Form({**form.values, f"{CONTENT}title": [titled(problem)]})
    body = read_need(visit, tried)
    form.errors.update(tried.errors)
    return body


async def check(visit: Visit, form: Form) -> CheckupOut | None:
    """What the check-up finds, or None where there is too little, or something that cannot be read."""
    content = read_draft(visit, form)
    if content is None:
        return None
    return await visit.api.post(CheckupOut, "/checkup", CheckupBody(content=content))


async def checking(visit: Visit) -> Response:
    """The piece of the page, for htmx."""
    form = await visit.form()
    found = await check(visit, form)
    return visit.page("needs/checkup.html", status=200 if found else 422, form=form, found=found)
