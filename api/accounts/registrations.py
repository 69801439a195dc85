"""Asking for an account, and an administrator's answer. Asking tells nobody which logins or organisations exist."""

from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from api.access.caller import Caller
from api.access.oidc import Identity
from api.access.roles import OWNERS, Role
from api.accounts.logins import MAX_LENGTH, fold_login
from api.accounts.organisations import KIND_OF, NewOrganisation, clean_name, create_organisation
from api.accounts.people import NewAccount, add_account
from api.audit import note
from api.db.base import now
from api.db.tables import Account, Organisation, Registration
from api.errors import ConflictError, InvalidError, NotFoundError, NotReadyError
from api.inbox import tell

__all__ = ["MAX_WAITING", "Approval", "approve", "listed", "refuse", "register", "register_identity"]

MAX_WAITING = 2000
"""Undecided registrations there may be at once: what strangers may fill the database with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """What the administrator says beside yes; None: as it was asked for."""

    role: Role | None = None
    organisation_id: str | None = None
    login: str | None = None
    manager: bool | None = None


def register(session: Session, wanted: Registration) -> Registration:
    """Keep a registration and tell the administrators.

    Raises:
        NotReadyError: too many wait already.
    """
    waiting = session.scalar(select(func.count()).select_from(Registration).where(Registration.decision == ""))
    if (waiting or 0) >= MAX_WAITING:
        raise NotReadyError("待审核的注册申请过多；请联系管理员，或改日再试。", "Too many registrations wait.")
    session.add(wanted)
    session.flush()
    administrators = select(Account.id).where(Account.role == Role.ADMINISTRATOR.value, Account.disabled_at.is_(None))
    for account_id in session.scalars(administrators).all():
        tell(
            session,
            account_id,
            key=f"registration:{wanted.id}",
            kind="registration",
            subject="有新的注册申请待审核",
            body={"registration_id": wanted.id},
        )
    return wanted


def register_identity(session: Session, identity: Identity) -> None:
    """Keep who came from the identity provider without an account, once while it waits; raises as `register`."""
    theirs = select(Registration.id).where(
        Registration.oidc_issuer == identity.issuer,
        Registration.oidc_subject == identity.subject,
        Registration.decision == "",
    )
    if session.scalar(theirs.limit(1)) is None:
        login = fold_login(identity.email or "") if identity.email_verified else ""
        name = "".join(char for char in identity.name or "" if char.isprintable())
        wanted = Registration(
            login=login if len(login) <= MAX_LENGTH else "",
            display_name=name[:100],
            oidc_issuer=identity.issuer,
            oidc_subject=identity.subject,
        )
        register(session, wanted)


def approve(session: Session, caller: Caller, registration_id: str, approval: Approval) -> Account:
    """Make the account, and its organisation where it is a new one, of which the first is the manager.

    Raises:
        NotFoundError: there is none of that id.
        ConflictError: decided before; the login or the name of the organisation is taken.
        InvalidError: role, organisation or login is missing or cannot be used.
    """
    asked = _undecided(session, registration_id)
    role = approval.role or (Role(asked.role) if asked.role else None)
    if role is None:
        raise InvalidError("申请人没有写明身份；请用 role 指定。", "Name a role.", field="role")
    organisation_id, is_new = approval.organisation_id, False
    if organisation_id is None and role in OWNERS:
        organisation_id, is_new = _new_organisation(session, caller, asked, role), True
    new = NewAccount(
        login=approval.login or asked.login or f"u-{asked.id}",
        role=role,
        display_name=asked.display_name,
        organisation_id=organisation_id,
        manager=is_new if approval.manager is None else approval.manager,
    )
    made = Account(password_hash=asked.password_hash, oidc_issuer=asked.oidc_issuer, oidc_subject=asked.oidc_subject)
    _check_identity(session, asked)
    add_account(session, caller, new, made)
    _decide(session, caller, asked, "approved", made.id)
    return made


def refuse(session: Session, caller: Caller, registration_id: str) -> Registration:
    """Say no; nothing of the password is kept.

    Raises:
        NotFoundError: there is none of that id.
        ConflictError: decided before.
    """
    asked = _undecided(session, registration_id)
    _decide(session, caller, asked, "refused", None)
    return asked


def listed(*, waiting: bool | None) -> Select[Registration]:
    """Registrations that wait or were decided; not yet ordered or cut into pages."""
    wanted = select(Registration)
    if waiting is not None:
        wanted = wanted.where(Registration.decision == "" if waiting else Registration.decision != "")
    return wanted


def _undecided(session: Session, registration_id: str) -> Registration:
    asked = session.scalar(select(Registration).where(Registration.id == registration_id).with_for_update())
    if asked is None:
        raise NotFoundError(f"没有编号为“{registration_id[:40]}”的注册申请；请核对编号。", "No such registration.")
    if asked.decision:
        raise ConflictError("这份注册申请已经处理过；请刷新列表。", "It was decided before.")
    return asked


def _new_organisation(session: Session, caller: Caller, asked: Registration, role: Role) -> str:
    name = clean_name(asked.organisation_name)
    if not name:
        raise InvalidError(
            "申请人没有写明单位；请用 organisation_id 指定。", "Name an organisation.", field="organisation_id"
        )
    known = session.scalar(select(Organisation.id).where(Organisation.name == name))
    if known is not None:
        # Whether this person belongs to it is for the administrator to find out, not for a form to claim.
        raise ConflictError(
            f"已有名为“{name[:100]}”的单位；核实申请人确属该单位后，请填写 organisation_id（{known}）再批准。",
            "There is an organisation of that name; name it by its id if the person belongs to it.",
        )
    new = NewOrganisation(name=name, kind=KIND_OF[role], region=asked.region, contact=asked.contact)
    return create_organisation(session, caller, new).id


def _check_identity(session: Session, asked: Registration) -> None:
    if asked.oidc_subject is not None and session.scalar(
        select(Account.id).where(Account.oidc_issuer == asked.oidc_issuer, Account.oidc_subject == asked.oidc_subject)
    ):
        raise ConflictError("这个统一身份已有账号；请拒绝这份申请。", "This identity has an account.")


def _decide(session: Session, caller: Caller, asked: Registration, decision: str, account_id: str | None) -> None:
    asked.decision, asked.decided_at, asked.account_id = decision, now(), account_id
    asked.password_hash = None
    try:
        session.flush()
    except IntegrityError as error:
        raise ConflictError("这份注册申请刚刚被处理；请刷新列表。", "It was just decided.") from error
    note(session, caller, decision, kind="registration", thing_id=asked.id, detail={"account_id": account_id})
