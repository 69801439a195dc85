"""Models and indexes in use, and writing the index anew."""

import asyncio
import datetime as dt

from starlette.responses import Response

from api.routes.bodies.engine import EngineOut, ModelsOut
from api.routes.bodies.jobs import JobOut, ReindexBody
from api.web.page import reading, writing
from api.web.pages.admin.doors import ADMINISTRATORS
from api.web.visit import Visit

__all__ = ["PAGES"]


async def _engine(visit: Visit) -> Response:
    engine, models = await asyncio.gather(visit.api.get(EngineOut, "/engine"), visit.api.get(ModelsOut, "/models"))
    return visit.page("admin/engine.html", engine=engine, models=models, when=_when)


def _when(text: str) -> dt.datetime | None:
    """A moment that the engine wrote as text, in UTC where it names no zone; None where it is none."""
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


async def _reindexing(visit: Visit) -> Response:
    job = await visit.api.post(JobOut, "/jobs/reindex", ReindexBody())
    return visit.go(f"/admin/jobs/{job.id}", said="started")


PAGES = (
    reading("/admin/engine", _engine, ADMINISTRATORS),
    writing("/admin/engine/reindex", _reindexing, ADMINISTRATORS),
)
