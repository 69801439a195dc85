"""Which fairs a caller may know of: those of its organisation, or its own where it is of none."""

from collections.abc import Iterable, Mapping

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from api.access.caller import Caller
from api.db.base import now
from api.db.tables import Account, Fair
from api.errors import ChangedError, NotFoundError

__all__ = ["account_names", "check_version", "find_fair", "mine", "touch"]


def mine(caller: Caller) -> ColumnElement[bool]:
    """The condition on `Fair`; the caller's role is asked by the route."""
    if caller.organisation_id is not None:
        return Fair.owner_id == caller.organisation_id
    return and_(Fair.owner_id.is_(None), Fair.created_by == (caller.account_id or ""))


def find_fair(session: Session, caller: Caller, fair_id: str, *, lock: bool = False) -> Fair:
    """A fair of the caller's; `lock` until the end of the transaction.

    Raises:
        NotFoundError: there is none, or it is another organisation's.
    """
    wanted = select(Fair).where(Fair.id == fair_id, mine(caller))
    found = session.scalars(wanted.with_for_update() if lock else wanted).one_or_none()
    if found is None:
        raise NotFoundError(f"没有编号为“{fair_id[:40]}”的对接会；请核对编号。", "No such fair.")
    return found


def check_version(fair: Fair, expected: int) -> None:
    """Raises ChangedError where somebody changed the fair since the caller read it."""
    if fair.version != expected:
        raise ChangedError(f"对接会“{fair.name[:40]}”已被他人修改；请重新读取，确认后再提交。", "The fair was changed.")


def touch(fair: Fair, *, inputs: bool = False) -> None:
    """Count a change; `inputs` where the current plan does not know of it."""
    fair.version += 1
    fair.updated_at = now()
    if inputs:
        fair.inputs += 1


def account_names(session: Session, ids: Iterable[str]) -> Mapping[str, str]:
    """How accounts are called, by id."""
    rows = session.execute(select(Account.id, Account.display_name, Account.login).where(Account.id.in_(set(ids))))
    return {account_id: name or login for account_id, name, login in rows}
