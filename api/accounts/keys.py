"""An account's API keys: made, listed, revoked."""

import datetime as dt
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.access.caller import Caller
from api.access.errors import ScopeRefusedError
from api.access.keys import NewKey, Scope, key_is_live, new_key
from api.access.roles import OWNERS, SIGNED_IN, STAFF, Role
from api.audit import note
from api.db.base import now
from api.db.tables import Account, ApiKey
from api.errors import ConflictError, NotFoundError

__all__ = ["MAX_LIVE", "SCOPE_ROLES", "create_key", "is_live", "keys_of", "revoke_key"]

MAX_LIVE = 20
_LISTED = 200

SCOPE_ROLES: Mapping[Scope, frozenset[Role]] = MappingProxyType(
    {
        Scope.RECORDS_READ: SIGNED_IN,
        Scope.RECORDS_WRITE: OWNERS | STAFF,
        Scope.MATCHING: SIGNED_IN,
        Scope.FEEDS_PUSH: OWNERS | STAFF,
        Scope.INTRODUCTIONS: SIGNED_IN,
        Scope.JOBS: SIGNED_IN,
        Scope.ADMIN: STAFF,
    }
)
"""Whose keys may have a scope. A key made before a change of role is held to the new role by each route."""


def create_key(
    session: Session, caller: Caller, *, name: str, scopes: frozenset[Scope], expires_in_days: int | None
) -> tuple[ApiKey, NewKey]:
    """A key of the caller; its text is in the second value, and nowhere else.

    Raises:
        ScopeRefusedError: a scope that the caller's role has no use for.
        ConflictError: `MAX_LIVE` are good already.
    """
    beyond = sorted(scope for scope in scopes if caller.role not in SCOPE_ROLES[scope])
    if beyond:
        raise ScopeRefusedError(
            f"您的身份不能使用授权范围 {'、'.join(beyond)}；请去掉后重试。",
            "Your role has no use for these scopes.",
            field="scopes",
        )
    moment = now()
    # One after the other for an account, so that the limit holds.
    account = session.scalars(select(Account).where(Account.id == caller.account_id).with_for_update()).one()
    live = [key for key in keys_of(session, account.id) if is_live(key, moment)]
    if len(live) >= MAX_LIVE:
        raise ConflictError(
            f"一个账号最多有 {MAX_LIVE} 个可用密钥；请先停用不再使用的。", "Too many keys; revoke one first."
        )
    made = new_key()
    key = ApiKey(
        id=made.id,
        account_id=account.id,
        name=name,
        secret_hash=made.secret_hash,
        scopes=sorted(scope.value for scope in scopes),
        created_at=moment,
        expires_at=moment + dt.timedelta(days=expires_in_days) if expires_in_days is not None else None,
    )
    session.add(key)
    session.flush()
    note(session, caller, "create", kind="key", thing_id=key.id, detail={"scopes": key.scopes})
    return key, made


def keys_of(session: Session, account_id: str) -> Sequence[ApiKey]:
    """An account's keys: those not revoked first, the newest first, of the revoked ones the last."""
    wanted = select(ApiKey).where(ApiKey.account_id == account_id)
    newest = (ApiKey.created_at.desc(), ApiKey.id)
    kept = session.scalars(wanted.where(ApiKey.revoked_at.is_(None)).order_by(*newest)).all()
    gone = session.scalars(wanted.where(ApiKey.revoked_at.is_not(None)).order_by(*newest).limit(_LISTED)).all()
    return [*kept, *gone]


def revoke_key(session: Session, caller: Caller, account_id: str, key_id: str) -> None:
    """Revoke a key of an account, at once and for good; once more does no harm.

    Raises:
        NotFoundError: the account has no such key.
    """
    key = session.get(ApiKey, key_id)
    if key is None or key.account_id != account_id:
        raise NotFoundError(f"没有编号为“{key_id[:40]}”的密钥；请核对编号。", "No such key.")
    if key.revoked_at is None:
        key.revoked_at = now()
        note(session, caller, "revoke", kind="key", thing_id=key.id, detail={"account_id": account_id})


def is_live(key: ApiKey, moment: dt.datetime) -> bool:
    """Whether a key may be used at `moment`."""
    return key_is_live(moment, expires_at=key.expires_at, revoked_at=key.revoked_at)
