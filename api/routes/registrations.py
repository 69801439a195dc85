"""Asking for an account, and the administrator's answer."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from api.access.address import address_group
from api.access.errors import ThrottledError
from api.access.keys import Scope
from api.access.passwords import check_new_password, hash_password
from api.access.rights import needs
from api.access.roles import EVERYBODY, OWNERS
from api.accounts import registrations
from api.accounts.logins import check_login
from api.accounts.organisations import KIND_OF, clean_name
from api.accounts.registrations import Approval
from api.db.tables import Organisation, Registration
from api.errors import InvalidError, NotFoundError
from api.problems import problems
from api.routes.accounts import ADMINISTRATORS
from api.routes.bodies.accounts import (
    AccountOut,
    ApprovalEntry,
    RegistrationEntry,
    RegistrationOut,
    RegistrationReceived,
    ThingId,
)
from api.routes.newest import newest
from api.schemas.base import Cursor, Limit, Page
from api.service import CallerDep, ServiceDep

__all__ = ["router"]

router = APIRouter(prefix="/registrations", tags=["registrations"])
_ADMIN = [needs(ADMINISTRATORS, Scope.ADMIN)]
_ROLES = {KIND_OF[role]: role for role in OWNERS}


@router.post(
    "",
    operation_id="register",
    response_model=RegistrationReceived,
    status_code=202,
    dependencies=[needs(EVERYBODY, None)],
    responses=problems(404),
    summary="申请账号 Ask for an account",
)
def register(service: ServiceDep, caller: CallerDep, entry: RegistrationEntry) -> Any:
    """Answered alike whether the login or the organisation exists; 404 where registration is not open."""
    if not service.settings.open_registration:
        raise NotFoundError("本系统不开放自行注册；请联系管理员开通账号。", "Registration is not open.")
    if entry.kind not in _ROLES:
        raise InvalidError("只有企业和院所可以自行注册；其他身份请联系管理员。", "Not this kind.", field="kind")
    login, password = check_login(entry.login), entry.password.get_secret_value()
    check_new_password(password, login)
    allowance = service.registration_rate.hit(address_group(caller.address))
    if not allowance.allowed:
        raise ThrottledError(
            f"同一地址的注册申请过多；请在 {allowance.reset_s} 秒后再试。",
            "Too many registrations from this address.",
            retry_after_s=allowance.reset_s,
        )
    wanted = Registration(
        login=login,
        display_name=entry.display_name,
        role=_ROLES[entry.kind].value,
        organisation_name=clean_name(entry.organisation_name),
        region=entry.region,
        contact=entry.contact,
        password_hash=hash_password(password),
    )
    with service.database.work() as session:
        registrations.register(session, wanted)
    return RegistrationReceived()


@router.get(
    "",
    operation_id="list_registrations",
    response_model=Page[RegistrationOut],
    dependencies=_ADMIN,
    summary="注册申请 Registrations",
)
def list_registrations(
    service: ServiceDep,
    waiting: Annotated[bool | None, Query(description="只列待审核或已处理的；Waiting or decided")] = None,
    limit: Limit = 20,
    cursor: Cursor = "",
) -> Any:
    """Newest first."""
    wanted, purpose = registrations.listed(waiting=waiting), f"registrations:{waiting}"
    with service.database.reading() as session:
        rows, more = newest(session, service, wanted, Registration.id, purpose=purpose, limit=limit, cursor=cursor)
    return Page[RegistrationOut](items=[RegistrationOut.of(row) for row in rows], next_cursor=more)


@router.post(
    "/{registration_id}/approval",
    operation_id="approve_registration",
    response_model=AccountOut,
    status_code=201,
    dependencies=_ADMIN,
    responses=problems(404, 409),
    summary="批准注册 Approve",
)
def approve_registration(service: ServiceDep, caller: CallerDep, registration_id: ThingId, entry: ApprovalEntry) -> Any:
    """Makes the account, and the organisation where it is a new one."""
    approval = Approval(
        role=entry.role, organisation_id=entry.organisation_id, login=entry.login, manager=entry.manager
    )
    with service.database.work() as session:
        account = registrations.approve(session, caller, registration_id, approval)
        organisation = session.get(Organisation, account.organisation_id) if account.organisation_id else None
        return AccountOut.of(account, organisation.name if organisation else "")


@router.post(
    "/{registration_id}/refusal",
    operation_id="refuse_registration",
    response_model=RegistrationOut,
    dependencies=_ADMIN,
    responses=problems(404, 409),
    summary="拒绝注册 Refuse",
)
def refuse_registration(service: ServiceDep, caller: CallerDep, registration_id: ThingId) -> Any:
    """For good; the person may ask again."""
    with service.database.work() as session:
        return RegistrationOut.of(registrations.refuse(session, caller, registration_id))
