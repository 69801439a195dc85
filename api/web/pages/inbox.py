"""Messages of the service to an account."""

from starlette.responses import Response

from api.access.roles import OWNERS, SIGNED_IN, Role
from api.routes.bodies.subscriptions import InboxItemOut, InboxPage
from api.web.page import reading, writing
from api.web.visit import Visit

__all__ = ["PAGES"]

_BY_KIND = {
    "recommendation": "/recommendations",
    "digest": "/recommendations",
    "feed": "/admin/feeds",
    "registration": "/admin/registrations",
    "webhook": "/my/webhooks",
}


def _link(item: InboxItemOut, role: Role) -> str:
    """Where the message leads, "" where nowhere."""
    if item.kind.startswith("introduction"):
        return f"/introductions/{item.body['introduction_id']}" if "introduction_id" in item.body else ""
    if item.kind == "job":
        wanted = item.body.get("job_id", "")
        if role is Role.ADMINISTRATOR:
            return f"/admin/jobs/{wanted}"
        return f"/imports/{wanted}" if role in OWNERS else "/fairs" if role is Role.ORGANISER else ""
    if item.kind in {"renewal", "expired"}:
        return "/my/needs" if role is Role.ENTERPRISE else "/my/achievements"
    if item.kind == "feed" and role is Role.INSTITUTION:
        return "/my/feeds"
    return _BY_KIND.get(item.kind, "")


async def _inbox(visit: Visit) -> Response:
    found = await visit.api.get(InboxPage, "/inbox", cursor=visit.query.get("cursor"))
    links = {item.id: _link(item, visit.role) for item in found.items}
    return visit.page("account/inbox.html", found=found, links=links)


async def _reading_all(visit: Visit) -> Response:
    await visit.api.send("POST", "/inbox/read-all")
    return visit.go("/inbox", said="read")


PAGES = (reading("/inbox", _inbox, SIGNED_IN), writing("/inbox/read-all", _reading_all, SIGNED_IN))
