"""Webhooks: where an account's messages are sent to."""

from typing import Any

from fastapi import APIRouter, Response

from api.access.keys import Scope
from api.access.rights import needs
from api.access.roles import SIGNED_IN
from api.audit import note
from api.problems import problems
from api.routes.bodies.subscriptions import DeliveryOut, NewWebhookOut, WebhookBody, WebhookChange, WebhookOut
from api.routes.paging import next_cursor, read_cursor
from api.schemas.base import Cursor, Limit, Page
from api.service import CallerDep, ServiceDep
from api.webhooks.addresses import address_rules
from api.webhooks.registry import change, create, deliveries, own, owned, rotate
from api.webhooks.sending import send_test

__all__ = ["router"]

router = APIRouter(prefix="/webhooks", tags=["webhooks"])
_OWN = [needs(SIGNED_IN, Scope.MATCHING)]


@router.get(
    "",
    operation_id="list_webhooks",
    response_model=list[WebhookOut],
    dependencies=_OWN,
    summary="我的回调 Own webhooks",
)
def list_webhooks(service: ServiceDep, caller: CallerDep) -> Any:
    with service.database.reading() as session:
        return [WebhookOut.of(item) for item in own(session, caller)]


@router.post(
    "",
    operation_id="create_webhook",
    response_model=NewWebhookOut,
    status_code=201,
    dependencies=_OWN,
    responses=problems(409),
    summary="登记回调地址 Create",
)
def create_webhook(service: ServiceDep, caller: CallerDep, body: WebhookBody, response: Response) -> Any:
    with service.database.work() as session:
        rules = address_rules(session, service.settings)
        made = create(session, caller, body.url, body.events, rules)
        note(session, caller, "create", kind="webhook", thing_id=made.id)
        response.headers["Location"] = f"/api/v1/webhooks/{made.id}"
        return NewWebhookOut.of(made)


@router.get(
    "/{webhook_id}",
    operation_id="get_webhook",
    response_model=WebhookOut,
    dependencies=_OWN,
    responses=problems(404),
    summary="读取回调 Read",
)
def get_webhook(service: ServiceDep, caller: CallerDep, webhook_id: str) -> Any:
    with service.database.reading() as session:
        return WebhookOut.of(owned(session, caller, webhook_id))


@router.patch(
    "/{webhook_id}",
    operation_id="change_webhook",
    response_model=WebhookOut,
    dependencies=_OWN,
    responses=problems(404),
    summary="修改、停用、启用回调 Change",
)
def change_webhook(service: ServiceDep, caller: CallerDep, webhook_id: str, body: WebhookChange) -> Any:
    with service.database.work() as session:
        webhook = owned(session, caller, webhook_id)
        rules = address_rules(session, service.settings)
        change(webhook, rules, url=body.url, events=body.events, active=body.active)
        note(session, caller, "change", kind="webhook", thing_id=webhook.id)
        return WebhookOut.of(webhook)


@router.delete(
    "/{webhook_id}",
    operation_id="delete_webhook",
    status_code=204,
    response_class=Response,
    dependencies=_OWN,
    responses=problems(404),
    summary="删除回调 Delete",
)
def delete_webhook(service: ServiceDep, caller: CallerDep, webhook_id: str) -> None:
    with service.database.work() as session:
        session.delete(owned(session, caller, webhook_id))
        note(session, caller, "delete", kind="webhook", thing_id=webhook_id)


@router.post(
    "/{webhook_id}/secret",
    operation_id="rotate_webhook_secret",
    response_model=NewWebhookOut,
    dependencies=_OWN,
    responses=problems(404),
    summary="更换签名密钥 New secret",
)
def rotate_webhook_secret(service: ServiceDep, caller: CallerDep, webhook_id: str) -> Any:
    with service.database.work() as session:
        webhook = owned(session, caller, webhook_id)
        rotate(webhook)
        note(session, caller, "rotate", kind="webhook", thing_id=webhook.id)
        return NewWebhookOut.of(webhook)


@router.post(
    "/{webhook_id}/test",
    operation_id="test_webhook",
    response_model=DeliveryOut,
    dependencies=_OWN,
    responses=problems(404),
    summary="发送测试消息 Send a test event",
)
def test_webhook(service: ServiceDep, caller: CallerDep, webhook_id: str) -> Any:
    return DeliveryOut.of(send_test(service, caller, webhook_id))


@router.get(
    "/{webhook_id}/deliveries",
    operation_id="list_webhook_deliveries",
    response_model=Page[DeliveryOut],
    dependencies=_OWN,
    responses=problems(404),
    summary="推送记录 Deliveries",
)
def list_webhook_deliveries(
    service: ServiceDep, caller: CallerDep, webhook_id: str, limit: Limit = 20, cursor: Cursor = ""
) -> Any:
    with service.database.reading() as session:
        webhook = owned(session, caller, webhook_id)
        purpose = f"deliveries:{webhook.id}"
        after = read_cursor(cursor, service.secret, purpose)
        found = deliveries(session, webhook, after=after, most=limit + 1)
        items = [DeliveryOut.of(item) for item in found[:limit]]
    more = next_cursor(items[-1].id, service.secret, purpose) if len(found) > limit else ""
    return Page[DeliveryOut](items=items, next_cursor=more)
