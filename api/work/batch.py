"""The job that matches the whole database."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from api.jobs.context import JobContext
from api.schemas.media import XLSX
from api.service import Service
from api.work.matching import match_lists
from api.work.pairbook import write_pairbook
from api.work.selecting import Wanted, selected_achievements, selected_needs

__all__ = ["run_batch_job"]

_READING = "正在读取记录"


def run_batch_job(service: Service, context: JobContext, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Match the needs and achievements that the account may read, each as it may read it.

    Args:
        service: whose database.
        context: of the job.
        parameters: as `api.routes.bodies.jobs.BatchBody`.

    Returns:
        Counts, and the day validity was judged on.

    Raises:
        JobError: a side is empty.
        MatcherError: as matching says.
    """
    wanted = Wanted.of(parameters)

    def progress(looked: int) -> None:
        context.progress(looked, 0, _READING)

    needs = selected_needs(service.database, context.caller, wanted, progress)
    achievements = selected_achievements(service.database, context.caller, wanted, progress)
    day = parameters.get("today")
    today = dt.date.fromisoformat(day) if day else None
    run = match_lists(service, context, needs, achievements, top=int(parameters.get("top", 20)), today=today)
    book = context.folder / "pairs.xlsx"
    write_pairbook(book, run)
    context.add_file("匹配结果.xlsx", book, XLSX)
    context.add_file("matches.csv", run.folder / "matches.csv", "text/csv; charset=utf-8")
    context.add_file("manifest.json", run.folder / "manifest.json", "application/json")
    return {"counts": dict(run.manifest.counts), "today": run.manifest.plan.today.isoformat()}
