"""A service with people of every role, and what a matrix of calls needs to know of each of them."""

from dataclasses import dataclass, field
from typing import Any

from anyio.from_thread import BlockingPortal
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx import Response
from sqlalchemy.orm import Session

from api.access.keys import Scope, new_key
from api.access.passwords import hash_password
from api.access.roles import OWNERS, Role
from api.access.tokens import csrf_token, new_token, session_cookie, token_hash
from api.db.base import new_id
from api.db.tables import Account, ApiKey, Organisation, SignedIn
from api.matching.follower import IndexFollower
from api.service import Service
from tests.api.world import KINDS

PASSWORD = "石墨电极的涂层不掉渣"  # noqa: S105
VISITOR = "visitor"


@dataclass(frozen=True)
class Member:
    """Somebody with an account and one API key."""

    role: Role
    account_id: str
    organisation_id: str | None
    key_id: str
    key: str


@dataclass(frozen=True)
class Thing:
    """What a call is about. `more` holds other parts of its path or body by name, and what its maker wants to tell."""

    id: str
    version: int = 1
    more: dict[str, Any] = field(default_factory=dict)


@dataclass
class Scene:
    """A service under test. Of every role there are three people: `broker`, `broker2` of another organisation, and
    `broker3`, a colleague of `broker`, who is a manager where the role knows managers; `broker0` is of none.
    """

    service: Service
    app: FastAPI
    follower: IndexFollower
    portal: BlockingPortal
    people: dict[str, Member] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    shared: dict[tuple[Any, ...], Thing] = field(default_factory=dict)
    absent: dict[tuple[str, str], Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.far = TestClient(self.app, raise_server_exceptions=False, follow_redirects=False)
        self.near = TestClient(
            self.app, raise_server_exceptions=False, follow_redirects=False, client=("127.0.0.1", 50_000)
        )
        self.far.portal = self.near.portal = self.portal
        self.password_hash = hash_password(PASSWORD)
        with self.service.database.work() as session:
            for role, kind in KINDS.items():
                first = self._organisation(session, f"{role}单位", kind)
                second = self._organisation(session, f"{role}另一单位", kind)
                self._person(session, role, role.value, first)
                self._person(session, role, f"{role.value}2", second)
                self._person(session, role, f"{role.value}3", first, manager=role in OWNERS)
                if role not in OWNERS:
                    self._person(session, role, f"{role.value}0", None)
            self._member(session, Role.ENTERPRISE, VISITOR, self.people["enterprise"].organisation_id)

    def headers(self, name: str) -> dict[str, str]:
        """Of a signed-in person, with the token that changes need; of nobody none."""
        if name == "anonymous":
            return {}
        if name not in self.tokens:
            self.tokens[name] = token = new_token()
            with self.service.database.work() as session:
                session.add(SignedIn(token_hash=token_hash(token), account_id=self.people[name].account_id))
        token = self.tokens[name]
        cookie = session_cookie(secure=False, max_age_s=0).name
        return {"Cookie": f"{cookie}={token}", "X-CSRF-Token": csrf_token(token, self.service.secret)}

    def key_headers(self, name: str, scopes: frozenset[Scope]) -> dict[str, str]:
        """Of somebody's key, which has these scopes from now on."""
        member = self.people[name]
        with self.service.database.work() as session:
            session.get_one(ApiKey, member.key_id).scopes = sorted(scope.value for scope in scopes)
        return {"Authorization": f"Bearer {member.key}"}

    def send(self, method: str, path: str, headers: dict[str, str], *, near: bool = False, **parts: Any) -> Response:
        """One call. No cookie of an answer is kept for the next."""
        client = self.near if near else self.far
        answer = client.request(method, path, headers={**headers, **parts.pop("headers", {})}, **parts)
        client.cookies.clear()
        return answer

    def index(self) -> None:
        """Let the index catch up with the database now."""
        while self.follower.step():
            pass
        self.service.matching.refresh()

    def member(self, session: Session, like: str) -> str:
        """A new account of somebody's role and organisation; its id."""
        person = self.people[like]
        return self._member(session, person.role, new_id(), person.organisation_id).account_id

    @staticmethod
    def _organisation(session: Session, name: str, kind: str) -> str:
        made = Organisation(name=name, kind=kind, contact=f"{name}总机")
        session.add(made)
        session.flush()
        return made.id

    def _person(
        self, session: Session, role: Role, name: str, organisation_id: str | None, *, manager: bool = False
    ) -> None:
        self.people[name] = self._member(session, role, name, organisation_id, manager=manager)

    def _member(
        self, session: Session, role: Role, login: str, organisation_id: str | None, *, manager: bool = False
    ) -> Member:
        account = Account(
            login=login, role=role.value, organisation_id=organisation_id, manager=manager,
            password_hash=self.password_hash,
        )  # fmt: skip
        session.add(account)
        session.flush()
        key = new_key()
        session.add(
            ApiKey(id=key.id, account_id=account.id, name="matrix", secret_hash=key.secret_hash, scopes=["matching"])
        )
        session.flush()
        return Member(role, account.id, organisation_id, key.id, key.text)
