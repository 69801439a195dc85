"""The job that prints the plan of a fair that counts: workbooks, booklets, table cards and calendars in one zip."""

import shutil
from collections.abc import Mapping
from typing import Any

from api.fairs.access import find_fair
from api.fairs.files import run_folder
from api.fairs.plans import find_plan, opened, run_at
from api.jobs.context import JobContext
from api.service import Service
from api.work.fairmaking import pack, told, write_all

__all__ = ["run_fair_books"]


def run_fair_books(service: Service, context: JobContext, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Print a plan, and note that people hold it in their hands now.

    Args:
        service: whose fairs.
        context: of the job.
        parameters: `fair_id`, `number` of the plan, `before` the number of the one against which changes are told,
            or None.

    Returns:
        The fair, the plan's number, what `told` says, and in `notes` what could not be printed.

    Raises:
        NotFoundError, ConflictError: the fair, the plan or its match results are gone.
        MatcherError: as printing says.
    """
    with service.database.reading() as session:
        fair = find_fair(session, context.caller, str(parameters["fair_id"]))
        row = find_plan(session, fair, int(parameters["number"]))
        older = parameters.get("before")
        before = opened(find_plan(session, fair, int(older)).data) if older is not None else None
    run = run_at(run_folder(service, fair.id, row.run))
    context.progress(0, 0, "正在写表格、手册、桌牌和日历")
    target, plan = context.folder / "plan", opened(row.data)
    # What a run that was cut off has left would be kept as an older workbook.
    shutil.rmtree(target, ignore_errors=True)
    notes = write_all(plan, run, target, service.engine, before=before)
    package = context.folder / "fair.zip"
    pack(target, package)
    context.add_file("对接会.zip", package, "application/zip")
    context.add_file("plan.json", target / "plan.json", "application/json")
    with service.database.work() as session:
        # No change of the fair: whoever has it open can go on.
        find_fair(session, context.caller, fair.id, lock=True).printed = row.number
    return {"fair_id": fair.id, "number": row.number, **told(plan), "notes": notes}
