"""Messages of the service to an account."""

from starlette.responses import Response

from api.access.roles import SIGNED_IN, Role
from api.routes.bodies.subscriptions import InboxItemOut, InboxPage
from api.web.page import reading, writing
from api.web.visit import Visit

__all__ = ["PAGES"]

_BY_KIND = {
    "recommendation": "/recommendations",
    "digest": "/recommendations",
    "registration": "/admin/registrations",
    "webhook": "/my/webhooks",
}
_FEEDS = {Role.ADMINISTRATOR: "/admin/feeds", Role.INSTITUTION: "/my/feeds", Role.ENTERPRISE: "/my/feeds"}
_DESKS = {Role.ENTERPRISE: "/my/needs", Role.INSTITUTION: "/my/achievements"}
_JOBS = {
    Role.ADMINISTRATOR: "/admin/jobs/{}",
    Role.ENTERPRISE: "/imports/{}",
    Role.INSTITUTION: "/imports/{}",
    Role.ORGANISER: "/fairs",
}


def _link(item: InboxItemOut, role: Role) -> str:
    """Where the message leads, "" where nowhere."""
    body, kind = item.body, "introduction" if item.kind.startswith("introduction") else item.kind
    places = {
        "introduction": f"/introductions/{body['introduction_id']}" if "introduction_id" in body else "",
        "job": _JOBS.get(role, "").format(body.get("job_id", "")),
        "renewal": _DESKS.get(role, ""),
        "review": f"/my/{body.get('side')}s/{body.get('record_id')}",
        "feed": _FEEDS.get(role, ""),
    }
    return places.get(kind, _BY_KIND.get(kind, ""))


async def _inbox(visit: Visit) -> Response:
    found = await visit.api.get(InboxPage, "/inbox", cursor=visit.query.get("cursor"))
    links = {item.id: _link(item, visit.role) for item in found.items}
    return visit.page("account/inbox.html", found=found, links=links)


async def _reading_all(visit: Visit) -> Response:
    await visit.api.send("POST", "/inbox/read-all")
    return visit.go("/inbox", said="read")


PAGES = (reading("/inbox", _inbox, SIGNED_IN), writing("/inbox/read-all", _reading_all, SIGNED_IN))
