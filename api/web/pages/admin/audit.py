"""The audit log, in words."""

import datetime as dt
from typing import Any

from starlette.responses import Response

from api.routes.bodies.accounts import AccountOut, AuditOut
from api.schemas.base import Page as Listed
from api.web.forms import Form
from api.web.page import reading
from api.web.pages.admin.audit_details import details, short
from api.web.pages.admin.audit_words import ACTIONS, KINDS
from api.web.pages.admin.choosing import named
from api.web.pages.admin.doors import ADMINISTRATORS
from api.web.visit import Visit

__all__ = ["PAGES"]

_CHINA = dt.timezone(dt.timedelta(hours=8))
_FIELDS = ("login", "organisation", "account_id", "organisation_id", "action", "kind", "thing_id", "since", "until")
_A_PAGE = 50
_PLACES = {
    "account": "/admin/people/",
    "organisation": "/admin/organisations/",
    "need": "/need/",
    "achievement": "/achievement/",
    "introduction": "/introductions/",
    "feed": "/admin/feeds/",
    "job": "/admin/jobs/",
    "fair": "/fairs/",
}


async def _audit(visit: Visit) -> Response:
    form = Form({name: [text] for name in _FIELDS if (text := visit.query.get(name, "").strip())})
    asked = await _asked(visit, form)
    found = Listed[AuditOut](items=[])
    if not form.errors:
        found = await visit.api.get(
            Listed[AuditOut], "/audit", **asked, limit=_A_PAGE, cursor=visit.query.get("cursor")
        )
    return visit.page(
        "admin/audit.html",
        status=422 if form.errors else 200,
        found=found,
        lines=_folded(found.items),
        form=form,
        kept={name: form.text(name) for name in _FIELDS},
        actions=ACTIONS,
        kinds=KINDS,
        details=lambda line: details(line.detail, visit.say),
        places=_PLACES,
        short=short,
    )


def _folded(lines: list[AuditOut]) -> list[tuple[AuditOut, int]]:
    """Lines with how often each stands there: opening one page may read the same several times within a minute."""
    counted: dict[tuple[object, ...], tuple[AuditOut, int]] = {}
    for line in lines:
        minute = line.at.replace(second=0, microsecond=0)
        who = (line.account_id, line.key_id, line.address)
        same = (*who, minute, line.action, line.kind, line.thing_id, repr(line.detail))
        first, times = counted.get(same, (line, 0))
        counted[same] = (first, times + 1)
    return list(counted.values())


async def _asked(visit: Visit, form: Form) -> dict[str, Any]:
    """The API's filters; those that cannot be used are said in the form."""
    asked: dict[str, Any] = {
        name: form.text(name) or None for name in ("account_id", "organisation_id", "action", "kind", "thing_id")
    }
    if login := form.text("login"):
        people = await visit.api.get(Listed[AccountOut], "/accounts", name=login[:100], limit=100)
        exact = [
            person for person in people.items if login.casefold() in (person.login, person.display_name.casefold())
        ]
        candidates = exact or people.items
        if len(candidates) == 1:
            asked["account_id"] = candidates[0].id
        else:
            near = "、".join(person.login for person in candidates[:8])
            form.errors["login"] = form.errors[""] = (
                f"{visit.say('有多个账号符合，请写完整的登录名：')}{near}" if near else visit.say("没有这个账号。")
            )
    if name := form.text("organisation"):
        organisation = await named(visit.api, name)
        if organisation is None:
            form.errors["organisation"] = form.errors[""] = visit.say("没有这个单位；请写已登记的全称。")
        else:
            asked["organisation_id"] = organisation.id
    # Days are those of China, the last one included.
    for field, more in (("since", 0), ("until", 1)):
        if text := form.text(field):
            day = _day(text)
            if day is None:
                form.errors[field] = form.errors[""] = visit.say("日期请写成 2026-03-01 的样子。")
            else:
                moment = dt.datetime.combine(day + dt.timedelta(days=more), dt.time(), _CHINA)
                asked[field] = moment.isoformat()
    return asked


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


PAGES = (reading("/admin/audit", _audit, ADMINISTRATORS),)
