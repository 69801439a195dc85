"""Showcases: anybody reads those that are published, organisers and administrators keep them."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.access.caller import Caller
from api.access.keys import Scope
from api.access.rights import needs
from api.access.roles import EVERYBODY, STAFF
from api.audit import log_reads, record_read
from api.db.tables import Showcase
from api.problems import problems
from api.records.reading import Reader
from api.routes.bodies.showcases import (
    ItemBody,
    NewShowcase,
    OrderBody,
    PublishedBody,
    ShowcaseBody,
    ShowcaseLine,
    ShowcaseOut,
)
from api.routes.conditional import IfMatch, etag, expected_version
from api.routes.paging import next_cursor, read_cursor
from api.schemas.base import Cursor, Limit, Page
from api.service import CallerDep, ServiceDep
from api.showcases.access import SeenItem, item_counts, known, showcase, visible_items
from api.showcases.keeping import (
    check_showcase_version,
    create_showcase,
    delete_showcase,
    describe,
    order_items,
    put_item,
    remove_item,
    set_published,
)

__all__ = ["router"]

_READ = [needs(EVERYBODY, Scope.RECORDS_READ)]
_WRITE = [needs(STAFF, Scope.RECORDS_WRITE)]
# PostgreSQL takes no NUL, not even to look for it.
_Id = Annotated[str, Path(max_length=100, pattern=r"^[^\x00]+$")]
router = APIRouter(prefix="/showcases", tags=["showcases"])


@router.get(
    "", operation_id="list_showcases", response_model=Page[ShowcaseLine], dependencies=_READ, summary="展示列表 List"
)
def list_showcases(service: ServiceDep, caller: CallerDep, limit: Limit = 20, cursor: Cursor = "") -> Any:
    after = read_cursor(cursor, service.secret, "showcases")
    with service.database.reading() as session:
        wanted = select(Showcase).where(known(caller))
        if after:
            wanted = wanted.where(Showcase.id < after)
        found = session.scalars(wanted.order_by(Showcase.id.desc()).limit(limit + 1)).all()
        counts = item_counts(Reader(session, caller), found[:limit])
    more = next_cursor(found[limit - 1].id, service.secret, "showcases") if len(found) > limit else ""
    lines = [ShowcaseLine.of(item, counts.get(item.id, 0)) for item in found[:limit]]
    return Page[ShowcaseLine](items=lines, next_cursor=more)


@router.post(
    "",
    operation_id="create_showcase",
    response_model=ShowcaseOut,
    status_code=201,
    dependencies=_WRITE,
    responses=problems(409),
    summary="新建展示 Create",
)
def create(service: ServiceDep, caller: CallerDep, body: NewShowcase, response: Response) -> Any:
    with service.database.work() as session:
        made = create_showcase(session, caller, slug=body.slug, title=body.title, introduction=body.introduction)
        response.headers["Location"] = f"/api/v1/showcases/{made.slug}"
        return _show(session, caller, made, response)


@router.get(
    "/{slug}",
    operation_id="get_showcase",
    response_model=ShowcaseOut,
    dependencies=_READ,
    responses=problems(404),
    summary="读取展示 Read",
)
def get(service: ServiceDep, caller: CallerDep, slug: _Id, response: Response) -> Any:
    with service.database.reading() as session:
        shown = showcase(session, caller, slug)
        items = visible_items(Reader(session, caller), shown)
    log_reads(service.database, caller, (item.seen for item in items))
    return _answered(caller, shown, items, response)


@router.put(
    "/{slug}",
    operation_id="change_showcase",
    response_model=ShowcaseOut,
    dependencies=_WRITE,
    responses=problems(404, 412, 428),
    summary="修改标题和导语 Change",
)
def change(
    service: ServiceDep, caller: CallerDep, slug: _Id, body: ShowcaseBody, response: Response, if_match: IfMatch = None
) -> Any:
    version = expected_version(if_match)
    with service.database.work() as session:
        shown = _to_change(session, caller, slug, version)
        describe(session, caller, shown, title=body.title, introduction=body.introduction)
        return _show(session, caller, shown, response)


@router.post(
    "/{slug}/state",
    operation_id="publish_showcase",
    response_model=ShowcaseOut,
    dependencies=_WRITE,
    responses=problems(404, 412, 428),
    summary="发布或撤回展示 Publish or withdraw",
)
def publish(
    service: ServiceDep, caller: CallerDep, slug: _Id, body: PublishedBody, response: Response, if_match: IfMatch = None
) -> Any:
    version = expected_version(if_match)
    with service.database.work() as session:
        shown = _to_change(session, caller, slug, version)
        set_published(session, caller, shown, published=body.published)
        return _show(session, caller, shown, response)


@router.delete(
    "/{slug}",
    operation_id="delete_showcase",
    status_code=204,
    response_class=Response,
    dependencies=_WRITE,
    responses=problems(404, 412, 428),
    summary="删除展示，成果保留 Delete",
)
def delete(service: ServiceDep, caller: CallerDep, slug: _Id, if_match: IfMatch = None) -> None:
    version = expected_version(if_match)
    with service.database.work() as session:
        delete_showcase(session, caller, _to_change(session, caller, slug, version))


@router.put(
    "/{slug}/order",
    operation_id="order_showcase",
    response_model=ShowcaseOut,
    dependencies=_WRITE,
    responses=problems(404, 412, 428),
    summary="排序 Order",
)
def order(
    service: ServiceDep, caller: CallerDep, slug: _Id, body: OrderBody, response: Response, if_match: IfMatch = None
) -> Any:
    version = expected_version(if_match)
    with service.database.work() as session:
        shown = _to_change(session, caller, slug, version)
        order_items(session, caller, shown, body.record_ids)
        return _show(session, caller, shown, response)


@router.put(
    "/{slug}/items/{record_id}",
    operation_id="put_showcase_item",
    response_model=ShowcaseOut,
    dependencies=_WRITE,
    responses=problems(404, 409, 412, 428),
    summary="加入或修改一项 Put an item",
)
def put(
    service: ServiceDep,
    caller: CallerDep,
    slug: _Id,
    record_id: _Id,
    body: ItemBody,
    response: Response,
    if_match: IfMatch = None,
) -> Any:
    version = expected_version(if_match)
    with service.database.work() as session:
        shown = _to_change(session, caller, slug, version)
        put_item(session, caller, shown, record_id, remark=body.note, place=body.place)
        return _show(session, caller, shown, response)


@router.delete(
    "/{slug}/items/{record_id}",
    operation_id="remove_showcase_item",
    response_model=ShowcaseOut,
    dependencies=_WRITE,
    responses=problems(404, 412, 428),
    summary="移出一项 Remove an item",
)
def remove(
    service: ServiceDep, caller: CallerDep, slug: _Id, record_id: _Id, response: Response, if_match: IfMatch = None
) -> Any:
    version = expected_version(if_match)
    with service.database.work() as session:
        shown = _to_change(session, caller, slug, version)
        remove_item(session, caller, shown, record_id)
        return _show(session, caller, shown, response)


def _to_change(session: Session, caller: Caller, slug: _Id, version: int) -> Showcase:
    shown = showcase(session, caller, slug, lock=True)
    check_showcase_version(shown, version)
    return shown


def _show(session: Session, caller: Caller, shown: Showcase, response: Response) -> ShowcaseOut:
    reader = Reader(session, caller)
    items = visible_items(reader, shown)
    for item in items:
        record_read(reader, item.seen)
    return _answered(caller, shown, items, response)


def _answered(caller: Caller, shown: Showcase, items: list[SeenItem], response: Response) -> ShowcaseOut:
    if caller.is_staff:
        # For others what they see depends on the records too, of which this version tells nothing.
        response.headers["ETag"] = etag(shown.version)
    return ShowcaseOut.of(shown, items)
