"""The day of a fair: stand-ins, who came, and what is printed."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Response
from fastapi.responses import FileResponse
from sqlalchemy.orm import Session

from api.db.tables import Fair
from api.fairs.access import find_fair
from api.fairs.files import run_folder
from api.fairs.moving import meeting_of
from api.fairs.parties import find_party, party_id
from api.fairs.plans import compared_with, find_plan, opened, run_at
from api.fairs.presence import note_presence, presence_of
from api.fairs.standins import stand_ins
from api.imports.asking import check_key
from api.problems import problems
from api.routes.bodies.fair_boards import (
    AttendanceBody,
    AttendanceOut,
    BooksBody,
    MeetingAttendanceBody,
    NoShowBody,
    NoShowOut,
)
from api.routes.bodies.jobs import JobOut
from api.routes.fair_plans import MeetingCode
from api.routes.fairs import FairId, fair_rights
from api.routes.imports import IdempotencyKey
from api.routes.passing_file import workbook_file
from api.routes.showing_fairs import attendance_out, filled_out
from api.schemas.media import XLSX
from api.service import CallerDep, ServiceDep
from api.work.fairasking import ask_for_books
from matcher.fair.base import Plan
from matcher.fair.books import gather
from matcher.fair.books.workbook import write_workbook

__all__ = ["router"]

router = APIRouter(prefix="/fairs/{fair_id}", tags=["fairs"])
_WORKBOOK: dict[int | str, dict[str, Any]] = {
    200: {"content": {XLSX: {"schema": {"type": "string", "format": "binary"}}}, "description": "表格 A workbook"}
}


@router.post(
    "/noshows",
    operation_id="find_fair_standins",
    response_model=NoShowOut,
    dependencies=fair_rights,
    responses=problems(404, 409),
    summary="有人没来，谁来补位 Stand-ins",
    description="给出落单一方此时最合适的空闲对象；不保存。",
)
def find_standins(service: ServiceDep, caller: CallerDep, fair_id: FairId, body: NoShowBody) -> Any:
    with service.database.reading() as session:
        fair = find_fair(session, caller, fair_id)
        row = find_plan(session, fair)
    plan = opened(row.data)
    missing = {find_party(plan, one).index for one in body.missing}
    found = stand_ins(plan, body.slot, missing)
    run = run_at(run_folder(service, fair.id, row.run))
    return NoShowOut(slot=body.slot, filled=[filled_out(plan, run, one) for one in found])


@router.get(
    "/attendance",
    operation_id="list_fair_attendance",
    response_model=list[AttendanceOut],
    dependencies=fair_rights,
    responses=problems(404),
    summary="到场记录 Who came",
)
def list_attendance(service: ServiceDep, caller: CallerDep, fair_id: FairId) -> Any:
    with service.database.reading() as session:
        fair = find_fair(session, caller, fair_id)
        plan = _plan(session, fair) if fair.current is not None else None
        return attendance_out(session, presence_of(session, fair), plan)


@router.put(
    "/attendance/{party_id}",
    operation_id="note_fair_attendance",
    response_model=list[AttendanceOut],
    dependencies=fair_rights,
    responses=problems(404, 409),
    summary="登记一方是否到场 Note who came",
    description="可以重复提交；state 为 null 时撤销登记。",
)
def note_party(
    service: ServiceDep,
    caller: CallerDep,
    fair_id: FairId,
    party: Annotated[str, Path(alias="party_id", max_length=20, pattern=r"^[^\x00]+$")],
    body: AttendanceBody,
) -> Any:
    with service.database.work() as session:
        fair = find_fair(session, caller, fair_id, lock=True)
        plan = _plan(session, fair)
        found = party_id(find_party(plan, party).key)
        note_presence(session, caller, fair, "", {found: body.state})
        return attendance_out(session, presence_of(session, fair, party=found), plan)


@router.put(
    "/meetings/{code}/attendance",
    operation_id="note_meeting_attendance",
    response_model=list[AttendanceOut],
    dependencies=fair_rights,
    responses=problems(404, 409),
    summary="登记一场会面双方是否到场 Note who came to a meeting",
    description="可以只登记一方，未提交的一方不变；为 null 时撤销该方的登记。",
)
def note_meeting(
    service: ServiceDep, caller: CallerDep, fair_id: FairId, code: MeetingCode, body: MeetingAttendanceBody
) -> Any:
    with service.database.work() as session:
        fair = find_fair(session, caller, fair_id, lock=True)
        plan = _plan(session, fair)
        meeting = meeting_of(plan, code)
        sides = {"enterprise": plan.enterprise(meeting), "team": plan.team(meeting)}
        # Two helpers may note the two sides of one meeting: neither takes back what the other said.
        said = {party_id(sides[side].key): getattr(body, side) for side in sorted(body.model_fields_set)}
        note_presence(session, caller, fair, meeting.code, said)
        return attendance_out(session, presence_of(session, fair, meeting=meeting.code), plan)


@router.post(
    "/books",
    operation_id="print_fair",
    response_model=JobOut,
    status_code=202,
    dependencies=fair_rights,
    responses=problems(404, 409),
    summary="打印现在的排期 Print",
    description="表格、手册、桌牌、日历，在任务的文件“对接会.zip”里。",
)
def print_all(
    service: ServiceDep,
    caller: CallerDep,
    fair_id: FairId,
    body: BooksBody,
    response: Response,
    idempotency_key: IdempotencyKey = None,
) -> Any:
    del body
    job = ask_for_books(service, caller, fair_id, check_key(idempotency_key))
    response.headers["Location"] = f"/api/v1/jobs/{job.id}"
    return JobOut.of(job, own=True)


@router.get(
    "/workbook",
    operation_id="get_fair_workbook",
    response_class=FileResponse,
    dependencies=fair_rights,
    responses={**problems(404, 409), **_WORKBOOK},
    summary="现在的排期，一个表格 The plan as a workbook",
)
def workbook(service: ServiceDep, caller: CallerDep, fair_id: FairId) -> FileResponse:
    with service.database.reading() as session:
        fair = find_fair(session, caller, fair_id)
        row = find_plan(session, fair)
        older = compared_with(fair, row)
        before = opened(find_plan(session, fair, older).data) if older is not None else None
    run = run_at(run_folder(service, fair.id, row.run))
    books = gather(
        opened(row.data),
        needs=run.needs,
        achievements=run.achievements,
        explain=None,
        created=run.manifest.created_at,
        before=before,
    )
    return workbook_file(lambda path: write_workbook(path, books), filename="对接安排.xlsx")


def _plan(session: Session, fair: Fair) -> Plan:
    return opened(find_plan(session, fair).data)
