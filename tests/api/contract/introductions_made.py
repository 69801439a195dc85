"""Introductions in which the caller is a side, the broker, or nobody."""

import datetime as dt

from api.access.roles import Role
from api.db.base import now
from api.db.tables import Introduction
from matcher.records import Side
from tests.api.contract.records_made import STANDS, make_record, put_record
from tests.api.contract.scene import Scene, Thing


def make_introduction(scene: Scene, target: str, who: str, *, stage: str = "contacted") -> Thing:
    """An introduction that stands to the caller as the target says.

    `party`: a side that has accepted, as the other has, or the broker; `asked`: not yet answered; `withheld`: from the
    caller's side, or for a broker from any; `unclaimed`: of others and without a broker; `stranger`: of others with
    theirs; `hidden`: without a broker, and one record is closed to all but its owner.
    """
    role = Role(who)
    inside = target in {"party", "asked", "withheld"}
    need_owner = who if inside and role is Role.ENTERPRISE else "enterprise2"
    achievement_owner = who if inside and role is Role.INSTITUTION else "institution2"
    broker = who if inside and role is Role.BROKER and target != "withheld" else ""
    broker = "broker2" if target == "stranger" else broker
    side = "need" if role is Role.ENTERPRISE else "achievement"
    answers = "accepted" if target in {"party", "stranger"} else "waiting"
    opened = now() if answers == "accepted" else None
    signed = stage == "signed"
    with scene.service.database.work() as session:
        need = put_record(session, scene, Side.NEED, need_owner, STANDS["secret" if target == "hidden" else "public"])
        achievement = put_record(session, scene, Side.ACHIEVEMENT, achievement_owner, STANDS["public"])
        row = Introduction(
            need_id=need.id,
            achievement_id=achievement.id,
            need_owner_id=need.owner_id,
            achievement_owner_id=achievement.owner_id,
            requested_by=scene.people["broker2"].account_id,
            asked_by="broker",
            withheld=side if target == "withheld" else "",
            broker_id=scene.people[broker].account_id if broker else None,
            broker_since=now() if broker else None,
            stage=stage,
            need_answer=answers,
            achievement_answer=answers,
            opened_at=opened,
            contract_kind="技术开发" if signed else "",
            contract_cny=100_000.0 if signed else None,
            signed_on=dt.date(2025, 1, 2) if signed else None,
        )
        session.add(row)
        session.flush()
        return Thing(row.id, row.version)


def make_asked_pair(scene: Scene, target: str, who: str) -> Thing:
    """Two records to be introduced: `own`, the caller's need and a public achievement; `strangers`, both of others;
    `avoided-by-both`, a need that avoids who made the achievement; else a need of another's that stands as the target
    says, with the caller's achievement, or for those who own none with a public one.
    """
    if target == "own":
        return _pair(make_record(scene, Side.NEED, "own", who), make_record(scene, Side.ACHIEVEMENT, "public", who))
    if target == "avoided-by-both":
        return _pair(make_record(scene, Side.NEED, "avoided", who), make_record(scene, Side.ACHIEVEMENT, "own", who))
    mine = "own" if who in {"enterprise", "institution"} and target != "strangers" else "public"
    need = make_record(scene, Side.NEED, "public" if target == "strangers" else target, who)
    return _pair(need, make_record(scene, Side.ACHIEVEMENT, mine, who))


def _pair(need: Thing, achievement: Thing) -> Thing:
    return Thing(need.id, need.version, {"achievement_id": achievement.id})
