"""Colleagues, for the manager of an organisation: inviting them and shutting them out."""

from starlette.responses import Response

from api.access.roles import OWNERS
from api.routes.bodies.accounts import AccountMade, AccountOut, ColleagueEntry
from api.web.forms import Form
from api.web.page import reading, writing
from api.web.submitting import submit
from api.web.visit import Visit

__all__ = ["PAGES"]


async def _colleagues(visit: Visit) -> Response:
    if visit.me is not None and not visit.me.account.manager:
        return visit.page("own/colleagues_closed.html")
    return await _draw(visit, Form())


async def _draw(visit: Visit, form: Form, status: int = 200) -> Response:
    people = await visit.api.get(list[AccountOut], "/colleagues")
    return visit.page("own/colleagues.html", status=status, people=people, form=form)


async def _inviting(visit: Visit) -> Response:
    async def act(entry: ColleagueEntry) -> Response:
        return visit.page("own/colleague_made.html", made=await visit.api.post(AccountMade, "/colleagues", entry))

    return await submit(visit, ColleagueEntry, _draw, act)


async def _shutting(visit: Visit) -> Response:
    await visit.api.send("DELETE", f"/colleagues/{visit.path('id')}")
    return visit.go("/my/colleagues", said="disabled")


PAGES = (
    reading("/my/colleagues", _colleagues, OWNERS),
    writing("/my/colleagues", _inviting, OWNERS),
    writing("/my/colleagues/{id}/disable", _shutting, OWNERS),
)
