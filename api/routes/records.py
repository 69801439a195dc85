"""Needs and achievements, one by one. Both sides have the same routes."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from sqlalchemy import select

from api.access.keys import Scope
from api.access.rights import needs
from api.access.roles import EVERYBODY, OWNERS, SIGNED_IN, STAFF
from api.audit import log_reads, record_read
from api.db.tables import Organisation, RecordRow, RecordVersion
from api.problems import problems
from api.records.content import stored_record
from api.records.publishing import first_state, target_owner, wished_state
from api.records.reading import Reader, Seen
from api.records.states import State
from api.records.store import Draft, RecordStore, check_version
from api.records.telling import tell_owner
from api.routes.bodies.records import Entry, Move, Renewal, VersionOut
from api.routes.conditional import IfMatch, etag, expected_version
from api.routes.newest import newest
from api.schemas.base import Body, Cursor, Limit, Page
from api.schemas.record_bodies import AchievementBody, NeedBody
from api.schemas.records import AchievementOut, NeedOut, RecordOut
from api.service import CallerDep, Service, ServiceDep
from matcher.records import Side, Tier

__all__ = ["routers"]

_READ = [needs(EVERYBODY, Scope.RECORDS_READ)]
_WRITE = [needs(OWNERS | STAFF, Scope.RECORDS_WRITE)]
_OWN = [needs(SIGNED_IN, Scope.RECORDS_READ)]
# No further than everybody who signs in: what is above is the reader's own business and logged.
SeenBy = Annotated[
    Tier | None,
    Query(ge=1, le=2, description="发布后别人看到的样子：1 访客，2 登录用户；As strangers will read it"),
]


def routers() -> tuple[APIRouter, APIRouter]:
    """The routes of needs and those of achievements."""
    return _router(Side.NEED), _router(Side.ACHIEVEMENT)


def _router(side: Side) -> APIRouter:  # noqa: C901, PLR0915
    """One side's routes; what differs is the body and the answer."""
    one, many = side.value, f"{side.value}s"
    body: Any = {Side.NEED: NeedBody, Side.ACHIEVEMENT: AchievementBody}[side]
    out: Any = {Side.NEED: NeedOut, Side.ACHIEVEMENT: AchievementOut}[side]
    router = APIRouter(prefix=f"/{many}", tags=[many])

    class EntryBody(Entry):
        content: body

    class ChangeBody(Body):
        content: body

    EntryBody.__name__, ChangeBody.__name__ = f"{one.title()}Entry", f"{one.title()}Change"
    page: Any = Page[out]

    def show(reader: Reader, row: RecordRow, response: Response) -> RecordOut:
        seen = reader.see(row)
        record_read(reader, seen)
        return answered(seen, response)

    def answered(seen: Seen, response: Response) -> RecordOut:
        response.headers["ETag"] = etag(seen.row.version)
        shown: RecordOut = out.of(seen)
        return shown

    @router.get("", operation_id=f"list_{many}", response_model=page, dependencies=_READ, summary="列表 List")
    def list_records(
        service: ServiceDep,
        caller: CallerDep,
        state: State | None = None,
        mine: Annotated[bool, Query(description="只列本单位的；Own records only")] = False,
        oldest_first: Annotated[bool, Query(description="最早的在前，如审核时；The oldest first")] = False,
        limit: Limit = 20,
        cursor: Cursor = "",
    ) -> Any:
        with service.database.reading() as session:
            reader = Reader(session, caller)
            wanted = select(RecordRow).where(reader.visible, RecordRow.side == side.value)
            if state is not None:
                wanted = wanted.where(RecordRow.state == state.value)
            if mine:
                wanted = wanted.where(RecordRow.owner_id == (caller.organisation_id or ""))
            rows, more = newest(
                session,
                service,
                wanted,
                RecordRow.id,
                purpose=f"{many}:{state}:{mine}:{oldest_first}",
                limit=limit,
                cursor=cursor,
                oldest_first=oldest_first,
            )
            shown = [reader.see(row) for row in rows]
        log_reads(service.database, caller, shown)
        return page(items=[out.of(seen) for seen in shown], next_cursor=more)

    @router.post(
        "",
        operation_id=f"create_{one}",
        response_model=out,
        status_code=201,
        dependencies=_WRITE,
        responses=problems(409),
        summary="新建 Create",
    )
    def create(service: ServiceDep, caller: CallerDep, entry: EntryBody, response: Response) -> Any:
        with service.database.work() as session:
            owner = target_owner(session, caller, entry.owner_id)
            record = entry.content.to_record(owner.name)
            draft = Draft(
                record=record, owner_id=owner.id, external_id=entry.external_id, tiers=entry.content.own_tiers()
            )
            state = first_state(service.settings, caller, publish=entry.publish)
            row = RecordStore(session, caller.account_id).create(draft, state=state)
            response.headers["Location"] = f"/api/v1/{many}/{row.id}"
            return show(Reader(session, caller), row, response)

    @router.get(
        "/{record_id}",
        operation_id=f"get_{one}",
        response_model=out,
        dependencies=_READ,
        responses=problems(404),
        summary="读取 Read",
    )
    def get(service: ServiceDep, caller: CallerDep, record_id: str, response: Response, seen_by: SeenBy = None) -> Any:
        with service.database.reading() as session:
            reader = Reader(session, caller)
            row = reader.row(record_id, side)
            seen = reader.see(row) if seen_by is None else reader.seen_by(row, seen_by)
        log_reads(service.database, caller, [seen])
        return answered(seen, response)

    @router.put(
        "/{record_id}",
        operation_id=f"change_{one}",
        response_model=out,
        dependencies=_WRITE,
        responses=problems(404, 412, 428),
        summary="修改 Change",
    )
    def change(
        service: ServiceDep,
        caller: CallerDep,
        record_id: str,
        entry: ChangeBody,
        response: Response,
        if_match: IfMatch = None,
    ) -> Any:
        version = expected_version(if_match)
        with service.database.work() as session:
            reader = Reader(session, caller)
            row = reader.owned(record_id, side)
            check_version(row, version)
            seen = reader.see(row)
            owner = session.get_one(Organisation, row.owner_id)
            record = entry.content.to_record(owner.name, stored_record(row), seen.closed)
            tiers = entry.content.own_tiers() if seen.own else None
            store = RecordStore(session, caller.account_id)
            store.change(row, record, tiers)
            if row.state == State.PUBLISHED and first_state(service.settings, caller, publish=True) is State.REVIEW:
                store.move(row, State.REVIEW, action="review")
            return show(reader, row, response)

    @router.post(
        "/{record_id}/state",
        operation_id=f"move_{one}",
        response_model=out,
        dependencies=_WRITE,
        responses=problems(404, 409, 412, 428),
        summary="发布、撤回、完成 Publish, withdraw, finish",
    )
    def move(
        service: ServiceDep,
        caller: CallerDep,
        record_id: str,
        wanted: Move,
        response: Response,
        if_match: IfMatch = None,
    ) -> Any:
        version = expected_version(if_match)
        with service.database.work() as session:
            reader = Reader(session, caller)
            row = reader.owned(record_id, side)
            check_version(row, version)
            state = wished_state(service.settings, caller, wanted.state)
            RecordStore(session, caller.account_id).move(row, state, action=state.value)
            if not caller.owns(row.owner_id):
                tell_owner(session, row, wanted.note)
            return show(reader, row, response)

    @router.post(
        "/{record_id}/renewal",
        operation_id=f"renew_{one}",
        response_model=out,
        dependencies=_WRITE,
        responses=problems(404, 412, 428),
        summary="续期 Renew",
    )
    def renew(
        service: ServiceDep,
        caller: CallerDep,
        record_id: str,
        renewal: Renewal,
        response: Response,
        if_match: IfMatch = None,
    ) -> Any:
        version = expected_version(if_match)
        with service.database.work() as session:
            reader = Reader(session, caller)
            row = reader.owned(record_id, side)
            check_version(row, version)
            store = RecordStore(session, caller.account_id)
            store.extend(row, renewal.valid_until)
            if row.state == State.EXPIRED:
                store.move(row, first_state(service.settings, caller, publish=True), action="renew")
            return show(reader, row, response)

    @router.delete(
        "/{record_id}",
        operation_id=f"delete_{one}",
        status_code=204,
        response_class=Response,
        dependencies=_WRITE,
        responses=problems(404, 412, 428),
        summary="删除 Delete",
    )
    def delete(service: ServiceDep, caller: CallerDep, record_id: str, if_match: IfMatch = None) -> None:
        version = expected_version(if_match)
        with service.database.work() as session:
            row = Reader(session, caller).owned(record_id, side)
            check_version(row, version)
            RecordStore(session, caller.account_id).delete(row)

    @router.get(
        "/{record_id}/history",
        operation_id=f"list_{one}_versions",
        response_model=list[VersionOut],
        dependencies=_OWN,
        responses=problems(404),
        summary="修改记录 History",
    )
    def history(service: ServiceDep, caller: CallerDep, record_id: str) -> Any:
        with service.database.reading() as session:
            row = Reader(session, caller).owned(record_id, side)
            return _versions(service, row.id)

    return router


def _versions(service: Service, record_id: str) -> list[VersionOut]:
    """Newest first, with the names of the fields that differ from the version before; never their texts."""
    with service.database.reading() as session:
        versions = session.scalars(
            select(RecordVersion).where(RecordVersion.record_id == record_id).order_by(RecordVersion.version)
        ).all()
    told: list[VersionOut] = []
    before: dict[str, Any] = {}
    for item in versions:
        names = sorted(
            name for name in before.keys() | item.content.keys() if before.get(name) != item.content.get(name)
        )
        told.append(
            VersionOut(
                version=item.version,
                action=item.action,
                state=item.state,
                changed_at=item.changed_at,
                changed_by=item.changed_by,
                changed_fields=names,
            )
        )
        before = item.content
    return told[::-1]
