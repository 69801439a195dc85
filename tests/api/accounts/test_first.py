from sqlalchemy import select

from api.access.roles import Role
from api.accounts.first import FIRST_LOGIN, make_first_administrator
from api.db.base import Base, now
from api.db.engine import Database
from api.db.tables import Account


def test_the_first_start_makes_one_administrator_and_no_other_ever(database_url: str) -> None:
    database = Database(database_url)
    Base.metadata.create_all(database.engine)
    with database.work() as session:
        password = make_first_administrator(session)
    assert password is not None
    assert len(password) == 24
    with database.work() as session:
        account = session.scalars(select(Account)).one()
        assert (account.login, account.role, account.must_change_password) == (FIRST_LOGIN, Role.ADMINISTRATOR, True)
        assert account.password_hash is not None
        assert password not in account.password_hash
        assert make_first_administrator(session) is None
        # A disabled one counts: a restart is no way in.
        account.disabled_at = now()
    with database.work() as session:
        assert make_first_administrator(session) is None
    database.close()
