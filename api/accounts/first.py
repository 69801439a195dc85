"""The first administrator, made where there is none: no password that anybody knows beforehand ever works."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.access.onetime import new_one_time_password
from api.access.passwords import hash_password
from api.access.roles import Role
from api.db.tables import Account, Audit

__all__ = ["FIRST_LOGIN", "make_first_administrator"]

FIRST_LOGIN = "admin"


def make_first_administrator(session: Session) -> str | None:
    """Make the account `FIRST_LOGIN` where there is no administrator, in the transaction of `session`.

    A disabled administrator counts: who can write the database by hand can enable it, nobody gets in by a restart.

    Returns:
        its one-time password, which is kept nowhere, to be shown once; None where there is an administrator already.

    Raises:
        IntegrityError: another process made it at the same moment, or the login is somebody else's.
    """
    if session.scalar(select(Account.id).where(Account.role == Role.ADMINISTRATOR.value).limit(1)) is not None:
        return None
    password = new_one_time_password()
    account = Account(
        login=FIRST_LOGIN,
        display_name="系统管理员",
        role=Role.ADMINISTRATOR.value,
        organisation_id=None,
        password_hash=hash_password(password),
        must_change_password=True,
    )
    session.add(account)
    session.flush()
    session.add(
        Audit(account_id=None, organisation_id=None, key_id=None, action="create", kind="account", thing_id=account.id)
    )
    return password
