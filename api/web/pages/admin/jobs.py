"""Everybody's jobs: how far each is, and stopping one."""

from starlette.responses import Response

from api.routes.bodies.jobs import JobOut
from api.schemas.base import Page as Listed
from api.web.page import reading, writing
from api.web.pages.admin.doors import ADMINISTRATORS
from api.web.visit import Visit

__all__ = ["PAGES"]


async def _jobs(visit: Visit) -> Response:
    found = await visit.api.get(Listed[JobOut], "/jobs", everybody=True, cursor=visit.query.get("cursor"))
    return visit.page("admin/jobs.html", found=found)


async def _job(visit: Visit) -> Response:
    job = await visit.api.get(JobOut, f"/jobs/{visit.path('id')}")
    return visit.page("admin/job_progress.html" if visit.partial else "admin/job.html", job=job)


async def _cancelling(visit: Visit) -> Response:
    await visit.api.send("POST", f"/jobs/{visit.path('id')}/cancellation")
    return visit.go(f"/admin/jobs/{visit.path('id')}", said="cancelled")


PAGES = (
    reading("/admin/jobs", _jobs, ADMINISTRATORS),
    reading("/admin/jobs/{id}", _job, ADMINISTRATORS),
    writing("/admin/jobs/{id}/cancel", _cancelling, ADMINISTRATORS),
)
