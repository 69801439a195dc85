"""Keys of any account: which there are, and ending them. Only their owner makes them, and sees them once."""

import asyncio

from starlette.responses import Response

from api.routes.bodies.accounts import AccountOut, KeyOut
from api.schemas.base import Page as Listed
from api.web.page import reading, writing
from api.web.pages.admin.doors import ADMINISTRATORS
from api.web.visit import Visit

__all__ = ["PAGES"]


async def _keys(visit: Visit) -> Response:
    name = visit.query.get("name", "").strip()
    found = await visit.api.get(Listed[AccountOut], "/accounts", name=name) if name else None
    if found is not None and len(found.items) == 1:
        return visit.go(f"/admin/keys/{found.items[0].id}")
    return visit.page("admin/keys.html", name=name, found=found)


async def _of_account(visit: Visit) -> Response:
    path = f"/accounts/{visit.path('id')}"
    account, keys = await asyncio.gather(visit.api.get(AccountOut, path), visit.api.get(list[KeyOut], f"{path}/keys"))
    own = visit.me is not None and visit.me.account.id == account.id
    return visit.page("admin/account_keys.html", account=account, keys=keys, own=own)


async def _revoking(visit: Visit) -> Response:
    await visit.api.send("DELETE", f"/accounts/{visit.path('id')}/keys/{visit.path('key')}")
    return visit.go(f"/admin/keys/{visit.path('id')}", said="revoked")


PAGES = (
    reading("/admin/keys", _keys, ADMINISTRATORS),
    reading("/admin/keys/{id}", _of_account, ADMINISTRATORS),
    writing("/admin/keys/{id}/{key}/revoke", _revoking, ADMINISTRATORS),
)
