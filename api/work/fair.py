"""The job that plans a fair, as `matcher batch` and `matcher fair plan` do it one after the other."""

import shutil
from collections.abc import Mapping
from typing import Any

from api.jobs.context import JobContext
from api.jobs.errors import JobError
from api.service import Service
from api.work.fairmaking import TOP, pack, planned, read_lists, told, write_all
from api.work.matching import match_lists
from matcher.cli.fairing import doubts
from matcher.errors import MatcherError
from matcher.fair.read import read_fair

__all__ = ["run_fair_job"]

_MB = 1_000_000


def run_fair_job(service: Service, context: JobContext, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Match both lists, plan who meets whom, prove the plan and write what people hold in their hands.

    Args:
        service: whose uploads and database.
        context: of the job.
        parameters: names in the upload's folder: `fair`, and `needs` and `achievements` where lists were sent; what was
            not sent is read from the database, as the account may read it.

    Returns:
        How many meetings, enterprises and teams there are, how good the plan is, and what to look at.

    Raises:
        JobError: a list or setting cannot be used; names the file and the next step.
        MatcherError: as matching and planning say.
    """
    folder = service.uploads / context.job_id
    max_bytes = service.settings.max_upload_mb * _MB
    try:
        fair = read_fair(folder / str(parameters["fair"]), max_bytes=max_bytes)
        needs, achievements, rejected = read_lists(
            service,
            context.caller,
            needs=folder / str(parameters["needs"]) if "needs" in parameters else None,
            achievements=folder / str(parameters["achievements"]) if "achievements" in parameters else None,
            max_bytes=max_bytes,
            progress=lambda looked: context.progress(looked, 0, "正在读取记录"),
        )
    except MatcherError as error:
        raise JobError(str(error).replace(f"{folder}/", "")) from error
    run = match_lists(service, context, needs, achievements, top=TOP, today=None, rejected=rejected)
    context.progress(0, 0, f"正在排期（最多 {fair.settings.time_limit_s:g} 秒）")
    plan = planned(fair, run)
    context.progress(0, 0, "正在写表格、手册、桌牌和日历")
    target = context.folder / "plan"
    # What a run that was cut off has left would be kept as an older workbook.
    shutil.rmtree(target, ignore_errors=True)
    notes = [*doubts(fair, run.needs, run.achievements), *write_all(plan, run, target, service.engine)]
    package = context.folder / "fair.zip"
    pack(target, package)
    context.add_file("对接会.zip", package, "application/zip")
    context.add_file("plan.json", target / "plan.json", "application/json")
    return {**told(plan), "rejected": rejected, "notes": notes}
