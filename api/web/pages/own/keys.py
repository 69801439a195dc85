"""The own API keys."""

from starlette.responses import Response

from api.access.keys import Scope
from api.access.roles import OWNERS, SIGNED_IN, STAFF
from api.routes.bodies.accounts import KeyEntry, KeyMade, KeyOut
from api.web.asking import RefusedError
from api.web.forms import Form
from api.web.page import reading, writing
from api.web.visit import Visit

__all__ = ["PAGES"]

_NEVER = "never"


async def _keys(visit: Visit) -> Response:
    return await _draw(visit, Form({"days": ["365"]}))


async def _draw(visit: Visit, form: Form, status: int = 200) -> Response:
    keys = await visit.api.get(list[KeyOut], "/keys")
    return visit.page("own/keys.html", status=status, keys=keys, form=form, scopes=_scopes(visit))


def _scopes(visit: Visit) -> list[Scope]:
    """Those that are of use to the visitor: a key never does more than its owner may."""
    useless = set() if visit.role in STAFF else {Scope.ADMIN}
    if visit.role not in OWNERS | STAFF:
        useless |= {Scope.FEEDS_PUSH, Scope.RECORDS_WRITE}
    return [scope for scope in Scope if scope not in useless]


async def _making(visit: Visit) -> Response:
    form = await visit.form()
    days = form.text("days")
    entry = form.read(KeyEntry, "entry.", expires_in_days=None if days == _NEVER else days)
    if "entry.scopes" in form.errors:
        form.errors[""] = form.errors["entry.scopes"] = visit.say("请至少选一项授权范围。")
    if entry is None:
        return await _draw(visit, form, 422)
    try:
        made = await visit.api.post(KeyMade, "/keys", entry)
    except RefusedError as error:
        form.refused(error.problem.errors, error.problem.detail, "entry.")
        return await _draw(visit, form, error.status)
    return visit.page("own/key_made.html", made=made)


async def _revoking(visit: Visit) -> Response:
    await visit.api.send("DELETE", f"/keys/{visit.path('id')}")
    return visit.go("/my/keys", said="revoked")


PAGES = (
    reading("/my/keys", _keys, SIGNED_IN),
    writing("/my/keys", _making, SIGNED_IN),
    writing("/my/keys/{id}/revoke", _revoking, SIGNED_IN),
)
