"""The job that plans a fair of the service, or plans it again; match results are kept with the fair."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select

from api.db.tables import Fair, FairPlan
from api.errors import NotFoundError
from api.fairs.access import find_fair
from api.fairs.files import clear_runs, fair_folder, list_file, run_folder
from api.fairs.inputs import Inputs, inputs_of
from api.fairs.plans import add_plan, find_plan, opened
from api.jobs.context import JobContext
from api.jobs.errors import JobCancelledError, JobError, JobLostError
from api.service import Service
from api.work.fairmaking import TOP, planned, read_lists, told
from api.work.matching import match_lists
from matcher.batch.base import Run, read_run
from matcher.cli.fairing import doubts
from matcher.errors import MatcherError, RunError
from matcher.fair.base import Plan
from matcher.fair.read import Fair as Planned

__all__ = ["run_fair_plan"]

_MB = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Order:
    """What the rows said when the job began: `runs` are all match results that a row speaks of."""

    fair: Fair
    inputs: Inputs
    before: Plan | None
    runs: frozenset[str]
    made: FairPlan | None


def run_fair_plan(service: Service, context: JobContext, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Plan a fair and let the plan count, unless somebody changed the plan meanwhile.

    Args:
        service: whose fairs and database.
        context: of the job.
        parameters: `fair_id`; `base`, the number of the plan that counted when this was asked for, or None; `again`:
            whether to begin with that plan; `confirmed` and `now` as `replan` has them; `rematch`.

    Returns:
        The plan's number, and what `told` says.

    Raises:
        JobError: a list or setting cannot be used, or the plan was changed meanwhile; names the next step.
        MatcherError: as matching and planning say.
    """
    fair_id = str(parameters["fair_id"])
    folder = fair_folder(service, fair_id)
    try:
        order = _order(service, context, parameters)
        if order.made is not None:
            # An earlier run of this job was cut off after it had done everything.
            return {"number": order.made.number, **told(opened(order.made.data))}
        fair = order.inputs.fair()
        run = _matched(service, context, order, rematch=bool(parameters.get("rematch")))
        context.progress(0, 0, f"正在排期（最多 {fair.settings.time_limit_s:g} 秒）")
        plan = _planned(fair, run, order, parameters)
    except (JobCancelledError, JobLostError):
        raise
    except MatcherError as error:
        raise JobError(_plain(folder, str(error))) from error
    looked_at = [_plain(folder, line) for line in doubts(fair, run.needs, run.achievements)]
    number = _keep(service, context, parameters, (order, run, plan, looked_at))
    return {"number": number, **told(plan), "notes": looked_at}


def _order(service: Service, context: JobContext, parameters: Mapping[str, Any]) -> _Order:
    with service.database.reading() as session:
        fair = find_fair(session, context.caller, str(parameters["fair_id"]))
        before = opened(find_plan(session, fair, int(parameters["base"])).data) if parameters.get("again") else None
        made = session.scalars(select(FairPlan).where(FairPlan.job_id == context.job_id)).one_or_none()
        if made is not None:
            made = find_plan(session, fair, made.number)
        runs = session.scalars(select(FairPlan.run).where(FairPlan.fair_id == fair.id)).all()
        return _Order(
            fair=fair,
            inputs=inputs_of(service, session, fair),
            before=before,
            runs=frozenset({*runs, fair.run}),
            made=made,
        )


def _matched(service: Service, context: JobContext, order: _Order, *, rematch: bool) -> Run:
    """The match results that are kept, or new ones, which are kept from now on."""
    fair, own = order.fair, f"run-{context.job_id}"
    if fair.run and not (rematch and fair.run != own):
        try:
            return read_run(run_folder(service, fair.id, fair.run))
        except RunError:
            context.progress(0, 0, "原来的匹配结果不可用，正在重新匹配")
    clear_runs(service, fair.id, {*order.runs, own})
    needs, achievements, rejected = read_lists(
        service,
        context.caller,
        needs=list_file(service, fair, "needs"),
        achievements=list_file(service, fair, "achievements"),
        max_bytes=service.settings.max_upload_mb * _MB,
        progress=lambda looked: context.progress(looked, 0, "正在读取记录"),
    )
    folder = run_folder(service, fair.id, own)
    run = match_lists(service, context, needs, achievements, top=TOP, today=None, rejected=rejected, folder=folder)
    with service.database.work() as session:
        row = find_fair(session, context.caller, fair.id, lock=True)
        # Other lists were uploaded meanwhile: these results are not of them.
        if row.lists == fair.lists:
            row.run = own
    return run


def _planned(fair: Planned, run: Run, order: _Order, parameters: Mapping[str, Any]) -> Plan:
    if order.before is None:
        return planned(fair, run)
    now = parameters.get("now")
    return planned(
        fair,
        run,
        before=order.before,
        confirmed=parameters.get("confirmed"),
        now=dt.datetime.fromisoformat(now) if now else None,
    )


def _keep(
    service: Service, context: JobContext, parameters: Mapping[str, Any], made: tuple[_Order, Run, Plan, list[str]]
) -> int:
    order, run, plan, looked_at = made
    with service.database.work() as session:
        try:
            fair = find_fair(session, context.caller, order.fair.id, lock=True)
        except NotFoundError as error:
            raise JobError("排期期间对接会已被删除，排期没有保存。") from error
        if fair.current != parameters.get("base"):
            raise JobError("排期期间有人改动了排期；为免丢失改动，这次的结果没有采用，请在现在的排期上重新排期。")
        kept = add_plan(
            session,
            context.caller,
            fair,
            plan,
            how="replanned" if order.before is not None else "planned",
            inputs=order.fair.inputs,
            run=run.folder.name,
            doubts=looked_at,
            job_id=context.job_id,
        )
        return kept.number


def _plain(folder: Path, text: str) -> str:
    """Without the folders of the server: the name of a file is enough."""
    for place in (*sorted(folder.glob("lists/*")), folder):
        text = text.replace(f"{place}/", "")
    return text
