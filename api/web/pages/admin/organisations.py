"""Organisations: finding, registering and changing them."""

from starlette.responses import Response

from api.access.roles import STAFF, Role
from api.routes.bodies.accounts import OrganisationChange, OrganisationEntry, OrganisationOut
from api.schemas.base import Page as Listed
from api.web.asking import RefusedError
from api.web.forms import Form
from api.web.page import reading, writing
from api.web.pages.admin.choosing import similar
from api.web.pages.admin.doors import ADMINISTRATORS, asked
from api.web.visit import Visit

__all__ = ["PAGES"]


async def _organisations(visit: Visit) -> Response:
    filters = asked(visit, "name", "kind", "disabled")
    found = await visit.api.get(Listed[OrganisationOut], "/organisations", **filters, cursor=visit.query.get("cursor"))
    form = Form({name: [value] for name, value in filters.items() if value})
    return visit.page("admin/organisations.html", found=found, filters=filters, form=form)


async def _names(visit: Visit) -> Response:
    """Names that hold what was typed so far, for the list below a field."""
    part = visit.query.get("organisation", "").strip()
    found = await visit.api.get(Listed[OrganisationOut], "/organisations", name=part[:100], disabled=False, limit=10)
    return visit.page("admin/names.html", items=found.items if part else [])


async def _new(visit: Visit) -> Response:
    form = Form({"entry.kind": ["enterprise"], "entry.name": [visit.query.get("name", "")]})
    return visit.page("admin/organisation_new.html", form=form, near=[])


async def _making(visit: Visit) -> Response:
    form = await visit.form()
    entry = form.read(OrganisationEntry, "entry.")
    if entry is None:
        return visit.page("admin/organisation_new.html", status=422, form=form, near=[])
    near = await similar(visit.api, entry.name)
    if near and not form.text("sure"):
        form.errors[""] = visit.say("已登记的单位中有名称相近的；请先核对是不是同一家。")
        return visit.page("admin/organisation_new.html", status=409, form=form, near=near)
    try:
        made = await visit.api.post(OrganisationOut, "/organisations", entry)
    except RefusedError as error:
        form.refused(error.problem.errors, error.problem.detail, "entry.")
        return visit.page("admin/organisation_new.html", status=error.status, form=form, near=near)
    return visit.go(f"/admin/organisations/{made.id}", said="created")


async def _organisation(visit: Visit) -> Response:
    found = await visit.api.get(OrganisationOut, f"/organisations/{visit.path('id')}")
    return _draw(visit, found, Form.showing(found, "entry"))


def _draw(visit: Visit, found: OrganisationOut, form: Form, status: int = 200) -> Response:
    may_change = visit.role is Role.ADMINISTRATOR
    return visit.page("admin/organisation.html", status=status, found=found, form=form, may_change=may_change)


async def _changing(visit: Visit) -> Response:
    path, form = f"/organisations/{visit.path('id')}", await visit.form()
    found = await visit.api.get(OrganisationOut, path)
    emptied = {name: form.text(f"entry.{name}") for name in ("region", "contact")}
    entry = form.read(OrganisationChange, "entry.", **emptied)
    if entry is None:
        return _draw(visit, found, form, 422)
    try:
        await visit.api.send("PATCH", path, body=entry)
    except RefusedError as error:
        form.refused(error.problem.errors, error.problem.detail, "entry.")
        return _draw(visit, found, form, error.status)
    return visit.go(f"/admin/organisations/{found.id}", said="saved")


async def _shut(visit: Visit) -> Response:
    return await _switch(visit, disabled=True)


async def _open(visit: Visit) -> Response:
    return await _switch(visit, disabled=False)


async def _switch(visit: Visit, *, disabled: bool) -> Response:
    await visit.api.send("PATCH", f"/organisations/{visit.path('id')}", body=OrganisationChange(disabled=disabled))
    return visit.go(f"/admin/organisations/{visit.path('id')}", said="disabled" if disabled else "enabled")


PAGES = (
    reading("/admin/organisations", _organisations, STAFF),
    reading("/admin/organisations/names", _names, STAFF),
    reading("/admin/organisations/new", _new, STAFF),
    writing("/admin/organisations/new", _making, STAFF),
    reading("/admin/organisations/{id}", _organisation, STAFF),
    writing("/admin/organisations/{id}", _changing, ADMINISTRATORS),
    writing("/admin/organisations/{id}/disable", _shut, ADMINISTRATORS),
    writing("/admin/organisations/{id}/enable", _open, ADMINISTRATORS),
)
