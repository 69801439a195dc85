"""The latest printing of a fair: everything people hold in their hands as a zip, which takes a while."""

from api.routes.bodies.jobs import JobOut
from api.schemas.base import Page
from api.web.visit import Visit

__all__ = ["books_of", "is_going"]

_KIND = "fair-books"
_LOOKED_AT = 50


def is_going(job: JobOut | None) -> bool:
    """Whether work has not ended."""
    return job is not None and job.state in {"waiting", "running"}


async def books_of(visit: Visit) -> JobOut | None:
    """The printing the address names, else the latest of one's own that is done."""
    found = await visit.api.get(Page[JobOut], "/jobs", limit=_LOOKED_AT)
    jobs = [job for job in found.items if job.kind == _KIND]
    if asked := visit.query.get("books", ""):
        return next((job for job in jobs if job.id == asked), None)
    fair_id = visit.request.path_params["id"]
    return next((job for job in jobs if job.result.get("fair_id") == fair_id), None)
