"""Who read and did what: all of it for administrators, the readers of a record for its owner."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from sqlalchemy import select

from api.access.keys import Scope
from api.access.rights import needs
from api.access.roles import SIGNED_IN
from api.accounts import trail
from api.accounts.readers import readers
from api.accounts.trail import Wanted
from api.db.tables import Account, Audit
from api.problems import problems
from api.routes.accounts import ADMINISTRATORS
from api.routes.bodies.accounts import AuditOut, Moment, ReadingOut, ThingId
from api.routes.newest import newest
from api.schemas.base import Cursor, Limit, Page
from api.service import CallerDep, ServiceDep

__all__ = ["router"]

router = APIRouter(tags=["audit"])
Days = Annotated[int, Query(ge=1, le=366, description="最近多少天；Within the last days")]


@router.get(
    "/audit",
    operation_id="list_audit",
    response_model=Page[AuditOut],
    dependencies=[needs(ADMINISTRATORS, Scope.ADMIN)],
    summary="审计日志 Audit log",
)
def list_audit(
    service: ServiceDep,
    account_id: ThingId | None = None,
    organisation_id: ThingId | None = None,
    action: Annotated[ThingId | None, Query(description="如 read、sign-in、change；What was done")] = None,
    kind: Annotated[ThingId | None, Query(description="如 need、account、key；To what kind of thing")] = None,
    thing_id: ThingId | None = None,
    since: Annotated[Moment | None, Query(description="从此刻起（含）；From this moment")] = None,
    until: Annotated[Moment | None, Query(description="到此刻止（不含）；Before this moment")] = None,
    limit: Limit = 20,
    cursor: Cursor = "",
) -> Any:
    """Newest first. No route changes or removes a line."""
    wanted = Wanted(
        account_id=account_id,
        organisation_id=organisation_id,
        action=action,
        kind=kind,
        thing_id=thing_id,
        since=since,
        until=until,
    )
    with service.database.reading() as session:
        rows, more = newest(
            session, service, trail.listed(wanted), Audit.id, purpose=f"audit:{wanted}", limit=limit, cursor=cursor
        )
        ids = {row.account_id for row in rows if row.account_id}
        logins = {row.id: row.login for row in session.scalars(select(Account).where(Account.id.in_(ids)))}
    return Page[AuditOut](
        items=[AuditOut.of(row, logins.get(row.account_id or "", "")) for row in rows], next_cursor=more
    )


@router.get(
    "/records/{record_id}/readers",
    operation_id="list_record_readers",
    response_model=list[ReadingOut],
    dependencies=[needs(SIGNED_IN, Scope.RECORDS_READ)],
    responses=problems(404),
    summary="谁读过受限内容 Who read its restricted text",
)
def list_record_readers(service: ServiceDep, caller: CallerDep, record_id: ThingId, days: Days = 90) -> Any:
    """For the owner of the record: by organisation and day, newest first."""
    with service.database.reading() as session:
        return [ReadingOut.of(reading) for reading in readers(session, caller, record_id, days=days)]
