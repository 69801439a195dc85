"""The plans of a fair: made by jobs, shown as a board, moved by hand, one of them in force."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response
from sqlalchemy.orm import Session

from api.access.caller import Caller
from api.db.tables import Fair, FairPlan
from api.errors import ConflictError
from api.fairs.access import account_names, check_version, find_fair
from api.fairs.files import run_folder
from api.fairs.happening import fair_moment
from api.fairs.inputs import inputs_of
from api.fairs.moving import conflicts, free_places, propose, settle
from api.fairs.plans import add_plan, choose_plan, find_plan, list_plans, opened, run_at
from api.imports.asking import check_key
from api.problems import problems
from api.routes.bodies.fair_boards import (
    BoardOut,
    CurrentBody,
    MoveBody,
    MoveCheckOut,
    MovedOut,
    PlaceOut,
    PlacesOut,
    PlanBody,
    PlanLine,
    ReplanBody,
)
from api.routes.bodies.fairs import (
    FairOut,
)
from api.routes.bodies.jobs import JobOut
from api.routes.conditional import IfMatch, etag, expected_version
from api.routes.fairs import FairId, fair_rights
from api.routes.imports import IdempotencyKey
from api.routes.showing_fairs import board_out, fair_out, plan_line
from api.service import CallerDep, Service, ServiceDep
from api.work.fairasking import ask_for_plan

__all__ = ["MeetingCode", "router"]

router = APIRouter(prefix="/fairs/{fair_id}", tags=["fairs"])
MeetingCode = Annotated[str, Path(max_length=20, pattern=r"^[^\x00]+$")]
_Number = Annotated[int | None, Query(ge=1, le=1_000_000, description="第几号排期；空为现在的；Default: the current")]


@router.post(
    "/plans",
    operation_id="plan_fair",
    response_model=JobOut,
    status_code=202,
    dependencies=fair_rights,
    responses=problems(404, 409),
    summary="排期 Plan",
    description="匹配结果随对接会保留，再次排期不必重新匹配。",
)
def plan(
    service: ServiceDep,
    caller: CallerDep,
    fair_id: FairId,
    body: PlanBody,
    response: Response,
    idempotency_key: IdempotencyKey = None,
) -> Any:
    key = check_key(idempotency_key)
    job = ask_for_plan(service, caller, fair_id, body.model_dump(), again=False, key=key)
    response.headers["Location"] = f"/api/v1/jobs/{job.id}"
    return JobOut.of(job, own=job.account_id == caller.account_id)


@router.post(
    "/replans",
    operation_id="replan_fair",
    response_model=JobOut,
    status_code=202,
    dependencies=fair_rights,
    responses=problems(404, 409),
    summary="有变动后重排 Replan",
    description="已确认的会面能不动就不动；动了哪些、为什么，见新排期的 moves。",
)
def replan(
    service: ServiceDep,
    caller: CallerDep,
    fair_id: FairId,
    body: ReplanBody,
    response: Response,
    idempotency_key: IdempotencyKey = None,
) -> Any:
    key = check_key(idempotency_key)
    said = {**body.model_dump(), "now": fair_moment(body.now) if body.now else None}
    job = ask_for_plan(service, caller, fair_id, said, again=True, key=key)
    response.headers["Location"] = f"/api/v1/jobs/{job.id}"
    return JobOut.of(job, own=job.account_id == caller.account_id)


@router.get(
    "/plans",
    operation_id="list_fair_plans",
    response_model=list[PlanLine],
    dependencies=fair_rights,
    responses=problems(404),
    summary="排过的各版，最多 500 个 Plans so far",
)
def list_all(service: ServiceDep, caller: CallerDep, fair_id: FairId) -> Any:
    with service.database.reading() as session:
        fair = find_fair(session, caller, fair_id)
        rows = list_plans(session, fair)
        names = account_names(session, (row.made_by for row in rows))
        return [plan_line(row, fair, names) for row in rows]


@router.put(
    "/plan",
    operation_id="choose_fair_plan",
    response_model=FairOut,
    dependencies=fair_rights,
    responses=problems(404, 409, 412, 428),
    summary="改用另一版排期（撤销、恢复） Undo and redo",
)
def choose(
    service: ServiceDep,
    caller: CallerDep,
    fair_id: FairId,
    body: CurrentBody,
    response: Response,
    if_match: IfMatch = None,
) -> Any:
    version = expected_version(if_match)
    with service.database.work() as session:
        fair = find_fair(session, caller, fair_id, lock=True)
        check_version(fair, version)
        choose_plan(session, caller, fair, body.number)
        response.headers["ETag"] = etag(fair.version)
        return fair_out(session, fair)


@router.get(
    "/board",
    operation_id="get_fair_board",
    response_model=BoardOut,
    dependencies=fair_rights,
    responses=problems(404, 409),
    summary="排期的全貌 The plan as a board",
)
def board(service: ServiceDep, caller: CallerDep, fair_id: FairId, response: Response, number: _Number = None) -> Any:
    with service.database.reading() as session:
        fair, row = _found(session, caller, fair_id, number)
        return _board(service, session, fair, row, response)


@router.post(
    "/moves/check",
    operation_id="check_fair_move",
    response_model=MoveCheckOut,
    dependencies=fair_rights,
    responses=problems(404, 409),
    summary="核对一次调整 Check a move",
    description="用独立的核对程序，一次说出所有冲突；不保存。",
)
def check_move(service: ServiceDep, caller: CallerDep, fair_id: FairId, body: MoveBody) -> Any:
    with service.database.reading() as session:
        fair, row = _found(session, caller, fair_id)
        inputs = inputs_of(service, session, fair)
    before = opened(row.data)
    proposal = propose(before, body.code, slot=body.slot, table=body.table, swap=body.swap)
    run = run_at(run_folder(service, fair.id, row.run))
    against = conflicts(before, proposal.plan, inputs.fair(), run)
    moved = [MovedOut(code=one.code, slot=one.slot, table=one.table) for one in proposal.moved]
    return MoveCheckOut(ok=not against, conflicts=list(against), moved=moved)


@router.post(
    "/moves",
    operation_id="move_fair_meeting",
    response_model=BoardOut,
    dependencies=fair_rights,
    responses=problems(404, 409, 412, 428),
    summary="调整一场会面 Move a meeting",
    description="有冲突时不调整，detail 列出全部冲突；成功后是新的一版排期，可以撤销。",
)
def move(
    service: ServiceDep,
    caller: CallerDep,
    fair_id: FairId,
    body: MoveBody,
    response: Response,
    if_match: IfMatch = None,
) -> Any:
    version = expected_version(if_match)
    with service.database.reading() as session:
        fair, row = _found(session, caller, fair_id)
        check_version(fair, version)
        inputs = inputs_of(service, session, fair)
    before = opened(row.data)
    proposal = propose(before, body.code, slot=body.slot, table=body.table, swap=body.swap)
    run = run_at(run_folder(service, fair.id, row.run))
    if against := conflicts(before, proposal.plan, inputs.fair(), run):
        raise ConflictError(f"不能这样调整：{'；'.join(against)}。", "The move breaks a rule.")
    after = settle(before, proposal, body.note)
    with service.database.work() as session:
        # What was looked at is what the version says: nothing else can have come in between.
        fair = find_fair(session, caller, fair_id, lock=True)
        check_version(fair, version)
        made = add_plan(
            session,
            caller,
            fair,
            after,
            how="moved",
            note_text=body.note,
            inputs=row.inputs,
            run=row.run,
            doubts=row.doubts,
        )
        return _board(service, session, fair, made, response)


@router.get(
    "/meetings/{code}/places",
    operation_id="list_fair_places",
    response_model=PlacesOut,
    dependencies=fair_rights,
    responses=problems(404, 409),
    summary="一场会面还能放到哪里 Where a meeting could go",
)
def places(service: ServiceDep, caller: CallerDep, fair_id: FairId, code: MeetingCode) -> Any:
    with service.database.reading() as session:
        _, row = _found(session, caller, fair_id)
    found = free_places(opened(row.data), code)
    return PlacesOut(code=code, places=[PlaceOut(slot=slot, table=table) for slot, table in found])


def _found(session: Session, caller: Caller, fair_id: str, number: int | None = None) -> tuple[Fair, FairPlan]:
    fair = find_fair(session, caller, fair_id)
    return fair, find_plan(session, fair, number)


def _board(service: Service, session: Session, fair: Fair, row: FairPlan, response: Response) -> BoardOut:
    response.headers["ETag"] = etag(fair.version)
    return board_out(session, fair, row, opened(row.data), run_at(run_folder(service, fair.id, row.run)))
