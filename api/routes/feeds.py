"""Feeds of institutions, what they push, and the hosts that may be read."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Response
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from sqlalchemy import select

from api.access.keys import Scope
from api.access.rights import needs
from api.access.roles import OWNERS, STAFF, Role
from api.audit import note
from api.db.base import now
from api.db.tables import AllowedHost, Feed, FeedRun
from api.feeds.access import health_feed, managed, managed_feed
from api.feeds.allowed import allow_host, forbid_host
from api.feeds.confirmation import confirm
from api.feeds.health import health_of
from api.feeds.keeping import change_feed, check_feed_version, create_feed, delete_feed, run_now
from api.feeds.push import push_many, push_one, withdraw_one
from api.problems import problems
from api.records.publishing import target_owner
from api.routes.bodies.feeds import (
    AllowedHostOut,
    BulkBody,
    BulkOut,
    ConfirmationBody,
    ConfirmationOut,
    ContentBody,
    FeedBody,
    FeedOut,
    HealthOut,
    HostBody,
    NewFeed,
    PushedOut,
    RunBody,
    RunOut,
)
from api.routes.conditional import IfMatch, etag, expected_version
from api.routes.paging import next_cursor, read_cursor
from api.schemas.base import Cursor, Limit, Page
from api.service import CallerDep, ServiceDep

__all__ = ["hosts_router", "router"]

_MANAGERS = OWNERS | {Role.ADMINISTRATOR}
_READ = [needs(_MANAGERS, Scope.FEEDS_PUSH)]
_HEALTH = [needs(OWNERS | STAFF, Scope.FEEDS_PUSH)]
_WRITE = [needs(_MANAGERS, Scope.RECORDS_WRITE)]
_HOSTS = [needs(frozenset({Role.ADMINISTRATOR}), Scope.ADMIN)]
# PostgreSQL takes no NUL, not even to look for it.
_Id = Annotated[str, Path(max_length=100, pattern=r"^[^\x00]+$")]
router = APIRouter(prefix="/feeds", tags=["feeds"])
hosts_router = APIRouter(prefix="/allowed-hosts", tags=["feeds"])


@router.get("", operation_id="list_feeds", response_model=Page[FeedOut], dependencies=_READ, summary="供数列表 List")
def list_feeds(service: ServiceDep, caller: CallerDep, limit: Limit = 20, cursor: Cursor = "") -> Any:
    after = read_cursor(cursor, service.secret, "feeds")
    with service.database.reading() as session:
        wanted = select(Feed).where(managed(caller))
        if after:
            wanted = wanted.where(Feed.id < after)
        feeds = session.scalars(wanted.order_by(Feed.id.desc()).limit(limit + 1)).all()
    more = next_cursor(feeds[limit - 1].id, service.secret, "feeds") if len(feeds) > limit else ""
    return Page[FeedOut](items=[FeedOut.of(feed) for feed in feeds[:limit]], next_cursor=more)


@router.post(
    "",
    operation_id="create_feed",
    response_model=FeedOut,
    status_code=201,
    dependencies=_WRITE,
    summary="新建供数 Create",
)
def create(service: ServiceDep, caller: CallerDep, body: NewFeed, response: Response) -> Any:
    with service.database.work() as session:
        owner = target_owner(session, caller, body.organisation_id)
        feed = create_feed(
            session,
            service.settings,
            caller,
            body.plan(),
            organisation_id=owner.id,
            kind=body.kind,
            side=body.side.value,
        )
        response.headers.update({"Location": f"/api/v1/feeds/{feed.id}", "ETag": etag(feed.version)})
        return FeedOut.of(feed)


@router.get(
    "/{feed_id}",
    operation_id="get_feed",
    response_model=FeedOut,
    dependencies=_READ,
    responses=problems(404),
    summary="读取供数设置 Read",
)
def get(service: ServiceDep, caller: CallerDep, feed_id: _Id, response: Response) -> Any:
    with service.database.reading() as session:
        feed = managed_feed(session, caller, feed_id)
        response.headers["ETag"] = etag(feed.version)
        return FeedOut.of(feed)


@router.put(
    "/{feed_id}",
    operation_id="change_feed",
    response_model=FeedOut,
    dependencies=_WRITE,
    responses=problems(404, 412, 428),
    summary="修改供数设置 Change",
)
def change(
    service: ServiceDep,
    caller: CallerDep,
    feed_id: _Id,
    body: FeedBody,
    response: Response,
    if_match: IfMatch = None,
) -> Any:
    version = expected_version(if_match)
    with service.database.work() as session:
        feed = managed_feed(session, caller, feed_id, lock=True)
        check_feed_version(feed, version)
        change_feed(session, service.settings, caller, feed, body.plan())
        response.headers["ETag"] = etag(feed.version)
        return FeedOut.of(feed)


@router.delete(
    "/{feed_id}",
    operation_id="delete_feed",
    status_code=204,
    response_class=Response,
    dependencies=_WRITE,
    responses=problems(404, 412, 428),
    summary="删除供数，记录保留 Delete, records stay",
)
def delete(service: ServiceDep, caller: CallerDep, feed_id: _Id, if_match: IfMatch = None) -> None:
    version = expected_version(if_match)
    with service.database.work() as session:
        feed = managed_feed(session, caller, feed_id, lock=True)
        check_feed_version(feed, version)
        delete_feed(session, caller, feed)


@router.post(
    "/{feed_id}/run",
    operation_id="run_feed",
    response_model=FeedOut,
    status_code=202,
    dependencies=_READ,
    responses=problems(404),
    summary="尽快读取 Read as soon as possible",
)
def run(service: ServiceDep, caller: CallerDep, feed_id: _Id, body: RunBody) -> Any:
    with service.database.work() as session:
        feed = managed_feed(session, caller, feed_id, lock=True)
        run_now(session, feed, full=body.full)
        return FeedOut.of(feed)


@router.get(
    "/{feed_id}/runs",
    operation_id="list_feed_runs",
    response_model=Page[RunOut],
    dependencies=_READ,
    responses=problems(404),
    summary="历次供数 Runs",
)
def runs(service: ServiceDep, caller: CallerDep, feed_id: _Id, limit: Limit = 20, cursor: Cursor = "") -> Any:
    purpose = f"feed-runs:{feed_id[:40]}"
    after = read_cursor(cursor, service.secret, purpose)
    with service.database.reading() as session:
        feed = managed_feed(session, caller, feed_id)
        wanted = select(FeedRun).where(FeedRun.feed_id == feed.id)
        if after:
            wanted = wanted.where(FeedRun.id < after)
        found = session.scalars(wanted.order_by(FeedRun.id.desc()).limit(limit + 1)).all()
    more = next_cursor(found[limit - 1].id, service.secret, purpose) if len(found) > limit else ""
    return Page[RunOut](items=[RunOut.of(item) for item in found[:limit]], next_cursor=more)


@router.get(
    "/{feed_id}/health",
    operation_id="get_feed_health",
    response_model=HealthOut,
    dependencies=_HEALTH,
    responses=problems(404),
    summary="供数状况 Health",
)
def health(service: ServiceDep, caller: CallerDep, feed_id: _Id) -> Any:
    with service.database.reading() as session:
        feed = health_feed(session, caller, feed_id)
        return HealthOut.of(feed, health_of(session, caller, feed, moment=now()))


@router.post(
    "/{feed_id}/confirmation",
    operation_id="confirm_feed_withdrawals",
    response_model=ConfirmationOut,
    dependencies=_WRITE,
    responses=problems(404, 409),
    summary="确认或放弃撤回 Confirm withdrawals",
)
def confirmation(service: ServiceDep, caller: CallerDep, feed_id: _Id, body: ConfirmationBody) -> Any:
    return ConfirmationOut(withdrawn=confirm(service, caller, feed_id, body.run_id, withdraw=body.withdraw))


@router.put(
    "/{feed_id}/records/{external_id:path}",
    operation_id="push_record",
    response_model=PushedOut,
    responses={**problems(404, 409), 201: {"model": PushedOut, "description": "新建 Created"}},
    dependencies=_READ,
    summary="推送一条，可重复 Push one, idempotent",
)
def push(
    service: ServiceDep, caller: CallerDep, feed_id: _Id, external_id: str, body: ContentBody, response: Response
) -> Any:
    try:
        pushed = push_one(service, caller, feed_id, external_id, body.content)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False)
        raise RequestValidationError(
            [{**fault, "loc": ("body", "content", *fault["loc"])} for fault in faults]
        ) from error
    response.status_code = 201 if pushed.outcome == "created" else 200
    return PushedOut.of(pushed)


@router.post(
    "/{feed_id}/records",
    operation_id="push_records",
    response_model=BulkOut,
    dependencies=_READ,
    responses=problems(404, 409),
    summary="推送多条，逐条答复 Push many",
)
def push_list(service: ServiceDep, caller: CallerDep, feed_id: _Id, body: BulkBody) -> Any:
    done = push_many(service, caller, feed_id, [(item.external_id, item.content) for item in body.items])
    return BulkOut.of(done)


@router.delete(
    "/{feed_id}/records/{external_id:path}",
    operation_id="withdraw_pushed_record",
    response_model=PushedOut,
    dependencies=_READ,
    responses=problems(404, 409),
    summary="撤回一条 Withdraw one",
)
def withdraw(service: ServiceDep, caller: CallerDep, feed_id: _Id, external_id: str) -> Any:
    return PushedOut.of(withdraw_one(service, caller, feed_id, external_id))


_Host = Annotated[str, Path(max_length=260, description="主机名，或主机名:端口；host or host:port")]


@hosts_router.get(
    "",
    operation_id="list_allowed_hosts",
    response_model=list[AllowedHostOut],
    dependencies=_HOSTS,
    summary="允许访问的地址 Allowed hosts",
)
def list_hosts(service: ServiceDep) -> Any:
    with service.database.reading() as session:
        return [AllowedHostOut.of(host) for host in session.scalars(select(AllowedHost).order_by(AllowedHost.host))]


@hosts_router.put(
    "/{host}",
    operation_id="allow_host",
    response_model=AllowedHostOut,
    dependencies=_HOSTS,
    summary="允许一个地址 Allow a host",
)
def put_host(service: ServiceDep, caller: CallerDep, host: _Host, body: HostBody) -> Any:
    with service.database.work() as session:
        found = allow_host(session, caller.account_id, host, unencrypted=body.unencrypted)
        note(session, caller, "allow-host", kind="host", thing_id=found.host[:80])
        return AllowedHostOut.of(found)


@hosts_router.delete(
    "/{host}",
    operation_id="forbid_host",
    status_code=204,
    response_class=Response,
    dependencies=_HOSTS,
    responses=problems(404),
    summary="不再允许 Forbid a host",
)
def delete_host(service: ServiceDep, caller: CallerDep, host: _Host) -> None:
    with service.database.work() as session:
        forbid_host(session, host)
        note(session, caller, "forbid-host", kind="host", thing_id=host[:80])
