"""Fairs of the caller's organisation: what is decided, the lists, and the wishes that are typed in."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from api.access.caller import Caller
from api.access.keys import Scope
from api.access.rights import needs
from api.access.roles import STAFF
from api.db.tables import Fair
from api.fairs.access import check_version, find_fair, mine
from api.fairs.deciding import decided, kept
from api.fairs.drafting import Answers, draft_settings
from api.fairs.files import remove_folder
from api.fairs.happening import fair_moment, with_changes
from api.fairs.keeping import (
    add_wish,
    change_settings,
    change_state,
    create_fair,
    delete_fair,
    list_fairs,
    remove_list,
    remove_wish,
    wishes_of,
)
from api.imports.receiving import receive
from api.problems import problems
from api.routes.bodies.fairs import (
    ChangesBody,
    DraftBody,
    DraftOut,
    FairLine,
    FairOut,
    ListPart,
    NewFair,
    PartyChoice,
    SettingsBody,
    StateBody,
    WishBody,
    WishOut,
)
from api.routes.conditional import IfMatch, etag, expected_version
from api.routes.paging import next_cursor, read_cursor
from api.routes.showing_fairs import choice_out, fair_line, fair_out, wish_outs
from api.schemas.base import Cursor, Limit, Page
from api.service import CallerDep, ServiceDep
from api.work.fairasking import people_of, take_list
from matcher.fair.settings import FairSettings

__all__ = ["FairId", "fair_rights", "router"]

router = APIRouter(prefix="/fairs", tags=["fairs"])
fair_rights = [needs(STAFF, Scope.JOBS)]
"""Of every route about a fair."""
# PostgreSQL takes no NUL, not even to look for it.
FairId = Annotated[str, Path(max_length=40, pattern=r"^[^\x00]+$")]
_WishId = Annotated[str, Path(max_length=40, pattern=r"^[^\x00]+$")]

_FORM: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "additionalProperties": False,
                    "properties": {
                        "file": {"type": "string", "format": "binary", "description": "xlsx、xls、ods、csv 等表格"}
                    },
                }
            }
        },
    }
}


@router.post(
    "/drafts",
    operation_id="draft_fair",
    response_model=DraftOut,
    dependencies=fair_rights,
    summary="由几个回答起草设置 Draft settings",
    description="不保存；桌数按 预计会面数 ÷ 时段数 再加 15% 计算。",
)
def draft(body: DraftBody) -> Any:
    pause = (body.pause_start, body.pause_end) if body.pause_start and body.pause_end else None
    given = body.model_dump(exclude={"pause_start", "pause_end"})
    made = draft_settings(Answers(**given, pause=pause))
    return DraftOut(
        settings=kept(made.settings),
        slots=made.slots,
        tables=made.tables,
        places=made.slots * made.tables,
        expected_meetings=made.expected,
        why=made.why,
    )


@router.get(
    "",
    operation_id="list_fairs",
    response_model=Page[FairLine],
    dependencies=fair_rights,
    summary="本单位的对接会 List",
)
def list_own(service: ServiceDep, caller: CallerDep, limit: Limit = 20, cursor: Cursor = "") -> Any:
    purpose = f"fairs:{caller.account_id}"
    after = read_cursor(cursor, service.secret, purpose)
    with service.database.reading() as session:
        found = list_fairs(session, mine(caller), after=after, most=limit + 1)
    more = next_cursor(found[limit - 1].id, service.secret, purpose) if len(found) > limit else ""
    return Page[FairLine](items=[fair_line(fair) for fair in found[:limit]], next_cursor=more)


@router.post(
    "",
    operation_id="create_fair",
    response_model=FairOut,
    status_code=201,
    dependencies=fair_rights,
    summary="新建对接会 Create",
)
def create(service: ServiceDep, caller: CallerDep, body: NewFair, response: Response) -> Any:
    settings = decided(body.settings)
    with service.database.work() as session:
        made = create_fair(session, caller, settings)
        response.headers["Location"] = f"/api/v1/fairs/{made.id}"
        return _answer(session, made, response)


@router.get(
    "/{fair_id}",
    operation_id="get_fair",
    response_model=FairOut,
    dependencies=fair_rights,
    responses=problems(404),
    summary="读取对接会 Read",
)
def get(service: ServiceDep, caller: CallerDep, fair_id: FairId, response: Response) -> Any:
    with service.database.reading() as session:
        return _answer(session, find_fair(session, caller, fair_id), response)


@router.delete(
    "/{fair_id}",
    operation_id="delete_fair",
    status_code=204,
    response_class=Response,
    dependencies=fair_rights,
    responses=problems(404, 412, 428),
    summary="删除对接会和它的排期 Delete",
)
def delete(service: ServiceDep, caller: CallerDep, fair_id: FairId, if_match: IfMatch = None) -> None:
    version = expected_version(if_match)
    with service.database.work() as session:
        fair = _to_change(session, caller, fair_id, version)
        found = fair.id
        delete_fair(session, caller, fair)
    remove_folder(service, found)


@router.put(
    "/{fair_id}/settings",
    operation_id="change_fair_settings",
    response_model=FairOut,
    dependencies=fair_rights,
    responses=problems(404, 412, 428),
    summary="修改设置 Change the settings",
    description="现有排期不变，并标为已过时（stale）；修改后请重新排期。",
)
def change(
    service: ServiceDep,
    caller: CallerDep,
    fair_id: FairId,
    body: SettingsBody,
    response: Response,
    if_match: IfMatch = None,
) -> Any:
    version = expected_version(if_match)
    settings = decided(body.settings)
    with service.database.work() as session:
        fair = _to_change(session, caller, fair_id, version)
        change_settings(session, caller, fair, settings)
        return _answer(session, fair, response)


@router.put(
    "/{fair_id}/state",
    operation_id="change_fair_state",
    response_model=FairOut,
    dependencies=fair_rights,
    responses=problems(404, 409, 412, 428),
    summary="标记为已举办，或重新打开 Held or not",
)
def change_to(
    service: ServiceDep,
    caller: CallerDep,
    fair_id: FairId,
    body: StateBody,
    response: Response,
    if_match: IfMatch = None,
) -> Any:
    version = expected_version(if_match)
    with service.database.work() as session:
        fair = _to_change(session, caller, fair_id, version)
        change_state(session, caller, fair, body.state)
        return _answer(session, fair, response)


@router.post(
    "/{fair_id}/changes",
    operation_id="change_fair_on_the_day",
    response_model=FairOut,
    dependencies=fair_rights,
    responses=problems(404, 412, 428),
    summary="登记取消、晚到和停用的桌位 What happened",
    description="写入设置；随后请重排（replans），已确认的会面能不动就不动。",
)
def change_on_the_day(
    service: ServiceDep,
    caller: CallerDep,
    fair_id: FairId,
    body: ChangesBody,
    response: Response,
    if_match: IfMatch = None,
) -> Any:
    version = expected_version(if_match)
    with service.database.work() as session:
        fair = _to_change(session, caller, fair_id, version)
        settings = with_changes(
            FairSettings.model_validate(fair.settings),
            cancel=body.cancel,
            late=[(one.who, one.date, one.until) for one in body.late],
            tables_lost=body.tables_lost,
            now=fair_moment(body.now) if body.now else None,
        )
        change_settings(session, caller, fair, settings)
        return _answer(session, fair, response)


@router.put(
    "/{fair_id}/lists/{part}",
    operation_id="put_fair_list",
    response_model=FairOut,
    dependencies=fair_rights,
    responses=problems(404, 412, 413, 428),
    openapi_extra=_FORM,
    summary="上传名单 Upload a list",
    description="需求表、成果表、意愿表、已见表或到场记录；当场读一遍，不能用的行在答复里说明。",
)
async def put_list(
    request: Request,
    service: ServiceDep,
    caller: CallerDep,
    fair_id: FairId,
    part: ListPart,
    response: Response,
    if_match: IfMatch = None,
) -> Any:
    version = expected_version(if_match)
    form = await receive(request, max_mb=service.settings.max_upload_mb)

    def taken() -> FairOut:
        take_list(service, caller, fair_id, part=part, form=form, version=version)
        with service.database.reading() as session:
            return _answer(session, find_fair(session, caller, fair_id), response)

    try:
        return await run_in_threadpool(taken)
    finally:
        form.close()


@router.delete(
    "/{fair_id}/lists/{part}",
    operation_id="remove_fair_list",
    response_model=FairOut,
    dependencies=fair_rights,
    responses=problems(404, 412, 428),
    summary="不用上传的名单 Do without a list",
    description="需求和成果改用平台上已发布的记录。",
)
def delete_list(
    service: ServiceDep,
    caller: CallerDep,
    fair_id: FairId,
    part: ListPart,
    response: Response,
    if_match: IfMatch = None,
) -> Any:
    version = expected_version(if_match)
    with service.database.work() as session:
        fair = _to_change(session, caller, fair_id, version)
        remove_list(session, caller, fair, part)
        return _answer(session, fair, response)


@router.get(
    "/{fair_id}/parties",
    operation_id="list_fair_parties",
    response_model=list[PartyChoice],
    dependencies=fair_rights,
    responses=problems(404, 409),
    summary="名单里的企业和团队 Who can be named",
)
def list_parties(service: ServiceDep, caller: CallerDep, fair_id: FairId) -> Any:
    return [choice_out(choice) for choice in people_of(service, caller, fair_id)]


@router.get(
    "/{fair_id}/wishes",
    operation_id="list_fair_wishes",
    response_model=list[WishOut],
    dependencies=fair_rights,
    responses=problems(404),
    summary="录入的意愿 Wishes typed in",
)
def list_wishes(service: ServiceDep, caller: CallerDep, fair_id: FairId) -> Any:
    with service.database.reading() as session:
        return wish_outs(session, wishes_of(session, find_fair(session, caller, fair_id)))


@router.post(
    "/{fair_id}/wishes",
    operation_id="add_fair_wish",
    response_model=WishOut,
    status_code=201,
    dependencies=fair_rights,
    responses=problems(404, 409),
    summary="录入一条意愿 Add a wish",
    description="同一条意愿再录一次不会重复。",
)
def create_wish(service: ServiceDep, caller: CallerDep, fair_id: FairId, body: WishBody) -> Any:
    with service.database.work() as session:
        return wish_outs(session, [add_wish(session, caller, fair_id, body.model_dump())])[0]


@router.delete(
    "/{fair_id}/wishes/{wish_id}",
    operation_id="remove_fair_wish",
    status_code=204,
    response_class=Response,
    dependencies=fair_rights,
    responses=problems(404),
    summary="删除一条意愿 Remove a wish",
)
def delete_wish(service: ServiceDep, caller: CallerDep, fair_id: FairId, wish_id: _WishId) -> None:
    with service.database.work() as session:
        remove_wish(session, caller, fair_id, wish_id)


def _to_change(session: Session, caller: Caller, fair_id: str, version: int) -> Fair:
    fair = find_fair(session, caller, fair_id, lock=True)
    check_version(fair, version)
    return fair


def _answer(session: Session, fair: Fair, response: Response) -> FairOut:
    response.headers["ETag"] = etag(fair.version)
    return fair_out(session, fair)
