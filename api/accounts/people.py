"""Accounts as administrators see them: made, changed, disabled, given a new one-time password."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from api.access.caller import Caller
from api.access.roles import OWNERS, Role
from api.accounts import browsers
from api.accounts.administrators import keep_one
from api.accounts.logins import check_login, fold_login
from api.accounts.onetime import OneTime
from api.accounts.organisations import check_fit
from api.audit import note
from api.db.base import now
from api.db.tables import Account
from api.errors import ConflictError, InvalidError, NotFoundError

__all__ = ["NewAccount", "account", "add_account", "change_account", "create_account", "listed", "reset_password"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAccount:
    """What an account is made of."""

    login: str
    role: Role
    display_name: str = ""
    organisation_id: str | None = None
    manager: bool = False


def create_account(session: Session, caller: Caller, new: NewAccount, password: OneTime) -> Account:
    """An account that signs in with that one-time password and then sets its own.

    Raises:
        InvalidError: the login, or the organisation does not fit the role.
        ConflictError: the login is taken.
    """
    made = Account(password_hash=password.hash, must_change_password=True)
    return add_account(session, caller, new, made)


def add_account(session: Session, caller: Caller, new: NewAccount, made: Account) -> Account:
    """Fill in and keep an account that already knows how it signs in; raises as `create_account`."""
    _check_role(new.role)
    made.login = check_login(new.login)
    made.display_name, made.role, made.manager = new.display_name, new.role.value, new.manager
    check_fit(session, new.role, new.organisation_id)
    _check_manager(new.role, manager=new.manager)
    made.organisation_id = new.organisation_id
    if session.scalar(select(Account.id).where(Account.login == made.login)) is not None:
        raise _taken(made.login)
    session.add(made)
    try:
        session.flush()
    except IntegrityError as error:
        raise _taken(made.login) from error
    told = {"role": made.role, "organisation_id": made.organisation_id, "manager": made.manager}
    note(session, caller, "create", kind="account", thing_id=made.id, detail=told)
    return made


def account(session: Session, account_id: str) -> Account:
    """One account, for an administrator.

    Raises:
        NotFoundError: there is none of that id.
    """
    found = session.get(Account, account_id)
    if found is None:
        raise NotFoundError(f"没有编号为“{account_id[:40]}”的账号；请核对编号。", "No such account.")
    return found


def change_account(session: Session, caller: Caller, account_id: str, changes: Mapping[str, Any]) -> Account:
    """Change some of `display_name`, `role`, `organisation_id`, `manager`, `disabled`; at once, for keys as well.

    Raises:
        NotFoundError: there is none of that id.
        ConflictError: no administrator would be left.
        InvalidError: role and organisation do not fit together.
    """
    found = account(session, account_id)
    before = {"role": found.role, "organisation_id": found.organisation_id, "manager": found.manager}
    role = Role(changes.get("role", found.role))
    _check_role(role)
    organisation_id = changes.get("organisation_id", found.organisation_id)
    if (role.value, organisation_id) != (found.role, found.organisation_id):
        check_fit(session, role, organisation_id)
    # Whoever is no longer of the owners' roles manages nothing.
    manager = changes.get("manager", found.manager and role in OWNERS)
    _check_manager(role, manager=manager)
    disabled = changes.get("disabled", found.disabled_at is not None)
    if found.role == Role.ADMINISTRATOR and found.disabled_at is None and (disabled or role is not Role.ADMINISTRATOR):
        keep_one(session, without_account=found.id)
    found.display_name = changes.get("display_name", found.display_name)
    found.role, found.organisation_id, found.manager = role.value, organisation_id, manager
    after = {"role": found.role, "organisation_id": found.organisation_id, "manager": found.manager}
    told: dict[str, Any] = {name: [before[name], after[name]] for name in before if before[name] != after[name]}
    if disabled != (found.disabled_at is not None):
        told["disabled"] = disabled
        found.disabled_at = now() if disabled else None
        if disabled:
            browsers.end_all(session, found.id)
    if "display_name" in changes:
        told["display_name"] = "changed"
    note(session, caller, "change", kind="account", thing_id=found.id, detail=told)
    return found


def reset_password(session: Session, caller: Caller, account_id: str, password: OneTime) -> Account:
    """Give an account a new one-time password; it is signed out everywhere, its keys go on working.

    Raises:
        NotFoundError: there is none of that id.
    """
    found = account(session, account_id)
    found.password_hash, found.must_change_password = password.hash, True
    browsers.end_all(session, found.id)
    note(session, caller, "password-reset", kind="account", thing_id=found.id)
    return found


def listed(*, role: Role | None, organisation_id: str | None, disabled: bool | None, name: str) -> Select[Account]:
    """Accounts by role, organisation and a part of login or name; not yet ordered or cut into pages."""
    wanted = select(Account)
    if role is not None:
        wanted = wanted.where(Account.role == role.value)
    if organisation_id is not None:
        wanted = wanted.where(Account.organisation_id == organisation_id)
    if disabled is not None:
        wanted = wanted.where(Account.disabled_at.is_not(None) if disabled else Account.disabled_at.is_(None))
    if name:
        wanted = wanted.where(
            or_(
                Account.login.contains(fold_login(name), autoescape=True),
                Account.display_name.contains(name, autoescape=True),
            )
        )
    return wanted


def _check_role(role: Role) -> None:
    if role is Role.ANONYMOUS:
        raise InvalidError("“anonymous”不是账号的身份；请选择其他身份。", "Not a role of accounts.", field="role")


def _check_manager(role: Role, *, manager: bool) -> None:
    if manager and role not in OWNERS:
        raise InvalidError(
            "只有企业和院所的账号可以是本单位负责人；请去掉 manager。",
            "Only accounts of enterprises and institutions are managers.",
            field="manager",
        )


def _taken(login: str) -> ConflictError:
    return ConflictError(f"登录名“{login[:60]}”已被使用；请换一个。", "The login is taken.")
