"""Records of every state and visibility, and what hangs on them: evaluations, places in showcases."""

import datetime as dt
from typing import Any

from sqlalchemy.orm import Session

from api.access.roles import Role
from api.db.base import new_id, now
from api.db.tables import Evaluation, Grant, Introduction, Organisation, RecordRow, Showcase, ShowcaseItem
from api.records.states import State
from api.records.store import Draft, RecordStore
from api.schemas.record_bodies import AchievementBody, NeedBody
from matcher.records import Side, Tier
from tests.api.contract.scene import Scene, Thing

STANDS = {
    "own": (State.PUBLISHED, Tier.SECRET),
    "own-by-others": (State.PUBLISHED, Tier.SECRET),
    "public": (State.PUBLISHED, Tier.PUBLIC),
    "registered": (State.PUBLISHED, Tier.REGISTERED),
    "restricted": (State.PUBLISHED, Tier.RESTRICTED),
    "secret": (State.PUBLISHED, Tier.SECRET),
    "draft": (State.DRAFT, Tier.PUBLIC),
    "review": (State.REVIEW, Tier.PUBLIC),
    "review-secret": (State.REVIEW, Tier.SECRET),
    "withdrawn": (State.WITHDRAWN, Tier.PUBLIC),
    "deleted": (State.PUBLISHED, Tier.PUBLIC),
    "opened": (State.PUBLISHED, Tier.SECRET),
    "avoided": (State.PUBLISHED, Tier.PUBLIC),
}
"""State and visibility of the record of each target."""
_OF_THE_CALLER = frozenset({"own", "own-by-others", "deleted"})
_OTHER = {Side.NEED: "enterprise2", Side.ACHIEVEMENT: "institution2"}
TITLES = {Side.NEED: "石墨电极抗氧化涂层", Side.ACHIEVEMENT: "耐高温抗氧化涂层制备技术"}


def put_record(
    session: Session, scene: Scene, side: Side, owner: str, stands: tuple[State, Tier], **content: Any
) -> RecordRow:
    """A record of somebody's organisation, in a state and with a visibility."""
    state, visibility = stands
    organisation = session.get_one(Organisation, scene.people[owner].organisation_id)
    body = (NeedBody if side is Side.NEED else AchievementBody)(title=TITLES[side], visibility=visibility, **content)
    draft = Draft(record=body.to_record(organisation.name), owner_id=organisation.id)
    return RecordStore(session, scene.people[owner].account_id).create(draft, state=state)


def make_record(scene: Scene, side: Side, target: str, who: str) -> Thing:
    """A record that stands to the caller as the target says."""
    base = "enterprise" if who == "anonymous" else who
    owner = base if target in _OF_THE_CALLER else _OTHER[side]
    content: dict[str, Any] = {}
    with scene.service.database.work() as session:
        if target == "avoided":
            content["blocked_orgs"] = [session.get_one(Organisation, scene.people[base].organisation_id).name]
        row = put_record(session, scene, side, owner, STANDS[target], **content)
        if target == "deleted":
            RecordStore(session, None).delete(row)
        if target == "opened":
            _open(session, scene, row, base)
        return Thing(row.id, row.version, {"state": row.state, "owner": owner, "side": side})


def _open(session: Session, scene: Scene, row: RecordRow, who: str) -> None:
    """As an accepted introduction does: to an organisation, or to a broker."""
    member = scene.people[who]
    partner = put_record(session, scene, _partner(row), "institution", STANDS["public"])
    pair = (row, partner) if row.side == Side.NEED else (partner, row)
    introduction = Introduction(
        need_id=pair[0].id,
        achievement_id=pair[1].id,
        need_owner_id=pair[0].owner_id,
        achievement_owner_id=pair[1].owner_id,
        requested_by=member.account_id,
        asked_by="need",
        opened_at=now(),
    )
    session.add(introduction)
    session.flush()
    to = (
        {"account_id": member.account_id} if member.role is Role.BROKER else {"organisation_id": member.organisation_id}
    )
    session.add(Grant(record_id=row.id, introduction_id=introduction.id, **to))


def _partner(row: RecordRow) -> Side:
    return Side.ACHIEVEMENT if row.side == Side.NEED else Side.NEED


def make_evaluated(scene: Scene, target: str, who: str) -> Thing:
    """An achievement with an evaluation: entered by its owner where it is the caller's own, else by staff."""
    record = make_record(scene, Side.ACHIEVEMENT, target, who)
    with scene.service.database.work() as session:
        evaluation = Evaluation(
            achievement_id=record.id,
            evaluator="某评价中心",
            evaluated_on=dt.date(2025, 1, 2),
            technical=80,
            by_owner=target in {"own", "deleted"},
            created_by=scene.people["organiser2"].account_id,
        )
        session.add(evaluation)
        session.flush()
        return Thing(record.id, record.version, {**record.more, "evaluation_id": evaluation.id})


def make_showcase(scene: Scene, target: str, _who: str) -> Thing:
    """A showcase with one public achievement on it; its id is its address."""
    item = make_record(scene, Side.ACHIEVEMENT, "public", "anonymous")
    slug = f"s-{new_id()}"
    with scene.service.database.work() as session:
        showcase = Showcase(slug=slug, title="重点成果", published_at=now() if target == "published" else None)
        session.add(showcase)
        session.flush()
        session.add(ShowcaseItem(showcase_id=showcase.id, record_id=item.id, place=1))
    return Thing(slug, 1, {"item": item.id})


def make_place(scene: Scene, target: str, who: str) -> Thing:
    """A record that is not yet on a published showcase."""
    record, showcase = make_record(scene, Side.ACHIEVEMENT, target, who), make_showcase(scene, "published", who)
    return Thing(record.id, 1, {**record.more, "slug": showcase.id})


def make_listed(scene: Scene, target: str, who: str) -> Thing:
    """A record that is on a published showcase."""
    place = make_place(scene, target, who)
    with scene.service.database.work() as session:
        showcase = session.query(Showcase).filter_by(slug=place.more["slug"]).one()
        session.add(ShowcaseItem(showcase_id=showcase.id, record_id=place.id, place=2))
    return place
