"""What every job about a fair does: read both lists, plan and prove, write and pack what people hold in their hands."""

import datetime as dt
import zipfile
from collections import Counter
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

from api.access.caller import Caller
from api.jobs.errors import JobError
from api.service import Service
from api.work.selecting import Wanted, selected_achievements, selected_needs
from matcher.batch.base import Run
from matcher.config import Settings
from matcher.corpus.load import load
from matcher.errors import ConfigError
from matcher.fair.base import PartyKind, Plan
from matcher.fair.books import explaining, gather, write_books
from matcher.fair.books.browser import find_browser
from matcher.fair.check import check_plan
from matcher.fair.plan import plan_fair
from matcher.fair.problem import build_problem
from matcher.fair.read import Fair
from matcher.fair.replan import replan
from matcher.fair.save import write_plan
from matcher.rank.models import load_models
from matcher.records import Achievement, Need, Side

__all__ = ["TOP", "pack", "planned", "read_lists", "told", "write_all"]

TOP = 20
"""Matches a record has at most; more than anybody meets at a fair."""

_SHOWN = 10


def read_lists(
    service: Service,
    caller: Caller,
    *,
    needs: Path | None,
    achievements: Path | None,
    max_bytes: int,
    progress: Callable[[int], None] = lambda _: None,
) -> tuple[list[Need], list[Achievement], int]:
    """Both sides of a fair, and how many rows of the files could not be used.

    Args:
        service: whose database; a side without a file is all that is published, as the caller may read it.
        caller: for whom it is read.
        needs: a list, or None.
        achievements: likewise.
        max_bytes: of a file.
        progress: told how many records of the database were looked at.

    Raises:
        MatcherError: a file cannot be read; names it.
    """
    rejected = 0
    if needs is not None:
        found = load([needs], side=Side.NEED, max_bytes=max_bytes)
        wanted, rejected = list(found.needs), len(found.rejected)
    else:
        wanted = selected_needs(service.database, caller, Wanted(), progress)
    if achievements is not None:
        found = load([achievements], side=Side.ACHIEVEMENT, max_bytes=max_bytes)
        offered, rejected = list(found.achievements), rejected + len(found.rejected)
    else:
        offered = selected_achievements(service.database, caller, Wanted(), progress)
    return wanted, offered, rejected


def planned(
    fair: Fair,
    run: Run,
    *,
    before: Plan | None = None,
    confirmed: Collection[str] | None = None,
    now: dt.datetime | None = None,
) -> Plan:
    """A proven plan of a fair; where there is one `before`, it is planned again with what is confirmed in its place.

    Args:
        fair: settings, wishes and what happened before.
        run: match results.
        before: the plan to begin with.
        confirmed: codes of its confirmed meetings; None is all.
        now: a moment of the fair; what has begun by then stays.

    Raises:
        ConfigError: no table is ever open, or as `build_problem` says.
        RecordError: as `build_problem` says.
        JobError: the plan breaks a rule, which is a fault of ours.
    """
    problem = build_problem(fair, run.needs, run.achievements, run.pairs)
    if all(len(table.closed) == len(problem.slots) for table in problem.tables):
        raise ConfigError("对接会设置中所有桌位在所有时段都不开放，排不了会面；请缩短 table_closed 里的关闭时间。")
    if before is None:
        plan = plan_fair(fair.settings, problem)
    else:
        plan = replan(before, fair.settings, problem, confirmed=confirmed, now=now)
    if findings := check_plan(plan, fair, run.needs, run.achievements, run.pairs):
        raise JobError(f"核对发现 {len(findings)} 处问题：{'；'.join(findings[:_SHOWN])}。请把任务编号告诉管理员。")
    return plan


def write_all(plan: Plan, run: Run, target: Path, settings: Settings, *, before: Plan | None = None) -> list[str]:
    """Write all that is made of a plan into a folder; what could not be printed.

    Raises:
        PlanError: something cannot be written.
        ModelError: the encoder's files are missing or damaged.
    """
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
        before=before,
    )
    written = write_books(target, books, browser=find_browser(settings.browser), wanted=settings.browser != "none")
    return [written.unprinted] if written.unprinted else []


def pack(folder: Path, package: Path) -> None:
    """Everything below a folder as a zip, in order."""
    with zipfile.ZipFile(package, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(folder).as_posix())


def told(plan: Plan) -> dict[str, Any]:
    """What a job says of a plan."""
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
