"""Accounts: finding them, making and changing them, shutting them out and letting them in again."""

import asyncio
from urllib.parse import quote

from starlette.responses import Response

from api.routes.bodies.accounts import AccountChange, AccountEntry, AccountMade, AccountOut, KeyOut, OrganisationOut
from api.schemas.base import Page as Listed
from api.web.asking import RefusedError
from api.web.forms import Form
from api.web.page import reading, writing
from api.web.pages.admin.choosing import chosen
from api.web.pages.admin.doors import ADMINISTRATORS, asked
from api.web.visit import Visit

__all__ = ["PAGES"]

_FILTERS = ("name", "role", "organisation_id", "disabled")


async def _people(visit: Visit) -> Response:
    filters = asked(visit, *_FILTERS)
    found = await visit.api.get(Listed[AccountOut], "/accounts", **filters, cursor=visit.query.get("cursor"))
    organisation = None
    if filters["organisation_id"]:
        organisation = await visit.api.get(
            OrganisationOut, f"/organisations/{quote(filters['organisation_id'], safe='')}"
        )
    form = Form({name: [value] for name, value in filters.items() if value})
    return visit.page("admin/people.html", found=found, filters=filters, form=form, organisation=organisation)


async def _new(visit: Visit) -> Response:
    given = {"entry.role": ["enterprise"], "organisation": [visit.query.get("organisation", "")]}
    return visit.page("admin/person_new.html", form=Form(given))


async def _making(visit: Visit) -> Response:
    form = await visit.form()
    organisation_id, usable = await chosen(visit, form, "organisation")
    entry = form.read(AccountEntry, "entry.", organisation_id=organisation_id) if usable else None
    if entry is None:
        return visit.page("admin/person_new.html", status=422, form=form)
    try:
        made = await visit.api.post(AccountMade, "/accounts", entry)
    except RefusedError as error:
        _refuse(form, error)
        return visit.page("admin/person_new.html", status=error.status, form=form)
    return _secret(visit, made)


def _refuse(form: Form, error: RefusedError) -> None:
    form.refused(error.problem.errors, error.problem.detail, "entry.")
    if told := form.errors.pop("entry.organisation_id", ""):
        form.errors["organisation"] = told


def _secret(visit: Visit, made: AccountMade) -> Response:
    return visit.page("admin/password.html", made=made)


async def _person(visit: Visit) -> Response:
    account = await visit.api.get(AccountOut, f"/accounts/{visit.path('id')}")
    shown = Form.showing(account, "entry")
    form = Form({**shown.values, "organisation": [account.organisation_name]})
    return await _draw(visit, account, form)


async def _draw(visit: Visit, account: AccountOut, form: Form, status: int = 200) -> Response:
    keys = await visit.api.get(list[KeyOut], f"/accounts/{account.id}/keys")
    return visit.page("admin/person.html", status=status, account=account, form=form, keys=keys)


async def _changing(visit: Visit) -> Response:
    path, form = f"/accounts/{visit.path('id')}", await visit.form()
    account, (organisation_id, usable) = await asyncio.gather(
        visit.api.get(AccountOut, path), chosen(visit, form, "organisation")
    )
    # A box that is not ticked, and a field that was emptied, are sent like that.
    given = {
        "organisation_id": organisation_id,
        "manager": bool(form.text("entry.manager")),
        "display_name": form.text("entry.display_name"),
    }
    entry = form.read(AccountChange, "entry.", **given) if usable else None
    if entry is None:
        return await _draw(visit, account, form, 422)
    try:
        await visit.api.send("PATCH", path, body=entry)
    except RefusedError as error:
        _refuse(form, error)
        return await _draw(visit, account, form, error.status)
    return visit.go(f"/admin/people/{account.id}", said="saved")


async def _shut(visit: Visit) -> Response:
    return await _switch(visit, disabled=True)


async def _open(visit: Visit) -> Response:
    return await _switch(visit, disabled=False)


async def _switch(visit: Visit, *, disabled: bool) -> Response:
    await visit.api.send("PATCH", f"/accounts/{visit.path('id')}", body=AccountChange(disabled=disabled))
    return visit.go(f"/admin/people/{visit.path('id')}", said="disabled" if disabled else "enabled")


async def _resetting(visit: Visit) -> Response:
    return _secret(visit, await visit.api.post(AccountMade, f"/accounts/{visit.path('id')}/password"))


PAGES = (
    reading("/admin/people", _people, ADMINISTRATORS),
    reading("/admin/people/new", _new, ADMINISTRATORS),
    writing("/admin/people/new", _making, ADMINISTRATORS),
    reading("/admin/people/{id}", _person, ADMINISTRATORS),
    writing("/admin/people/{id}", _changing, ADMINISTRATORS),
    writing("/admin/people/{id}/disable", _shut, ADMINISTRATORS),
    writing("/admin/people/{id}/enable", _open, ADMINISTRATORS),
    writing("/admin/people/{id}/password", _resetting, ADMINISTRATORS),
)
