"""Accounts and what belongs to one of them or to an organisation: keys, sign-ins, registrations."""

from sqlalchemy.orm import Session

from api.access.keys import new_key
from api.access.tokens import new_token, token_hash
from api.accounts.browsers import browser_id
from api.db.base import new_id
from api.db.tables import Account, AllowedHost, ApiKey, Organisation, Registration, SignedIn
from tests.api.contract.scene import VISITOR, Scene, Thing


def owner_of(target: str, who: str) -> str:
    """Whose a thing is: the caller's, a colleague's in the same organisation, or somebody's of another."""
    base = "enterprise" if who == "anonymous" else who.rstrip("23")
    return {"own": base, "colleague": f"{base}3", "other": f"{base}2"}[target]


def make_account(scene: Scene, target: str, who: str) -> Thing:
    """An account: the caller's own, or a new one of its organisation or another."""
    if target == "own":
        return Thing(scene.people[who].account_id)
    with scene.service.database.work() as session:
        return Thing(scene.member(session, owner_of(target, who)))


def make_colleague(scene: Scene, target: str, who: str) -> Thing:
    """An account a manager may disable (`managed`, `member`), or one of another organisation."""
    return make_account(scene, "other" if target == "other" else "colleague", who)


def make_account_key(scene: Scene, target: str, who: str) -> Thing:
    """A key with its account in the path; `mismatch`: with another's account."""
    key = make_key(scene, "other", who)
    named = owner_of("colleague" if target == "mismatch" else "other", who)
    return Thing(key.id, 1, {"account_id": scene.people[named].account_id})


def make_key(scene: Scene, target: str, who: str) -> Thing:
    """An API key."""
    made = new_key()
    account_id = scene.people[owner_of(target, who)].account_id
    with scene.service.database.work() as session:
        # Not more of them than an account may have, however often this is asked for.
        for key in session.query(ApiKey).filter_by(account_id=account_id, name="made"):
            session.delete(key)
        session.add(
            ApiKey(
                id=made.id, account_id=account_id, name="made", secret_hash=made.secret_hash, scopes=["records:read"]
            )
        )
    return Thing(made.id)


def make_sign_in(scene: Scene, target: str, who: str) -> Thing:
    """A sign-in in another browser."""
    with scene.service.database.work() as session:
        row = SignedIn(token_hash=token_hash(new_token()), account_id=scene.people[owner_of(target, who)].account_id)
        session.add(row)
        session.flush()
        return Thing(browser_id(row))


def make_password(scene: Scene, _target: str, who: str) -> Thing:
    """The passwords that all people have at first, where one was changed."""
    with scene.service.database.work() as session:
        for login in (who, VISITOR):
            for account in session.query(Account).filter_by(login=login):
                account.password_hash = scene.password_hash
    return Thing("-")


def make_organisation(scene: Scene, target: str, who: str) -> Thing:
    """The caller's own organisation, or another one."""
    if target != "other":
        return Thing(str(scene.people[who].organisation_id))
    with scene.service.database.work() as session:
        return Thing(_organisation(session))


def _organisation(session: Session) -> str:
    made = Organisation(name=f"某单位{new_id()}", kind="enterprise", contact="总机")
    session.add(made)
    session.flush()
    return made.id


def make_registration(scene: Scene, _target: str, _who: str) -> Thing:
    """One that waits for an administrator."""
    name = new_id()
    with scene.service.database.work() as session:
        row = Registration(
            login=name, role="enterprise", organisation_name=f"新单位{name}", password_hash=scene.password_hash
        )
        session.add(row)
        session.flush()
        return Thing(row.id)


def make_host(scene: Scene, _target: str, _who: str) -> Thing:
    """A host on the administrator's list."""
    host = f"h{new_id()}.example.cn"
    with scene.service.database.work() as session:
        session.add(AllowedHost(host=host))
    return Thing(host)
