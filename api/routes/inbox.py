"""What the service has to tell an account."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from api.access.keys import Scope
from api.access.rights import needs
from api.access.roles import SIGNED_IN
from api.inbox import mark_all_read, mark_read, messages, unread
from api.problems import problems
from api.routes.bodies.subscriptions import InboxItemOut, InboxPage, ReadOut
from api.routes.paging import next_cursor, read_cursor
from api.schemas.base import Cursor, Limit
from api.service import CallerDep, ServiceDep

__all__ = ["router"]

router = APIRouter(prefix="/inbox", tags=["inbox"])
_OWN = [needs(SIGNED_IN, Scope.MATCHING)]


@router.get("", operation_id="list_inbox", response_model=InboxPage, dependencies=_OWN, summary="消息 Messages")
def list_inbox(
    service: ServiceDep,
    caller: CallerDep,
    only_unread: Annotated[bool, Query(alias="unread", description="只列未读；Unread ones only")] = False,
    limit: Limit = 20,
    cursor: Cursor = "",
) -> Any:
    account = str(caller.account_id)
    purpose = f"inbox:{account}:{only_unread}"
    after = read_cursor(cursor, service.secret, purpose)
    with service.database.reading() as session:
        found = messages(session, account, only_unread=only_unread, after=after, most=limit + 1)
        items = [InboxItemOut.of(item) for item in found[:limit]]
        waiting = unread(session, account)
    more = next_cursor(items[-1].id, service.secret, purpose) if len(found) > limit else ""
    return InboxPage(items=items, next_cursor=more, unread=waiting)


@router.post(
    "/{item_id}/read",
    operation_id="read_inbox_item",
    response_model=InboxItemOut,
    dependencies=_OWN,
    responses=problems(404),
    summary="标为已读 Mark as read",
)
def read_inbox_item(service: ServiceDep, caller: CallerDep, item_id: str) -> Any:
    with service.database.work() as session:
        return InboxItemOut.of(mark_read(session, str(caller.account_id), item_id))


@router.post(
    "/read-all",
    operation_id="read_all_inbox",
    response_model=ReadOut,
    dependencies=_OWN,
    summary="全部标为已读 Mark all as read",
)
def read_all_inbox(service: ServiceDep, caller: CallerDep) -> Any:
    account = str(caller.account_id)
    with service.database.work() as session:
        marked = mark_all_read(session, account)
        return ReadOut(marked=marked, unread=unread(session, account))
