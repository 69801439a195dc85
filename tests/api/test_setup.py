"""The first administrator, and one who lost the password."""

import pytest
from sqlalchemy import select

from api.access.passwords import verify_password
from api.access.roles import Role
from api.db.base import now
from api.db.engine import Database
from api.db.migrate import upgrade
from api.db.tables import Account, Audit, SignedIn
from api.errors import NotFoundError
from api.setup import FIRST_LOGIN, first_administrator, new_administrator_password


@pytest.fixture
def database(database_url: str) -> Database:
    database = Database(database_url, pool_size=2)
    upgrade(database)
    return database


def account(database: Database) -> Account:
    with database.reading() as session:
        return session.scalars(select(Account)).one()


def test_there_is_one_and_its_password_works_once_changed(database: Database) -> None:
    password = first_administrator(database)
    assert password is not None
    made = account(database)
    assert (made.login, made.role, made.must_change_password) == (FIRST_LOGIN, Role.ADMINISTRATOR, True)
    assert verify_password(made.password_hash, password).ok
    assert not verify_password(made.password_hash, FIRST_LOGIN).ok


def test_a_second_start_makes_none(database: Database) -> None:
    first_administrator(database)
    before = account(database).password_hash
    assert first_administrator(database) is None
    assert account(database).password_hash == before


def test_a_lost_password_is_replaced_and_everybody_signed_out(database: Database) -> None:
    first = first_administrator(database)
    with database.work() as session:
        row = session.scalars(select(Account)).one()
        row.must_change_password, row.disabled_at = False, now()
        session.add(SignedIn(token_hash="0" * 64, account_id=row.id))
    second = new_administrator_password(database, " Admin ")
    found = account(database)
    assert verify_password(found.password_hash, second).ok
    assert first is not None
    assert not verify_password(found.password_hash, first).ok
    assert (found.must_change_password, found.disabled_at) == (True, None)
    with database.reading() as session:
        assert session.scalars(select(SignedIn)).all() == []
        lines = session.scalars(select(Audit).order_by(Audit.id)).all()
    assert [line.action for line in lines] == ["first-administrator", "administrator-password"]
    assert second not in str([line.detail for line in lines])


def test_only_an_administrators(database: Database) -> None:
    first_administrator(database)
    with database.work() as session:
        session.add(Account(login="broker", role=Role.BROKER.value))
    for login in ("broker", "nobody"):
        with pytest.raises(NotFoundError, match=f"“{login}”.*{FIRST_LOGIN}"):
            new_administrator_password(database, login)
