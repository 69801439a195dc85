"""What waits for an administrator, each with its number and its place."""

import asyncio
import datetime as dt
from dataclasses import dataclass

from starlette.responses import Response

from api.routes.bodies.accounts import RegistrationOut
from api.routes.bodies.jobs import JobOut
from api.routes.bodies.statistics import FreshnessOut, OverviewOut
from api.schemas.base import Page as Listed
from api.web.page import reading
from api.web.pages.admin.doors import ADMINISTRATORS
from api.web.visit import Visit

__all__ = ["PAGES", "in_review"]

_RECENT = dt.timedelta(days=7)
_MOST = 100
# An index that learns a batch of records is some seconds behind; that is no matter for anybody.
_BEHIND = dt.timedelta(minutes=1)
_BAD_FEEDS = frozenset({"failing", "late"})


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing to do: how many (`more`: at least), what, where, and a line about it."""

    count: int
    name: str
    path: str
    about: str = ""
    more: bool = False


def in_review(counted: OverviewOut) -> tuple[int, int]:
    """Needs and achievements that wait for a review."""
    needs, achievements = (
        sum(state.count for state in side.states if state.code == "review")
        for side in (counted.needs, counted.achievements)
    )
    return needs, achievements


async def _overview(visit: Visit) -> Response:
    registrations, counted, fresh, jobs = await asyncio.gather(
        visit.api.get(Listed[RegistrationOut], "/registrations", waiting=True, limit=_MOST),
        visit.api.get(OverviewOut, "/statistics/overview"),
        visit.api.get(FreshnessOut, "/statistics/freshness"),
        visit.api.get(Listed[JobOut], "/jobs", everybody=True, limit=_MOST),
    )
    since = fresh.at - _RECENT
    failed = sum(job.state == "failed" and (job.finished_at or job.created_at) >= since for job in jobs.items)
    running = sum(job.state in ("waiting", "running") for job in jobs.items)
    needs, achievements = in_review(counted)
    failing = [feed for feed in fresh.feeds if feed.status in _BAD_FEEDS]
    unconfirmed = [feed for feed in fresh.feeds if feed.waiting]
    oldest = fresh.index.oldest_queued_at
    behind = 0 if oldest is None or fresh.at - oldest < _BEHIND else fresh.index.queued
    things = (
        Waiting(
            len(registrations.items),
            visit.say("注册申请待处理"),
            "/admin/registrations",
            more=bool(registrations.next_cursor),
        ),
        Waiting(needs, visit.say("需求待审核"), "/review?side=needs"),
        Waiting(achievements, visit.say("成果待审核"), "/review?side=achievements"),
        Waiting(
            len(failing),
            visit.say("供数失败或超时"),
            "/admin/feeds",
            about="、".join(feed.name for feed in failing[:3]),
        ),
        Waiting(
            len(unconfirmed),
            visit.say("供数等待确认撤回"),
            "/admin/feeds",
            about="、".join(feed.name for feed in unconfirmed[:3]),
        ),
        Waiting(failed, visit.say("近 7 天失败的任务"), "/admin/jobs"),
        Waiting(behind, visit.say("条记录等待编入索引"), "/admin/engine"),
    )
    return visit.page("admin/overview.html", things=things, counted=counted, fresh=fresh, running=running)


PAGES = (reading("/admin", _overview, ADMINISTRATORS),)
