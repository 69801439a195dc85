"""The own webhooks: where messages are sent to, a test, their secrets, and how each delivery fared."""

import asyncio

from starlette.responses import Response

from api.access.roles import SIGNED_IN
from api.routes.bodies.subscriptions import (
    DeliveryOut,
    NewWebhookOut,
    WebhookBody,
    WebhookChange,
    WebhookOut,
)
from api.schemas.base import Page as Listed
from api.web.forms import Form
from api.web.page import reading, writing
from api.web.submitting import submit
from api.web.visit import Visit

__all__ = ["PAGES"]


async def _webhooks(visit: Visit) -> Response:
    return await _list(visit, Form())


async def _list(visit: Visit, form: Form, status: int = 200) -> Response:
    found = await visit.api.get(list[WebhookOut], "/webhooks")
    return visit.page("own/webhooks.html", status=status, found=found, form=form)


async def _making(visit: Visit) -> Response:
    async def act(entry: WebhookBody) -> Response:
        return visit.page("own/webhook_secret.html", made=await visit.api.post(NewWebhookOut, "/webhooks", entry))

    return await submit(visit, WebhookBody, _list, act)


async def _webhook(visit: Visit) -> Response:
    return await _draw(visit)


async def _draw(
    visit: Visit, form: Form | None = None, status: int = 200, *, tried: DeliveryOut | None = None
) -> Response:
    """One webhook; `form` where a change could not be used, `tried` after a test."""
    path = f"/webhooks/{visit.path('id')}"
    webhook, deliveries = await asyncio.gather(
        visit.api.get(WebhookOut, path),
        visit.api.get(Listed[DeliveryOut], f"{path}/deliveries", cursor=visit.query.get("cursor")),
    )
    return visit.page(
        "own/webhook.html",
        status=status,
        webhook=webhook,
        deliveries=deliveries,
        form=form or Form.showing(webhook, "entry"),
        tried=tried,
    )


async def _changing(visit: Visit) -> Response:
    async def act(entry: WebhookChange) -> Response:
        await visit.api.send("PATCH", f"/webhooks/{visit.path('id')}", body=entry)
        return visit.go(f"/my/webhooks/{visit.path('id')}", said="saved")

    # No box ticked means all kinds.
    return await submit(visit, WebhookChange, _draw, act, events=(await visit.form()).texts("entry.events[]"))


async def _switching(visit: Visit) -> Response:
    active = (await visit.form()).text("active") == "true"
    await visit.api.send("PATCH", f"/webhooks/{visit.path('id')}", body=WebhookChange(active=active))
    return visit.go(f"/my/webhooks/{visit.path('id')}", said="enabled" if active else "disabled")


async def _testing(visit: Visit) -> Response:
    return await _draw(visit, tried=await visit.api.post(DeliveryOut, f"/webhooks/{visit.path('id')}/test"))


async def _rotating(visit: Visit) -> Response:
    made = await visit.api.post(NewWebhookOut, f"/webhooks/{visit.path('id')}/secret")
    return visit.page("own/webhook_secret.html", made=made)


async def _deleting(visit: Visit) -> Response:
    await visit.api.send("DELETE", f"/webhooks/{visit.path('id')}")
    return visit.go("/my/webhooks", said="deleted")


PAGES = (
    reading("/my/webhooks", _webhooks, SIGNED_IN),
    writing("/my/webhooks", _making, SIGNED_IN),
    reading("/my/webhooks/{id}", _webhook, SIGNED_IN),
    writing("/my/webhooks/{id}", _changing, SIGNED_IN),
    writing("/my/webhooks/{id}/switch", _switching, SIGNED_IN),
    writing("/my/webhooks/{id}/test", _testing, SIGNED_IN),
    writing("/my/webhooks/{id}/secret", _rotating, SIGNED_IN),
    writing("/my/webhooks/{id}/delete", _deleting, SIGNED_IN),
)
