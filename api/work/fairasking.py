"""Asking for the jobs of a fair, and taking its lists: stored on the medium and read once before they are accepted."""

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from api.access.caller import Caller
from api.db.base import new_id, now
from api.db.tables import Fair, Job
from api.errors import ConflictError, InvalidError
from api.fairs.access import check_version, find_fair
from api.fairs.files import fair_folder, list_file, run_folder
from api.fairs.keeping import put_list
from api.fairs.parties import Choice, choices
from api.fairs.plans import compared_with, find_plan, opened, run_at
from api.imports.asking import check_texts
from api.imports.receiving import Received
from api.imports.storing import discard, store
from api.jobs.queue import ask, asked_before, wake
from api.service import Service
from api.work.fairmaking import read_lists
from matcher.corpus.load import load
from matcher.errors import MatcherError
from matcher.fair.base import Plan
from matcher.fair.settings import FairSettings
from matcher.fair.sheets import read_attendance, read_met, read_wishes
from matcher.records import Side

__all__ = ["ask_for_books", "ask_for_plan", "is_planning", "latest_job", "people_of", "take_list"]

_MB = 1_000_000
_SHOWN = 20
_SIDES: Mapping[str, Side] = {"needs": Side.NEED, "achievements": Side.ACHIEVEMENT}
_SHEETS = {"wishes": read_wishes, "met": read_met, "attendance": read_attendance}


def latest_job(session: Session, fair: Fair) -> Job | None:
    """The latest planning of a fair, None where there is none (any more)."""
    return session.get(Job, fair.job_id) if fair.job_id else None


def is_planning(job: Job | None) -> bool:
    """Whether a planning has not ended."""
    return job is not None and job.state in {"waiting", "running"}


def ask_for_plan(
    service: Service, caller: Caller, fair_id: str, said: Mapping[str, Any], *, again: bool, key: str | None
) -> Job:
    """Write down the job that plans a fair, `again` beginning with the plan that counts; one at a time.

    Args:
        service: whose fairs.
        caller: who asks.
        fair_id: of a fair of the caller's.
        said: `rematch`, and for a replan `confirmed` (codes or None) and `now` (without a zone, or None).
        again: whether it is a replan.
        key: the same key asks for the same job.

    Raises:
        NotFoundError: as `find_fair` says.
        ConflictError: it is being planned, or there is no plan to begin with.
        InvalidError: a confirmed meeting is not in the plan.
    """
    with service.database.work() as session:
        fair = find_fair(session, caller, fair_id, lock=True)
        before = asked_before(session, caller, "fair-plan", key)
        if before is not None:
            return before
        if is_planning(latest_job(session, fair)):
            raise ConflictError("这场对接会正在排期；请等它完成，或先取消那个任务。", "The fair is being planned.")
        if again:
            _check_codes(opened(find_plan(session, fair).data), said.get("confirmed"))
        moment: dt.datetime | None = said.get("now")
        parameters = {
            "fair_id": fair.id,
            "base": fair.current,
            "again": again,
            "rematch": bool(said.get("rematch")),
            "confirmed": said.get("confirmed"),
            "now": moment.isoformat() if moment else None,
        }
        job, _ = ask(session, caller, "fair-plan", parameters, key=key)
        fair.job_id = job.id
    wake(service, job.id)
    return job


def ask_for_books(service: Service, caller: Caller, fair_id: str, key: str | None) -> Job:
    """Write down the job that prints the plan that counts now.

    Raises:
        NotFoundError, ConflictError: there is no such fair, or no plan.
    """
    with service.database.work() as session:
        fair = find_fair(session, caller, fair_id)
        row = find_plan(session, fair)
        parameters = {"fair_id": fair.id, "number": row.number, "before": compared_with(fair, row)}
        job, _ = ask(session, caller, "fair-books", parameters, key=key)
    wake(service, job.id)
    return job


def take_list(service: Service, caller: Caller, fair_id: str, *, part: str, form: Received, version: int) -> None:
    """Store an uploaded list, read it, and take it; one that cannot be read is refused and leaves nothing behind.

    Raises:
        NotFoundError, ChangedError: as `find_fair` and `check_version` say.
        InvalidError: there is not one file, it is empty, or no row of it can be used.
        MatcherError: the file is no table, or lacks a column; names file and column.
    """
    check_texts(form.texts, frozenset())
    if len(form.files) != 1 or form.files[0][0] != "file":
        raise InvalidError("请在表单字段 file 中上传一个文件。", "Send one file in the field file.", field="file")
    with service.database.reading() as session:
        check_version(find_fair(session, caller, fair_id), version)
    place = fair_folder(service, fair_id) / "lists" / new_id()
    done = False
    try:
        name = store(place, [form.files[0][1]])[0]
        told = {"file": f"{place.name}/{name}", "name": name, "bytes": (place / name).stat().st_size}
        told |= _looked_at(place / name, part, service.settings.max_upload_mb * _MB)
        with service.database.work() as session:
            fair = find_fair(session, caller, fair_id, lock=True)
            check_version(fair, version)
            put_list(session, caller, fair, part, {**told, "at": now().isoformat()})
        done = True
    finally:
        if not done:
            discard(place)


def people_of(service: Service, caller: Caller, fair_id: str) -> list[Choice]:
    """Everybody of the lists, by whom wishes and absences can name them.

    Raises:
        NotFoundError: as `find_fair` says.
        MatcherError: a list cannot be read.
    """
    with service.database.reading() as session:
        fair = find_fair(session, caller, fair_id)
    settings = FairSettings.model_validate(fair.settings)
    if fair.run and (folder := run_folder(service, fair.id, fair.run)).is_dir():
        run = run_at(folder)
        return choices(run.needs, run.achievements, settings)
    needs, achievements, _ = read_lists(
        service,
        caller,
        needs=list_file(service, fair, "needs"),
        achievements=list_file(service, fair, "achievements"),
        max_bytes=service.settings.max_upload_mb * _MB,
    )
    return choices({one.id: one for one in needs}, {one.id: one for one in achievements}, settings)


def _check_codes(plan: Plan, codes: list[str] | None) -> None:
    known = {meeting.code for meeting in plan.meetings}
    if unknown := sorted(set(codes or ()) - known):
        raise InvalidError(
            f"现在的排期里没有会面 {unknown[0]}；请照排期表上的编号填写。", "No such meeting.", field="body.confirmed"
        )


def _looked_at(path: Path, part: str, max_bytes: int) -> dict[str, Any]:
    """How many rows a list has, and which of them cannot be used and why."""
    try:
        if part not in _SIDES:
            return {"rows": len(_SHEETS[part](path, max_bytes=max_bytes)), "rejected": 0, "problems": []}
        found = load([path], side=_SIDES[part], max_bytes=max_bytes)
    except MatcherError as error:
        raise InvalidError(str(error).replace(f"{path.parent}/", ""), "Not a usable list.", field="file") from error
    rows = len(found.needs) + len(found.achievements)
    problems = [f"第 {row.row} 行：{row.reason}".replace(f"{path.parent}/", "") for row in found.rejected[:_SHOWN]]
    if not rows:
        told = problems[0] if problems else "没有数据行"
        raise InvalidError(f"文件“{path.name}”里没有可用的行（{told}）；请改正后上传。", "No row.", field="file")
    return {"rows": rows, "rejected": len(found.rejected), "problems": problems}
