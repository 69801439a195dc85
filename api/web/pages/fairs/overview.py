"""Where a fair stands: what is done and what is next, the plan's figures, running work, and its end."""

import asyncio

from starlette.responses import Response

from api.access.roles import STAFF
from api.routes.bodies.fair_boards import AttendanceOut, BoardOut, PlanLine
from api.routes.bodies.fairs import FairOut, StateBody
from api.routes.bodies.jobs import JobOut
from api.web.asking import RefusedError
from api.web.forms import Form
from api.web.page import reading, writing
from api.web.pages.fairs.asking import fair_of, root, version_of
from api.web.pages.fairs.printing import books_of, is_going
from api.web.visit import Visit

__all__ = ["PAGES", "draw_fair"]


async def _fair(visit: Visit) -> Response:
    return await draw_fair(visit)


async def draw_fair(visit: Visit, *, status: int = 200, fault: str = "", form: Form | None = None) -> Response:
    """The page of a fair, with what was refused on it and what was typed then."""
    here = root(visit)
    fair, plans, noted, books = await asyncio.gather(
        fair_of(visit),
        visit.api.get(list[PlanLine], f"{here}/plans"),
        visit.api.get(list[AttendanceOut], f"{here}/attendance"),
        books_of(visit),
    )
    board = await visit.api.get(BoardOut, f"{here}/board") if fair.current_plan is not None else None
    return visit.page(
        "fairs/fair.html",
        status=status,
        fair=fair,
        plans=plans,
        board=board,
        names={party.id: party.name for party in board.parties} if board else {},
        noted=sum(1 for one in noted if not one.meeting),
        books=books,
        going=_going(fair, books),
        fault=fault,
        form=form or Form(),
    )


def _going(fair: FairOut, books: JobOut | None) -> bool:
    planning = fair.job is not None and fair.job.state in {"waiting", "running"}
    return planning or is_going(books)


async def _progress(visit: Visit) -> Response:
    """How far running work is, asked again and again; the whole page once it has ended."""
    fair, books = await asyncio.gather(fair_of(visit), books_of(visit))
    if not visit.partial or not _going(fair, books):
        return visit.go(root(visit), books=visit.query.get("books", ""))
    return visit.page("fairs/progress.html", fair=fair, books=books)


async def _stopping(visit: Visit) -> Response:
    try:
        await visit.api.send("POST", f"/jobs/{visit.path('job')}/cancellation")
    except RefusedError as error:
        return await draw_fair(visit, status=error.status, fault=error.problem.detail)
    return visit.go(root(visit), said="cancelled")


async def _state(visit: Visit) -> Response:
    form = await visit.form()
    held = form.text("state") == "held"
    body = StateBody(state="held" if held else "planned")
    try:
        await visit.api.send("PUT", f"{root(visit)}/state", body=body, version=await version_of(visit, form))
    except RefusedError as error:
        return await draw_fair(visit, status=error.status, fault=error.problem.detail)
    return visit.go(root(visit), said="saved")


async def _deleting(visit: Visit) -> Response:
    form = await visit.form()
    if not form.text("sure"):
        return await draw_fair(visit, status=422, fault=visit.say("没有删除：请先勾选“我知道”。"))
    try:
        await visit.api.send("DELETE", root(visit), version=await version_of(visit, form))
    except RefusedError as error:
        return await draw_fair(visit, status=error.status, fault=error.problem.detail)
    return visit.go("/fairs", said="deleted")


PAGES = (
    reading("/fairs/{id}", _fair, STAFF),
    reading("/fairs/{id}/progress", _progress, STAFF),
    writing("/fairs/{id}/work/{job}/stop", _stopping, STAFF),
    writing("/fairs/{id}/state", _state, STAFF),
    writing("/fairs/{id}/delete", _deleting, STAFF),
)
