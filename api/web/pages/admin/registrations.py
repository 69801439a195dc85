"""Those who asked for an account, and the answer to each."""

import asyncio

from starlette.responses import Response

from api.routes.bodies.accounts import AccountOut, ApprovalEntry, RegistrationOut
from api.schemas.base import Page as Listed
from api.web.asking import RefusedError
from api.web.forms import Form
from api.web.page import reading, writing
from api.web.pages.admin.choosing import chosen, similar
from api.web.pages.admin.doors import ADMINISTRATORS
from api.web.visit import Visit

__all__ = ["PAGES"]

_A_PAGE = 10
# What the choice of an organisation may be besides an id.
_NEW, _OTHER = "new", "other"


async def _registrations(visit: Visit) -> Response:
    return await _draw(visit)


async def _draw(visit: Visit, faulty: str = "", form: Form | None = None, status: int = 200) -> Response:
    """The list; `faulty` is the registration whose `form` could not be used."""
    decided = visit.query.get("decided") == "true"
    found = await visit.api.get(
        Listed[RegistrationOut],
        "/registrations",
        waiting=not decided,
        limit=_A_PAGE,
        cursor=visit.query.get("cursor"),
    )
    undecided = [] if decided else found.items
    near = await asyncio.gather(*(similar(visit.api, item.organisation_name) for item in undecided))
    forms = {item.id: form if form and item.id == faulty else _first(item) for item in found.items}
    return visit.page(
        "admin/registrations.html",
        status=status,
        found=found,
        decided=decided,
        near=dict(zip((item.id for item in undecided), near, strict=True)),
        filled=forms,
    )


def _first(item: RegistrationOut) -> Form:
    return Form({f"{item.id}.role": [item.role.value if item.role else ""], f"{item.id}.login": [item.login]})


async def _approving(visit: Visit) -> Response:
    item_id, form = visit.path("id"), await visit.form()
    choice = form.text(f"{item_id}-choice")
    field = f"{item_id}-organisation"
    organisation_id, usable = None if choice in (_NEW, _OTHER) else choice, bool(choice)
    if not usable:
        form.errors[""] = visit.say("请选择申请人属于哪个单位。")
    if choice == _OTHER:
        organisation_id, usable = await chosen(visit, form, field)
        if usable and organisation_id is None:
            usable, form.errors[""] = False, visit.say("请写明申请人属于的单位。")
            form.errors[field] = form.errors[""]
    prefix = f"{item_id}."
    entry = form.read(ApprovalEntry, prefix, organisation_id=organisation_id) if usable else None
    if entry is None:
        return await _draw(visit, item_id, form, 422)
    try:
        made = await visit.api.post(AccountOut, f"/registrations/{item_id}/approval", entry)
    except RefusedError as error:
        form.refused(error.problem.errors, error.problem.detail, prefix)
        return await _draw(visit, item_id, form, error.status)
    return visit.go(f"/admin/people/{made.id}", said="approved")


async def _refusing(visit: Visit) -> Response:
    await visit.api.send("POST", f"/registrations/{visit.path('id')}/refusal")
    return visit.go("/admin/registrations", said="refused")


PAGES = (
    reading("/admin/registrations", _registrations, ADMINISTRATORS),
    writing("/admin/registrations/{id}/approve", _approving, ADMINISTRATORS),
    writing("/admin/registrations/{id}/refuse", _refusing, ADMINISTRATORS),
)
