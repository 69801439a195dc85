"""The own API keys. A key cannot make keys: only somebody who is signed in can."""

from typing import Any

from fastapi import APIRouter, Response

from api.access.rights import needs
from api.access.roles import SIGNED_IN
from api.accounts import keys
from api.problems import problems
from api.routes.bodies.accounts import KeyEntry, KeyMade, KeyOut, ThingId
from api.service import CallerDep, ServiceDep

__all__ = ["router"]

router = APIRouter(prefix="/keys", tags=["keys"])
_PERSON = [needs(SIGNED_IN, None)]


@router.get("", operation_id="list_keys", response_model=list[KeyOut], dependencies=_PERSON, summary="我的密钥 My keys")
def list_keys(service: ServiceDep, caller: CallerDep) -> Any:
    """Those that can be used first, the newest first."""
    with service.database.reading() as session:
        return [KeyOut.of(key) for key in keys.keys_of(session, caller.account_id or "")]


@router.post(
    "",
    operation_id="create_key",
    response_model=KeyMade,
    status_code=201,
    dependencies=_PERSON,
    responses=problems(409),
    summary="新建密钥 Make a key",
)
def create_key(service: ServiceDep, caller: CallerDep, entry: KeyEntry, response: Response) -> Any:
    """The key itself is in this answer only."""
    with service.database.work() as session:
        row, made = keys.create_key(
            session,
            caller,
            name=entry.name,
            scopes=frozenset(entry.scopes),
            expires_in_days=entry.expires_in_days,
        )
    response.headers["Cache-Control"] = "no-store"
    return KeyMade(key=KeyOut.of(row), text=made.text)


@router.delete(
    "/{key_id}",
    operation_id="revoke_key",
    status_code=204,
    response_class=Response,
    dependencies=_PERSON,
    responses=problems(404),
    summary="停用密钥 Revoke a key",
)
def revoke_key(service: ServiceDep, caller: CallerDep, key_id: ThingId) -> None:
    """At once and for good."""
    with service.database.work() as session:
        keys.revoke_key(session, caller, caller.account_id or "", key_id)
