"""Planning again, letting another plan count, and printing the one that does."""

from starlette.responses import Response

from api.access.roles import STAFF
from api.routes.bodies.fair_boards import BooksBody, CurrentBody, PlanBody, ReplanBody
from api.routes.bodies.jobs import JobOut
from api.web.asking import RefusedError
from api.web.page import writing
from api.web.pages.fairs.asking import number, root, version_of
from api.web.pages.fairs.board import draw_board
from api.web.pages.fairs.overview import draw_fair
from api.web.visit import Visit

__all__ = ["PAGES"]


async def _planning(visit: Visit) -> Response:
    """From nothing, or (replans) with every meeting where it is, as far as it can stay."""
    form = await visit.form()
    rematch = form.text("rematch") == "true"
    try:
        if form.text("how") == "anew":
            await visit.api.send("POST", f"{root(visit)}/plans", body=PlanBody(rematch=rematch))
        else:
            await visit.api.send("POST", f"{root(visit)}/replans", body=ReplanBody(rematch=rematch))
    except RefusedError as error:
        return await draw_fair(visit, status=error.status, fault=error.problem.detail)
    return visit.go(root(visit))


async def _choosing(visit: Visit) -> Response:
    form = await visit.form()
    on_board = form.text("to") == "board"
    chosen = number(form.text("number"), least=1) or 1
    try:
        version = await version_of(visit, form)
        await visit.api.send("PUT", f"{root(visit)}/plan", body=CurrentBody(number=chosen), version=version)
    except RefusedError as error:
        if on_board:
            fault = error.problem.detail
            return await draw_board(visit, code=form.text("meeting"), status=error.status, fault=fault)
        return await draw_fair(visit, status=error.status, fault=error.problem.detail)
    if not on_board:
        return visit.go(root(visit), said="saved")
    kept = {name: form.text(name) for name in ("day", "hall", "who", "meeting")}
    return visit.go(f"{root(visit)}/board", said="saved", **kept)


async def _printing(visit: Visit) -> Response:
    try:
        job = await visit.api.post(JobOut, f"{root(visit)}/books", BooksBody())
    except RefusedError as error:
        return await draw_fair(visit, status=error.status, fault=error.problem.detail)
    return visit.go(root(visit), books=job.id)


PAGES = (
    writing("/fairs/{id}/plans", _planning, STAFF),
    writing("/fairs/{id}/plan", _choosing, STAFF),
    writing("/fairs/{id}/books", _printing, STAFF),
)
