"""Standing recommendations: subscriptions, what they found, and what the subscriber says of it."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from api.access.keys import Scope
from api.access.rights import needs
from api.access.roles import SIGNED_IN
from api.audit import log_reads, record_read
from api.problems import problems
from api.records.reading import Reader
from api.routes.bodies.subscriptions import (
    RecommendationOut,
    SubscriptionBody,
    SubscriptionChange,
    SubscriptionOut,
    VerdictBody,
    VerdictKind,
)
from api.routes.paging import next_cursor, read_cursor
from api.schemas.base import Cursor, Limit, Page
from api.schemas.matching import FiltersBody
from api.service import CallerDep, ServiceDep
from api.subscriptions.subscribing import Changes, Wish, change, end, own, owned, subscribe
from api.subscriptions.verdicts import judge, listed
from matcher.records import Tier

__all__ = ["router"]

router = APIRouter(tags=["subscriptions"])
_OWN = [needs(SIGNED_IN, Scope.MATCHING)]


def _kept(filters: FiltersBody) -> dict[str, Any]:
    kept: dict[str, Any] = filters.model_dump(mode="json", exclude_defaults=True)
    return kept


@router.get(
    "/subscriptions",
    operation_id="list_subscriptions",
    response_model=Page[SubscriptionOut],
    dependencies=_OWN,
    summary="我的订阅 List own subscriptions",
)
def list_subscriptions(service: ServiceDep, caller: CallerDep, limit: Limit = 20, cursor: Cursor = "") -> Any:
    purpose = f"subscriptions:{caller.account_id}"
    after = read_cursor(cursor, service.secret, purpose)
    with service.database.reading() as session:
        found = own(session, caller, after=after, most=limit + 1)
        items = [SubscriptionOut.of(item) for item in found[:limit]]
    more = next_cursor(items[-1].id, service.secret, purpose) if len(found) > limit else ""
    return Page[SubscriptionOut](items=items, next_cursor=more)


@router.post(
    "/subscriptions",
    operation_id="create_subscription",
    response_model=SubscriptionOut,
    status_code=201,
    dependencies=_OWN,
    responses=problems(404, 409),
    summary="订阅 Subscribe",
)
def create_subscription(service: ServiceDep, caller: CallerDep, body: SubscriptionBody, response: Response) -> Any:
    given = body.model_dump(exclude={"filters"})
    with service.database.work() as session:
        made = subscribe(session, caller, Wish(filters=_kept(body.filters), **given))
        response.headers["Location"] = f"/api/v1/subscriptions/{made.id}"
        return SubscriptionOut.of(made)


@router.get(
    "/subscriptions/{subscription_id}",
    operation_id="get_subscription",
    response_model=SubscriptionOut,
    dependencies=_OWN,
    responses=problems(404),
    summary="读取订阅 Read a subscription",
)
def get_subscription(service: ServiceDep, caller: CallerDep, subscription_id: str) -> Any:
    with service.database.reading() as session:
        return SubscriptionOut.of(owned(session, caller, subscription_id))


@router.patch(
    "/subscriptions/{subscription_id}",
    operation_id="change_subscription",
    response_model=SubscriptionOut,
    dependencies=_OWN,
    responses=problems(404),
    summary="修改、暂停订阅 Change or pause",
)
def change_subscription(service: ServiceDep, caller: CallerDep, subscription_id: str, body: SubscriptionChange) -> Any:
    given = body.model_dump(exclude={"filters"})
    filters = None if body.filters is None else _kept(body.filters)
    with service.database.work() as session:
        item = owned(session, caller, subscription_id)
        change(item, Changes(filters=filters, **given))
        return SubscriptionOut.of(item)


@router.delete(
    "/subscriptions/{subscription_id}",
    operation_id="delete_subscription",
    status_code=204,
    response_class=Response,
    dependencies=_OWN,
    responses=problems(404),
    summary="删除订阅 Delete",
)
def delete_subscription(service: ServiceDep, caller: CallerDep, subscription_id: str) -> None:
    with service.database.work() as session:
        end(owned(session, caller, subscription_id))


@router.get(
    "/recommendations",
    operation_id="list_recommendations",
    response_model=Page[RecommendationOut],
    dependencies=_OWN,
    responses=problems(404),
    summary="我的推荐 Own recommendations",
)
def list_recommendations(
    service: ServiceDep,
    caller: CallerDep,
    subscription: Annotated[str, Query(max_length=26, description="只列一个订阅的；Of one subscription")] = "",
    limit: Limit = 20,
    cursor: Cursor = "",
) -> Any:
    purpose = f"recommendations:{caller.account_id}:{subscription}"
    after = read_cursor(cursor, service.secret, purpose)
    with service.database.reading() as session:
        if subscription:
            owned(session, caller, subscription)
        reader = Reader(session, caller)
        found = listed(reader, subscription, after=after, most=limit + 1)
        shown = [(item, source, reader.see(row)) for item, source, row in found[:limit]]
    log_reads(service.database, caller, (seen for _, _, seen in shown if seen.row.visibility >= Tier.RESTRICTED))
    items = [RecommendationOut.of(*one) for one in shown]
    more = next_cursor(items[-1].id, service.secret, purpose) if len(found) > limit else ""
    return Page[RecommendationOut](items=items, next_cursor=more)


@router.post(
    "/recommendations/{recommendation_id}/verdict",
    operation_id="judge_recommendation",
    response_model=RecommendationOut,
    dependencies=_OWN,
    responses=problems(404),
    summary="对推荐给出结论 Give a verdict",
)
def judge_recommendation(service: ServiceDep, caller: CallerDep, recommendation_id: str, body: VerdictBody) -> Any:
    with service.database.work() as session:
        item, source, row = judge(
            session,
            caller,
            recommendation_id,
            wanted=body.verdict is VerdictKind.WANTED,
            reason=body.reason_code,
        )
        reader = Reader(session, caller)
        seen = reader.see(row)
        if row.visibility >= Tier.RESTRICTED:
            record_read(reader, seen)
        return RecommendationOut.of(item, source, seen)
