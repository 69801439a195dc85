"""Accounts, for administrators; colleagues, for managers of an organisation."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.access.keys import Scope
from api.access.rights import needs
from api.access.roles import OWNERS, Role
from api.accounts import colleagues as together
from api.accounts import people
from api.accounts.keys import keys_of, revoke_key
from api.accounts.onetime import OneTime
from api.accounts.people import NewAccount
from api.db.tables import Account, Organisation
from api.problems import problems
from api.routes.bodies.accounts import (
    AccountChange,
    AccountEntry,
    AccountMade,
    AccountOut,
    ColleagueEntry,
    KeyOut,
    Search,
    ThingId,
)
from api.routes.newest import newest
from api.schemas.base import Cursor, Limit, Page
from api.service import CallerDep, ServiceDep

__all__ = ["ADMINISTRATORS", "router"]

router = APIRouter()
ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})
_ADMIN = [needs(ADMINISTRATORS, Scope.ADMIN)]
_MANAGERS = [needs(OWNERS, None)]


@router.get(
    "/accounts",
    operation_id="list_accounts",
    response_model=Page[AccountOut],
    dependencies=_ADMIN,
    tags=["accounts"],
    summary="账号列表 Accounts",
)
def list_accounts(
    service: ServiceDep,
    role: Role | None = None,
    organisation_id: ThingId | None = None,
    disabled: Annotated[bool | None, Query(description="只列已停用或未停用的；Disabled or not")] = None,
    name: Annotated[Search, Query(description="登录名或姓名的一部分；A part of login or name")] = "",
    limit: Limit = 20,
    cursor: Cursor = "",
) -> Any:
    """Newest first."""
    purpose = f"accounts:{role}:{organisation_id}:{disabled}:{name}"
    wanted = people.listed(role=role, organisation_id=organisation_id, disabled=disabled, name=name)
    with service.database.reading() as session:
        rows, more = newest(session, service, wanted, Account.id, purpose=purpose, limit=limit, cursor=cursor)
        return Page[AccountOut](items=_shown(session, rows), next_cursor=more)


@router.post(
    "/accounts",
    operation_id="create_account",
    response_model=AccountMade,
    status_code=201,
    dependencies=_ADMIN,
    responses=problems(409),
    tags=["accounts"],
    summary="新建账号 Create an account",
)
def create_account(service: ServiceDep, caller: CallerDep, entry: AccountEntry, response: Response) -> Any:
    """The one-time password is in this answer only."""
    password = OneTime.new()
    new = NewAccount(
        login=entry.login,
        role=entry.role,
        display_name=entry.display_name,
        organisation_id=entry.organisation_id,
        manager=entry.manager,
    )
    with service.database.work() as session:
        account = people.create_account(session, caller, new, password)
        shown = _shown(session, [account])[0]
    response.headers["Location"] = f"/api/v1/accounts/{account.id}"
    return _made(shown, password, response)


@router.get(
    "/accounts/{account_id}",
    operation_id="get_account",
    response_model=AccountOut,
    dependencies=_ADMIN,
    responses=problems(404),
    tags=["accounts"],
    summary="读取账号 One account",
)
def get_account(service: ServiceDep, account_id: ThingId) -> Any:
    """One account."""
    with service.database.reading() as session:
        return _shown(session, [people.account(session, account_id)])[0]


@router.patch(
    "/accounts/{account_id}",
    operation_id="change_account",
    response_model=AccountOut,
    dependencies=_ADMIN,
    responses=problems(404, 409),
    tags=["accounts"],
    summary="修改身份、单位、停用 Change role, organisation, state",
)
def change_account(service: ServiceDep, caller: CallerDep, account_id: ThingId, entry: AccountChange) -> Any:
    """Effective at once, for sign-ins and keys."""
    with service.database.work() as session:
        account = people.change_account(session, caller, account_id, entry.changes())
        return _shown(session, [account])[0]


@router.post(
    "/accounts/{account_id}/password",
    operation_id="reset_account_password",
    response_model=AccountMade,
    dependencies=_ADMIN,
    responses=problems(404),
    tags=["accounts"],
    summary="重置密码 Reset the password",
)
def reset_account_password(service: ServiceDep, caller: CallerDep, account_id: ThingId, response: Response) -> Any:
    """Signs the account out everywhere; the one-time password is in this answer only."""
    password = OneTime.new()
    with service.database.work() as session:
        account = people.reset_password(session, caller, account_id, password)
        shown = _shown(session, [account])[0]
    return _made(shown, password, response)


@router.get(
    "/accounts/{account_id}/keys",
    operation_id="list_account_keys",
    response_model=list[KeyOut],
    dependencies=_ADMIN,
    responses=problems(404),
    tags=["accounts"],
    summary="某账号的密钥 Keys of an account",
)
def list_account_keys(service: ServiceDep, account_id: ThingId) -> Any:
    """Without their secrets, which nobody has."""
    with service.database.reading() as session:
        return [KeyOut.of(key) for key in keys_of(session, people.account(session, account_id).id)]


@router.delete(
    "/accounts/{account_id}/keys/{key_id}",
    operation_id="revoke_account_key",
    status_code=204,
    response_class=Response,
    dependencies=_ADMIN,
    responses=problems(404),
    tags=["accounts"],
    summary="停用某账号的密钥 Revoke a key of an account",
)
def revoke_account_key(service: ServiceDep, caller: CallerDep, account_id: ThingId, key_id: ThingId) -> None:
    """At once and for good."""
    with service.database.work() as session:
        revoke_key(session, caller, people.account(session, account_id).id, key_id)


@router.get(
    "/colleagues",
    operation_id="list_colleagues",
    response_model=list[AccountOut],
    dependencies=_MANAGERS,
    tags=["colleagues"],
    summary="本单位账号 Accounts of the own organisation",
)
def list_colleagues(service: ServiceDep, caller: CallerDep) -> Any:
    """For managers."""
    with service.database.reading() as session:
        return _shown(session, together.colleagues(session, caller))


@router.post(
    "/colleagues",
    operation_id="invite_colleague",
    response_model=AccountMade,
    status_code=201,
    dependencies=_MANAGERS,
    responses=problems(409),
    tags=["colleagues"],
    summary="邀请同事 Invite a colleague",
)
def invite_colleague(service: ServiceDep, caller: CallerDep, entry: ColleagueEntry, response: Response) -> Any:
    """For managers; the one-time password is in this answer only."""
    password = OneTime.new()
    with service.database.work() as session:
        account = together.invite(session, caller, entry.login, entry.display_name, password)
        shown = _shown(session, [account])[0]
    return _made(shown, password, response)


@router.delete(
    "/colleagues/{account_id}",
    operation_id="disable_colleague",
    status_code=204,
    response_class=Response,
    dependencies=_MANAGERS,
    responses=problems(404, 409),
    tags=["colleagues"],
    summary="停用同事的账号 Disable a colleague",
)
def disable_colleague(service: ServiceDep, caller: CallerDep, account_id: ThingId) -> None:
    """For managers; an administrator can enable the account again."""
    with service.database.work() as session:
        together.disable(session, caller, account_id)


def _shown(session: Session, accounts: Sequence[Account]) -> list[AccountOut]:
    ids = {account.organisation_id for account in accounts if account.organisation_id}
    names = {row.id: row.name for row in session.scalars(select(Organisation).where(Organisation.id.in_(ids)))}
    return [AccountOut.of(account, names.get(account.organisation_id or "", "")) for account in accounts]


def _made(account: AccountOut, password: OneTime, response: Response) -> AccountMade:
    response.headers["Cache-Control"] = "no-store"
    return AccountMade(account=account, one_time_password=password.text)
