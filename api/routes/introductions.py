"""Introductions (线上对接): ask, answer, move on, claim, talk; a broker's worklist; the register of contracts."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from api.access.caller import Caller
from api.access.keys import Scope
from api.access.rights import needs
from api.access.roles import OWNERS, SIGNED_IN, STAFF, Role
from api.days import china_day
from api.db.tables import Introduction, IntroductionEvent
from api.introductions.answers import accept, decline
from api.introductions.brokers import claim, release
from api.introductions.counting import waiting_for
from api.introductions.grading import grade
from api.introductions.parts import Part, authors, find, of_caller, part_of
from api.introductions.pipeline import Move, change_contract, move, plan_next
from api.introductions.requests import Ask, request
from api.introductions.showing import Shower, log_reads
from api.introductions.stages import Stage
from api.introductions.talk import messages, say
from api.problems import problems
from api.records.reading import Reader
from api.routes.bodies.introductions import (
    AskBody,
    ContractBody,
    EventOut,
    IntroductionOut,
    MessageBody,
    MessageOut,
    NextActionBody,
    RefusalBody,
    StageBody,
)
from api.routes.conditional import IfMatch, etag, expected_version
from api.routes.introduction_counts import router as counts
from api.routes.introduction_lists import log_shown
from api.routes.introduction_lists import router as lists
from api.routes.paging import next_cursor, read_cursor
from api.routes.refusals import router as refusals
from api.schemas.base import Cursor, Limit, Page
from api.service import CallerDep, ServiceDep

__all__ = ["router"]

router = APIRouter(prefix="/introductions", tags=["introductions"])
_ANY = [needs(SIGNED_IN, Scope.INTRODUCTIONS)]
_ASKERS = [needs(OWNERS | {Role.BROKER, Role.ORGANISER}, Scope.INTRODUCTIONS)]
# Staff is a side where its own bureau owns a record, and is refused further in where it does not.
_SIDES = [needs(OWNERS | STAFF, Scope.INTRODUCTIONS)]
_PARTIES = [needs(OWNERS | STAFF | {Role.BROKER}, Scope.INTRODUCTIONS)]
_BROKERS = [needs(frozenset({Role.BROKER}), Scope.INTRODUCTIONS)]
_Id = Annotated[str, Path(max_length=100, pattern=r"^[^\x00]+$", description="对接编号；Id of the introduction")]


def _answer(session: Session, caller: Caller, found: tuple[Introduction, Part], response: Response) -> IntroductionOut:
    """The introduction as the caller sees it now, with its ETag; what was closed to most is noted as read."""
    row, part = found
    # A new reader: the grants may just have been written.
    shower = Shower(Reader(session, caller), [row])
    shown = shower.show(row, part, with_contacts=True)
    log_reads(session, caller, shower.reads([shown]))
    response.headers["ETag"] = etag(row.version)
    return IntroductionOut.of(shown)


@router.post(
    "",
    operation_id="request_introduction",
    response_model=IntroductionOut,
    status_code=201,
    dependencies=_ASKERS,
    responses=problems(404, 409),
    summary="请求对接 Ask for an introduction",
)
def ask(service: ServiceDep, caller: CallerDep, body: AskBody, response: Response) -> Any:
    wanted = Ask(need_id=body.need_id, achievement_id=body.achievement_id, note=body.note)
    graded = grade(service, caller, wanted)
    with service.database.work() as session:
        row = request(session, caller, wanted, graded)
        part = part_of(row, caller) or Part.STAFF
        response.headers["Location"] = f"/api/v1/introductions/{row.id}"
        return _answer(session, caller, (row, part), response)


@router.get(
    "",
    operation_id="list_introductions",
    response_model=Page[IntroductionOut],
    dependencies=_ANY,
    summary="我的对接 List own introductions",
)
def list_introductions(
    service: ServiceDep,
    caller: CallerDep,
    stage: Stage | None = None,
    record_id: Annotated[
        str, Query(max_length=26, pattern=r"^[0-9a-z]*$", description="只列涉及此需求或成果的；About this record")
    ] = "",
    waiting: Annotated[bool, Query(description="只列等本方答复的；To be answered by the caller's side")] = False,
    limit: Limit = 20,
    cursor: Cursor = "",
) -> Any:
    purpose = f"introductions:{caller.account_id}:{stage}:{record_id}:{waiting}"
    after = read_cursor(cursor, service.secret, purpose)
    with service.database.reading() as session:
        wanted = select(Introduction).where(of_caller(caller))
        if stage is not None:
            wanted = wanted.where(Introduction.stage == stage.value)
        if record_id:
            wanted = wanted.where(or_(Introduction.need_id == record_id, Introduction.achievement_id == record_id))
        if waiting:
            wanted = wanted.where(waiting_for(caller))
        if after:
            wanted = wanted.where(Introduction.id < after)
        rows = session.scalars(wanted.order_by(Introduction.id.desc()).limit(limit + 1)).all()
        shower = Shower(Reader(session, caller), rows[:limit])
        shown = [shower.show(row, part) for row in rows[:limit] if (part := part_of(row, caller)) is not None]
    log_shown(service, caller, shower, shown)
    more = next_cursor(rows[limit - 1].id, service.secret, purpose) if len(rows) > limit else ""
    return Page[IntroductionOut](items=[IntroductionOut.of(item) for item in shown], next_cursor=more)


# Before the routes with an id in their place.
router.include_router(lists)
router.include_router(refusals)
router.include_router(counts)


@router.get(
    "/{introduction_id}",
    operation_id="get_introduction",
    response_model=IntroductionOut,
    dependencies=_ANY,
    responses=problems(404),
    summary="读取 Read",
)
def get(service: ServiceDep, caller: CallerDep, introduction_id: _Id, response: Response) -> Any:
    with service.database.reading() as session:
        row, part = find(session, caller, introduction_id)
        shower = Shower(Reader(session, caller), [row])
        shown = shower.show(row, part, with_contacts=True)
    log_shown(service, caller, shower, [shown])
    response.headers["ETag"] = etag(row.version)
    return IntroductionOut.of(shown)


@router.post(
    "/{introduction_id}/acceptance",
    operation_id="accept_introduction",
    response_model=IntroductionOut,
    dependencies=_SIDES,
    responses=problems(404, 409),
    summary="接受 Accept",
)
def accept_one(service: ServiceDep, caller: CallerDep, introduction_id: _Id, response: Response) -> Any:
    with service.database.work() as session:
        return _answer(session, caller, accept(session, caller, introduction_id), response)


@router.post(
    "/{introduction_id}/refusal",
    operation_id="decline_introduction",
    response_model=IntroductionOut,
    dependencies=_SIDES,
    responses=problems(404, 409),
    summary="婉拒 Decline",
)
def decline_one(
    service: ServiceDep, caller: CallerDep, introduction_id: _Id, body: RefusalBody, response: Response
) -> Any:
    with service.database.work() as session:
        found = decline(session, caller, introduction_id, body.reason_code, body.note)
        return _answer(session, caller, found, response)


@router.post(
    "/{introduction_id}/stage",
    operation_id="move_introduction",
    response_model=IntroductionOut,
    dependencies=_PARTIES,
    responses=problems(404, 409, 412, 428),
    summary="改阶段 Change the stage",
)
def move_one(
    service: ServiceDep,
    caller: CallerDep,
    introduction_id: _Id,
    body: StageBody,
    response: Response,
    if_match: IfMatch = None,
) -> Any:
    version = expected_version(if_match)
    contract = body.contract.contract() if body.contract is not None else None
    wanted = Move(stage=body.stage, reason=body.reason_code, note=body.note, contract=contract)
    with service.database.work() as session:
        found = move(session, caller, introduction_id, version, wanted, today=china_day())
        return _answer(session, caller, found, response)


@router.put(
    "/{introduction_id}/next-action",
    operation_id="plan_introduction",
    response_model=IntroductionOut,
    dependencies=_PARTIES,
    responses=problems(404, 409, 412, 428),
    summary="安排下一步 Plan the next action",
)
def plan_one(
    service: ServiceDep,
    caller: CallerDep,
    introduction_id: _Id,
    body: NextActionBody,
    response: Response,
    if_match: IfMatch = None,
) -> Any:
    version = expected_version(if_match)
    with service.database.work() as session:
        found = plan_next(
            session, caller, introduction_id, version, text=body.text, due_on=body.due_on, today=china_day()
        )
        return _answer(session, caller, found, response)


@router.put(
    "/{introduction_id}/contract",
    operation_id="change_contract",
    response_model=IntroductionOut,
    dependencies=_PARTIES,
    responses=problems(404, 409, 412, 428),
    summary="更正合同、补登记编号 Correct the contract",
)
def contract_one(
    service: ServiceDep,
    caller: CallerDep,
    introduction_id: _Id,
    body: ContractBody,
    response: Response,
    if_match: IfMatch = None,
) -> Any:
    version = expected_version(if_match)
    with service.database.work() as session:
        found = change_contract(session, caller, introduction_id, version, body.contract(), today=china_day())
        return _answer(session, caller, found, response)


@router.put(
    "/{introduction_id}/broker",
    operation_id="claim_introduction",
    response_model=IntroductionOut,
    dependencies=_BROKERS,
    responses=problems(404, 409),
    summary="认领 Claim",
)
def claim_one(service: ServiceDep, caller: CallerDep, introduction_id: _Id, response: Response) -> Any:
    with service.database.work() as session:
        return _answer(session, caller, claim(session, caller, introduction_id), response)


@router.delete(
    "/{introduction_id}/broker",
    operation_id="release_introduction",
    status_code=204,
    response_class=Response,
    dependencies=_BROKERS,
    responses=problems(404, 409),
    summary="放弃认领 Release",
)
def release_one(service: ServiceDep, caller: CallerDep, introduction_id: _Id) -> None:
    with service.database.work() as session:
        release(session, caller, introduction_id)


@router.get(
    "/{introduction_id}/messages",
    operation_id="list_introduction_messages",
    response_model=Page[MessageOut],
    dependencies=_ANY,
    responses=problems(404),
    summary="留言 Messages",
)
def list_messages(
    service: ServiceDep, caller: CallerDep, introduction_id: _Id, limit: Limit = 20, cursor: Cursor = ""
) -> Any:
    purpose = f"introduction-messages:{introduction_id}"
    before = read_cursor(cursor, service.secret, purpose)
    with service.database.reading() as session:
        row, _, found = messages(session, caller, introduction_id, before=before, limit=limit + 1)
        by = authors(session, row, [message.account_id for message in found])
    items = [MessageOut.of(message, by[message.account_id], caller.account_id) for message in found[:limit]]
    more = next_cursor(items[-1].id, service.secret, purpose) if len(found) > limit else ""
    return Page[MessageOut](items=items, next_cursor=more)


@router.post(
    "/{introduction_id}/messages",
    operation_id="write_introduction_message",
    response_model=MessageOut,
    status_code=201,
    dependencies=_PARTIES,
    responses=problems(404, 409),
    summary="写留言 Write a message",
)
def write_message(service: ServiceDep, caller: CallerDep, introduction_id: _Id, body: MessageBody) -> Any:
    with service.database.work() as session:
        _, part, message = say(session, caller, introduction_id, body.text)
        return MessageOut.of(message, part, caller.account_id)


@router.get(
    "/{introduction_id}/events",
    operation_id="list_introduction_events",
    response_model=list[EventOut],
    dependencies=_ANY,
    responses=problems(404),
    summary="经过 What happened",
)
def list_events(service: ServiceDep, caller: CallerDep, introduction_id: _Id) -> Any:
    with service.database.reading() as session:
        row, _ = find(session, caller, introduction_id)
        events = session.scalars(
            select(IntroductionEvent)
            .where(IntroductionEvent.introduction_id == row.id)
            .order_by(IntroductionEvent.at, IntroductionEvent.id)
        ).all()
        by = authors(session, row, [event.account_id for event in events])
    return [EventOut.of(event, by[event.account_id]) for event in events]
