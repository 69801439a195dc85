"""Feeds of all institutions: how each does, its runs, what waits for a confirmation; and the hosts that may be read."""

import asyncio
from urllib.parse import quote

from starlette.responses import Response

from api.routes.bodies.accounts import OrganisationOut
from api.routes.bodies.feeds import (
    AllowedHostOut,
    FeedOut,
    HealthOut,
    HostBody,
    RunOut,
)
from api.routes.bodies.statistics import FreshnessOut
from api.schemas.base import Page as Listed
from api.web.asking import RefusedError
from api.web.forms import Form
from api.web.page import reading, writing
from api.web.pages.admin.doors import ADMINISTRATORS
from api.web.pages.feeds.acting import FeedActs
from api.web.visit import Visit

__all__ = ["PAGES"]

_ACTS = FeedActs("/admin/feeds")
_ORDER = ("failing", "late", "waiting", "ok", "off")


async def _feeds(visit: Visit) -> Response:
    return await _draw(visit, Form())


async def _draw(visit: Visit, form: Form, status: int = 200) -> Response:
    fresh, hosts = await asyncio.gather(
        visit.api.get(FreshnessOut, "/statistics/freshness"), visit.api.get(list[AllowedHostOut], "/allowed-hosts")
    )
    # What needs somebody comes first.
    feeds = sorted(fresh.feeds, key=lambda feed: (not feed.waiting, _ORDER.index(feed.status)))
    return visit.page("admin/feeds.html", status=status, feeds=feeds, hosts=hosts, form=form)


async def _feed(visit: Visit) -> Response:
    path = f"/feeds/{visit.path('id')}"
    feed, health, runs = await asyncio.gather(
        visit.api.get(FeedOut, path),
        visit.api.get(HealthOut, f"{path}/health"),
        visit.api.get(Listed[RunOut], f"{path}/runs", cursor=visit.query.get("cursor")),
    )
    owner = await visit.api.get(OrganisationOut, f"/organisations/{feed.organisation_id}")
    return visit.page("admin/feed.html", feed=feed, health=health, runs=runs, owner=owner)


async def _allowing(visit: Visit) -> Response:
    form = await visit.form()
    host = form.text("host").strip()
    if not host:
        form.errors["host"] = form.errors[""] = visit.say("请填写主机名。")
        return await _draw(visit, form, 422)
    body = HostBody(unencrypted=bool(form.text("unencrypted")))
    try:
        await visit.api.send("PUT", f"/allowed-hosts/{quote(host, safe='')}", body=body)
    except RefusedError as error:
        form.refused(error.problem.errors, error.problem.detail)
        return await _draw(visit, form, error.status)
    return visit.go("/admin/feeds", said="saved")


async def _forbidding(visit: Visit) -> Response:
    host = (await visit.form()).text("host")
    await visit.api.send("DELETE", f"/allowed-hosts/{quote(host, safe='')}")
    return visit.go("/admin/feeds", said="deleted")


PAGES = (
    reading("/admin/feeds", _feeds, ADMINISTRATORS),
    writing("/admin/feeds/hosts", _allowing, ADMINISTRATORS),
    writing("/admin/feeds/hosts/forbid", _forbidding, ADMINISTRATORS),
    reading("/admin/feeds/{id}", _feed, ADMINISTRATORS),
    writing("/admin/feeds/{id}/run", _ACTS.running, ADMINISTRATORS),
    writing("/admin/feeds/{id}/confirm", _ACTS.confirming, ADMINISTRATORS),
    writing("/admin/feeds/{id}/switch", _ACTS.switching, ADMINISTRATORS),
)
