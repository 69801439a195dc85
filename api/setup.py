"""The first start: the first administrator, with a password that works once."""

from sqlalchemy import delete, select

from api.access.caller import Caller
from api.access.onetime import new_one_time_password
from api.access.passwords import hash_password
from api.access.roles import Role
from api.audit import note
from api.db.base import now
from api.db.engine import Database
from api.db.tables import Account, SignedIn
from api.errors import NotFoundError

__all__ = ["FIRST_LOGIN", "first_administrator", "new_administrator_password"]

FIRST_LOGIN = "admin"


def first_administrator(database: Database) -> str | None:
    """Make the first administrator where the service has no account yet; its one-time password, else None.

    The password is kept nowhere but as a hash, and must be changed before anything else can be done.
    """
    password = new_one_time_password()
    hashed = hash_password(password)
    with database.work() as session:
        if session.scalar(select(Account.id).limit(1)) is not None:
            return None
        account = Account(
            login=FIRST_LOGIN,
            display_name="管理员",
            role=Role.ADMINISTRATOR.value,
            password_hash=hashed,
            must_change_password=True,
        )
        session.add(account)
        session.flush()
        note(session, Caller(), "first-administrator", kind="account", thing_id=account.id)
    return password


def new_administrator_password(database: Database, login: str) -> str:
    """A new one-time password for an administrator who lost it; the account is enabled and signed out everywhere.

    Args:
        database: of the service.
        login: of an administrator's account.

    Raises:
        NotFoundError: there is no administrator of that name.
    """
    password = new_one_time_password()
    hashed = hash_password(password)
    with database.work() as session:
        account = session.scalars(select(Account).where(Account.login == login.strip().lower())).one_or_none()
        if account is None or account.role != Role.ADMINISTRATOR:
            names = session.scalars(
                select(Account.login).where(Account.role == Role.ADMINISTRATOR.value).order_by(Account.login)
            ).all()
            raise NotFoundError(
                f"没有登录名为“{login}”的管理员；现有管理员：{'、'.join(names) or '无'}。", "No such administrator."
            )
        account.password_hash = hashed
        account.must_change_password = True
        account.disabled_at = None
        session.execute(delete(SignedIn).where(SignedIn.account_id == account.id))
        note(
            session,
            Caller(),
            "administrator-password",
            kind="account",
            thing_id=account.id,
            detail={"at": now().isoformat()},
        )
    return password
