"""Several people of one organisation: its managers invite colleagues and disable them."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.access.caller import Caller
from api.accounts.onetime import OneTime
from api.accounts.people import NewAccount, change_account, create_account
from api.db.tables import Account, Organisation
from api.errors import ConflictError, ForbiddenError, NotFoundError

__all__ = ["MAX_PEOPLE", "colleagues", "disable", "invite"]

MAX_PEOPLE = 100


def colleagues(session: Session, caller: Caller) -> list[Account]:
    """Everybody of the caller's organisation, the first first; at most `MAX_PEOPLE` can sign in.

    Raises:
        ForbiddenError: the caller manages no organisation.
    """
    _manager(session, caller)
    wanted = select(Account).where(Account.organisation_id == caller.organisation_id).order_by(Account.id)
    return list(session.scalars(wanted))


def invite(session: Session, caller: Caller, login: str, display_name: str, password: OneTime) -> Account:
    """A new account of the caller's organisation and role, no manager itself.

    Raises:
        ForbiddenError: the caller manages no organisation.
        ConflictError: the login is taken, or there are `MAX_PEOPLE` already.
        InvalidError: the login cannot be used.
    """
    manager = _manager(session, caller)
    # One invitation after the other, so that the limit holds.
    session.scalar(select(Organisation.id).where(Organisation.id == manager.organisation_id).with_for_update())
    people = session.scalar(
        select(func.count())
        .select_from(Account)
        .where(Account.organisation_id == manager.organisation_id, Account.disabled_at.is_(None))
    )
    if (people or 0) >= MAX_PEOPLE:
        raise ConflictError(
            f"本单位已有 {MAX_PEOPLE} 个可用账号；请先停用不再使用的账号。", "The organisation has too many accounts."
        )
    new = NewAccount(login=login, role=caller.role, display_name=display_name, organisation_id=manager.organisation_id)
    return create_account(session, caller, new, password)


def disable(session: Session, caller: Caller, account_id: str) -> None:
    """Shut a colleague out at once, keys included; only an administrator lets it in again.

    Raises:
        ForbiddenError: the caller manages no organisation.
        NotFoundError: nobody of the caller's organisation has that id.
        ConflictError: it is the caller itself.
    """
    manager = _manager(session, caller)
    found = session.get(Account, account_id)
    if found is None or found.organisation_id != manager.organisation_id:
        raise NotFoundError(f"本单位没有编号为“{account_id[:40]}”的账号；请核对编号。", "No such colleague.")
    if found.id == manager.id:
        raise ConflictError("不能停用自己的账号；请由另一位负责人或系统管理员操作。", "You cannot disable yourself.")
    change_account(session, caller, found.id, {"disabled": True})


def _manager(session: Session, caller: Caller) -> Account:
    found = session.get_one(Account, caller.account_id)
    if not found.manager or found.organisation_id is None:
        raise ForbiddenError(
            "只有本单位负责人可以管理同事的账号；请联系负责人或系统管理员。", "Only a manager may do this."
        )
    return found
