"""Who must, would like to, or must not meet whom."""

import asyncio

from starlette.responses import Response

from api.access.roles import STAFF
from api.routes.bodies.fairs import PartyChoice, WishBody, WishOut
from api.web.asking import RefusedError
from api.web.forms import Form
from api.web.page import reading, writing
from api.web.pages.fairs.asking import fair_of, root
from api.web.visit import Visit

__all__ = ["PAGES"]


async def _wishes(visit: Visit) -> Response:
    return await _draw(visit, Form({"wish.wish": ["必见"], "wish.by": ["企业"]}))


async def _draw(visit: Visit, form: Form, status: int = 200) -> Response:
    here = root(visit)
    fair, wishes, people = await asyncio.gather(
        fair_of(visit), visit.api.get(list[WishOut], f"{here}/wishes"), _people(visit)
    )
    uploaded = next(one for one in fair.lists if one.part == "wishes")
    return visit.page(
        "fairs/wishes.html", status=status, fair=fair, wishes=wishes, people=people, uploaded=uploaded, form=form
    )


async def _people(visit: Visit) -> list[PartyChoice]:
    """Names to offer; none where the lists cannot be read, which is told where they are sent."""
    try:
        return await visit.api.get(list[PartyChoice], f"{root(visit)}/parties")
    except RefusedError:
        return []


async def _adding(visit: Visit) -> Response:
    form = await visit.form()
    body = form.read(WishBody, "wish.")
    if body is None:
        return await _draw(visit, form, 422)
    try:
        await visit.api.post(WishOut, f"{root(visit)}/wishes", body)
    except RefusedError as error:
        form.refused(error.problem.errors, error.problem.detail, "wish.")
        return await _draw(visit, form, error.status)
    return visit.go(f"{root(visit)}/wishes", said="saved")


async def _removing(visit: Visit) -> Response:
    try:
        await visit.api.send("DELETE", f"{root(visit)}/wishes/{visit.path('wish')}")
    except RefusedError as error:
        # Removed by a colleague, it is gone as it was to be.
        if error.status != 404:
            raise
    return visit.go(f"{root(visit)}/wishes", said="deleted")


PAGES = (
    reading("/fairs/{id}/wishes", _wishes, STAFF),
    writing("/fairs/{id}/wishes", _adding, STAFF),
    writing("/fairs/{id}/wishes/{wish}/remove", _removing, STAFF),
)
