"""Pairs of records on their way, for tests."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from api.access.caller import Caller
from api.access.roles import Role
from api.db.tables import Audit, InboxItem, Organisation
from tests.api.world import World

URL = "/api/v1/introductions"
MISSING = "0" * 26


def caller_of(world: World, name: str) -> Caller:
    """Somebody as the routes would know them."""
    person = world.people[name]
    return Caller(
        role=Role(name.rstrip("2")),
        account_id=person.account_id,
        organisation_id=person.organisation_id,
        organisation_name=f"{name}单位",
        display_name=name,
    )


def ask(world: World, who: str, need: Mapping[str, Any], achievement: Mapping[str, Any], **more: Any) -> Any:
    """The answer to a request."""
    body = {"need_id": need["id"], "achievement_id": achievement["id"], **more}
    return world.client.post(URL, json=body, headers=world[who])


def asked(world: World, who: str = "enterprise", **more: Any) -> dict[str, Any]:
    """A new introduction of a new pair."""
    answer = ask(world, who, world.need(), world.achievement(), **more)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def opened(world: World, who: str = "enterprise") -> dict[str, Any]:
    """An introduction that both sides have accepted."""
    made = asked(world, who)
    for side in ("institution", "enterprise"):
        done = world.client.post(f"{URL}/{made['id']}/acceptance", headers=world[side])
        assert done.status_code == 200, done.text
    return read(world, made["id"])


def read(world: World, introduction_id: str, who: str = "enterprise") -> dict[str, Any]:
    """As somebody sees it."""
    answer = world.client.get(f"{URL}/{introduction_id}", headers=world[who])
    assert answer.status_code == 200, answer.text
    seen: dict[str, Any] = answer.json()
    return seen


def moved(world: World, introduction: Mapping[str, Any], stage: str, who: str = "enterprise", **more: Any) -> Any:
    """The answer to a change of stage from the newest version."""
    version = read(world, introduction["id"], who)["version"]
    headers = {**world[who], "If-Match": f'"{version}"'}
    return world.client.post(f"{URL}/{introduction['id']}/stage", json={"stage": stage, **more}, headers=headers)


def inbox(world: World, who: str, kind: str = "introduction") -> list[str]:
    """Subjects of what somebody was told, oldest first."""
    with world.service.database.reading() as session:
        wanted = select(InboxItem.subject).where(
            InboxItem.account_id == world.people[who].account_id, InboxItem.kind == kind
        )
        return list(session.scalars(wanted.order_by(InboxItem.created_at, InboxItem.id)))


def audited(world: World, action: str) -> list[tuple[str, str, dict[str, Any]]]:
    """Kind, thing and detail of the lines of the audit log with that action, oldest first."""
    with world.service.database.reading() as session:
        rows = session.scalars(select(Audit).where(Audit.action == action).order_by(Audit.at, Audit.id)).all()
        return [(row.kind, row.thing_id, row.detail) for row in rows]


def rename(world: World, who: str, name: str) -> None:
    """Give somebody's organisation another name."""
    with world.service.database.work() as session:
        session.get_one(Organisation, world.people[who].organisation_id).name = name
