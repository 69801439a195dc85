"""A service under test, with one account of every role."""

from dataclasses import dataclass, field
from typing import Any

from fastapi.testclient import TestClient

from api.access.keys import Scope, new_key
from api.access.roles import Role
from api.db.engine import Database
from api.db.tables import Account, ApiKey, Organisation
from api.matching.follower import IndexFollower
from api.service import Service

KINDS = {
    Role.ENTERPRISE: "enterprise",
    Role.INSTITUTION: "institution",
    Role.BROKER: "brokerage",
    Role.ORGANISER: "bureau",
    Role.ADMINISTRATOR: "bureau",
}


@dataclass
class Person:
    """An account made for a test: its key, and a client that sends it."""

    account_id: str
    organisation_id: str
    name: str
    key: str
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class World:
    """A service under test."""

    service: Service
    client: TestClient
    people: dict[str, Person]
    follower: IndexFollower

    def __getitem__(self, name: str) -> dict[str, str]:
        """Headers of a person, named by role; enterprise2 and institution2 are of other organisations."""
        return {} if name == "anonymous" else self.people[name].headers

    def index(self) -> None:
        """Let the index catch up with the database now."""
        while self.follower.step():
            pass
        self.service.matching.refresh()

    def need(self, person: str = "enterprise", *, publish: bool = True, **content: Any) -> dict[str, Any]:
        """A need of somebody's organisation."""
        return self._make(
            "needs", person, publish, {"title": "石墨电极抗氧化涂层", "problem": "高温下氧化掉渣"} | content
        )

    def achievement(self, person: str = "institution", *, publish: bool = True, **content: Any) -> dict[str, Any]:
        """An achievement of somebody's organisation."""
        given = {"title": "耐高温抗氧化涂层制备技术", "summary": "石墨电极表面涂层，1300℃不氧化"} | content
        return self._make("achievements", person, publish, given)

    def _make(self, many: str, person: str, publish: bool, content: dict[str, Any]) -> dict[str, Any]:
        answer = self.client.post(
            f"/api/v1/{many}", json={"content": content, "publish": publish}, headers=self[person]
        )
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made


def make_person(database: Database, role: Role, name: str) -> Person:
    key = new_key()
    with database.work() as session:
        organisation = Organisation(name=f"{name}单位", kind=KINDS[role], contact=f"{name}总机")
        session.add(organisation)
        session.flush()
        account = Account(login=name, display_name=name, role=role.value, organisation_id=organisation.id)
        session.add(account)
        session.flush()
        session.add(
            ApiKey(
                id=key.id,
                account_id=account.id,
                name="test",
                secret_hash=key.secret_hash,
                scopes=sorted(scope.value for scope in Scope),
            )
        )
        found = Person(account.id, organisation.id, name, key.text)
    found.headers = {"Authorization": f"Bearer {key.text}"}
    return found
