"""The job that plans a fair, as `matcher batch` and `matcher fair plan` do it one after the other."""

import zipfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from api.jobs.context import JobContext
from api.jobs.errors import JobError
from api.service import Service
from api.work.matching import match_lists
from api.work.selecting import Wanted, selected_achievements, selected_needs
from matcher.batch.base import Run
from matcher.cli.fairing import doubts
from matcher.config import Settings, load_settings
from matcher.corpus.load import load
from matcher.errors import ConfigError, MatcherError
from matcher.fair.base import PartyKind, Plan
from matcher.fair.books import explaining, gather, write_books
from matcher.fair.books.browser import find_browser
from matcher.fair.check import check_plan
from matcher.fair.plan import plan_fair
from matcher.fair.problem import build_problem
from matcher.fair.read import Fair, read_fair
from matcher.fair.save import write_plan
from matcher.rank.models import load_models
from matcher.records import Achievement, Need, Side

__all__ = ["run_fair_job"]

_MB = 1_000_000
_TOP = 20
_SHOWN = 10


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
        needs, achievements, rejected = _lists(service, context, parameters, folder, max_bytes)
    except MatcherError as error:
        raise JobError(str(error).replace(f"{folder}/", "")) from error
    run = match_lists(context, needs, achievements, top=_TOP, today=None, rejected=rejected)
    context.progress(0, 0, f"正在排期（最多 {fair.settings.time_limit_s:g} 秒）")
    plan = _planned(fair, run)
    context.progress(0, 0, "正在写表格、手册、桌牌和日历")
    target = context.folder / "plan"
    notes = [*doubts(fair, run.needs, run.achievements), *_write(plan, run, target, load_settings())]
    package = context.folder / "fair.zip"
    _pack(target, package)
    context.add_file("对接会.zip", package, "application/zip")
    context.add_file("plan.json", target / "plan.json", "application/json")
    return {**_told(plan), "rejected": rejected, "notes": notes}


def _lists(
    service: Service, context: JobContext, parameters: Mapping[str, Any], folder: Path, max_bytes: int
) -> tuple[list[Need], list[Achievement], int]:
    def progress(looked: int) -> None:
        context.progress(looked, 0, "正在读取记录")

    rejected = 0
    if "needs" in parameters:
        found = load([folder / str(parameters["needs"])], side=Side.NEED, max_bytes=max_bytes)
        needs, rejected = list(found.needs), len(found.rejected)
    else:
        needs = selected_needs(service.database, context.caller, Wanted(), progress)
    if "achievements" in parameters:
        found = load([folder / str(parameters["achievements"])], side=Side.ACHIEVEMENT, max_bytes=max_bytes)
        achievements, rejected = list(found.achievements), rejected + len(found.rejected)
    else:
        achievements = selected_achievements(service.database, context.caller, Wanted(), progress)
    return needs, achievements, rejected


def _planned(fair: Fair, run: Run) -> Plan:
    problem = build_problem(fair, run.needs, run.achievements, run.pairs)
    if all(len(table.closed) == len(problem.slots) for table in problem.tables):
        raise ConfigError("fair.toml 中所有桌位在所有时段都不开放，排不了会面；请缩短 table_closed 里的关闭时间。")
    plan = plan_fair(fair.settings, problem)
    if findings := check_plan(plan, fair, run.needs, run.achievements, run.pairs):
        raise JobError(f"核对发现 {len(findings)} 处问题：{'；'.join(findings[:_SHOWN])}。请把任务编号告诉管理员。")
    return plan


def _write(plan: Plan, run: Run, target: Path, settings: Settings) -> list[str]:
    """All that is made of a plan; what could not be printed."""
    write_plan(plan, target)
    explain = explaining(
        load_models(settings).encoder,
        needs=run.needs,
        achievements=run.achievements,
        today=plan.problem.slots[0].start.date(),
    )
    books = gather(
        plan,
        needs=run.needs,
        achievements=run.achievements,
        explain=explain,
        created=run.manifest.created_at,
    )
    written = write_books(target, books, browser=find_browser(settings.browser), wanted=settings.browser != "none")
    return [written.unprinted] if written.unprinted else []


def _pack(folder: Path, package: Path) -> None:
    with zipfile.ZipFile(package, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(folder).as_posix())


def _told(plan: Plan) -> dict[str, Any]:
    parties = plan.problem.parties
    busy = {party for held in plan.meetings for party in (plan.candidate(held).enterprise, plan.candidate(held).team)}
    kinds = Counter(parties[party].kind for party in busy)
    return {
        "name": plan.settings.name,
        "meetings": len(plan.meetings),
        "enterprises": kinds[PartyKind.ENTERPRISE],
        "teams": kinds[PartyKind.TEAM],
        "missed": [one.text for one in plan.missed],
        "unscheduled": len(plan.unscheduled),
        "total": plan.objective.total,
        "status": plan.objective.status.value,
        "gap": plan.objective.gap,
    }
