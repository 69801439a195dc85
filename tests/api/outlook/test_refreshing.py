"""What changed is looked at again, in slices that may be cut off anywhere, and nothing of what is over stays."""

import datetime as dt
import os
import pickle
import signal
import subprocess
import sys
from typing import Any

import pytest
from sqlalchemy import delete, func, select, update

from api.db.base import now
from api.db.tables import IndexQueue, Outlook, OutlookQueue, RecordRow, StandingPair
from api.outlook import refreshing
from api.outlook.reading import freshness, outlooks
from api.outlook.reconciling import reconcile
from api.outlook.refreshing import refresh
from matcher.records import Side
from tests.api.outlook.standing import (
    FITS,
    NEAR_IT,
    STRANGE,
    WANTS,
    ids,
    kept,
    looked_at,
    pairs,
    send,
    shown,
    work,
)
from tests.api.world import World


def waiting(world: World) -> int:
    with world.service.database.reading() as session:
        return session.scalar(select(func.count()).select_from(OutlookQueue)) or 0


def content(**more: Any) -> dict[str, Any]:
    return {"content": more}


def test_a_new_need_is_looked_at_with_the_eyes_of_two_tiers(world: World) -> None:
    fits, _ = world.achievement(**FITS), world.achievement(**STRANGE)
    secretive = world.achievement(visibility=3, **FITS)
    need = world.need(**WANTS)
    assert work(world) >= 4
    assert waiting(world) == 0
    registered, restricted = looked_at(world, need, 2), looked_at(world, need, 3)
    assert (registered.fitting, registered.best_level, registered.none_fits) == (1, 3, False)
    assert (restricted.fitting, restricted.best_level, restricted.fields) == (2, 3, "|G3|")
    assert pairs(world) == sorted([ids(need, fits), ids(need, secretive)])
    with world.service.database.reading() as session:
        (found,) = outlooks(session)
        fresh = freshness(session)
    assert (found.need_id, found.plan_codes, found.best_level, found.fitting) == (need["id"], ("G3",), 3, 2)
    assert (fresh.needs, fresh.waiting, fresh.changes, fresh.oldest) == (1, 0, 0, restricted.looked_at)


def test_a_changed_need_is_looked_at_again_and_shows_nothing_meanwhile(world: World) -> None:
    need, fits = world.need(**WANTS), world.achievement(**FITS)
    work(world)
    assert shown(world) == [ids(need, fits)]
    send(world, "enterprise", "PUT", need, **content(title="冬小麦抗旱", problem="小麦需要节水"))
    assert shown(world) == []
    with world.service.database.reading() as session:
        assert list(outlooks(session)) == []
        assert freshness(session).waiting == 1
    work(world)
    assert (looked_at(world, need).need_version, looked_at(world, need).fitting) == (2, 0)
    assert pairs(world) == []


@pytest.mark.parametrize("path", ["/state", ""])
def test_a_pair_whose_achievement_is_withdrawn_or_deleted_is_gone_at_once(world: World, path: str) -> None:
    need, fits = world.need(**WANTS), world.achievement(**FITS)
    work(world)
    assert shown(world) == [ids(need, fits)]
    if path:
        send(world, "institution", "POST", fits, path=path, state="withdrawn")
    else:
        send(world, "institution", "DELETE", fits)
    assert shown(world) == []
    work(world)
    assert pairs(world) == []
    assert (looked_at(world, need).fitting, looked_at(world, need, 2).open_fit) == (0, False)


def test_a_withdrawn_need_is_forgotten(world: World) -> None:
    need, fits = world.need(**WANTS), world.achievement(**FITS)
    work(world)
    send(world, "enterprise", "POST", need, path="/state", state="withdrawn")
    assert shown(world) == []
    work(world)
    assert kept(world, need) is kept(world, need, 2) is None
    send(world, "enterprise", "POST", need, path="/state", version=2, state="published")
    work(world)
    assert shown(world) == [ids(need, fits)]


def test_a_new_achievement_touches_the_needs_it_leads_to_and_no_others(world: World) -> None:
    need, other = world.need(**WANTS), world.need(title="冬小麦抗旱", problem="小麦需要节水")
    work(world)
    before = looked_at(world, other).looked_at
    fits = world.achievement(**FITS)
    work(world)
    assert looked_at(world, need).fitting == 1
    assert shown(world) == [ids(need, fits)]
    assert looked_at(world, other).looked_at == before


def test_a_changed_achievement_leaves_the_needs_it_stood_with(world: World) -> None:
    need, fits = world.need(**WANTS), world.achievement(**FITS)
    work(world)
    send(world, "institution", "PUT", fits, **content(**STRANGE))
    assert shown(world) == []
    work(world)
    assert (looked_at(world, need).fitting, pairs(world)) == (0, [])


def test_own_achievements_and_avoided_organisations_do_not_count(world: World) -> None:
    need = world.need(**WANTS, blocked_orgs=["institution2单位"])
    world.achievement("institution2", **FITS)
    # Avoided by the name that is written in it, too.
    world.achievement("institution", **FITS, org="institution2单位材料学院")
    world.achievement("enterprise", **FITS)
    work(world)
    assert pairs(world) == []
    owners = looked_at(world, need, 2)
    assert (owners.best_level, owners.fitting, owners.none_fits) == (0, 0, True)
    # Brokers and staff who search find the three, which are one work: their figures must not tell that it is avoided.
    others = looked_at(world, need, 3)
    assert (others.best_level >= 3, others.fitting, others.none_fits) == (True, 1, False)
    assert owners.open_fit
    assert others.open_fit


def test_a_re_post_stands_for_one_that_does_not_count(world: World) -> None:
    need = world.need(**WANTS, blocked_orgs=["institution2单位"])
    first, second = world.achievement("institution2", **FITS), world.achievement("institution", **FITS)
    work(world)
    with world.service.matching.use() as matcher:
        assert matcher.side(Side.ACHIEVEMENT).cluster(first["id"]) == (first["id"], second["id"])
    assert shown(world) == [ids(need, second)]
    assert looked_at(world, need, 2).fitting == 1


def test_what_only_its_owner_sees_is_looked_at_for_its_owner_alone(world: World) -> None:
    need = world.need(visibility=4, **WANTS)
    world.achievement(**FITS)
    work(world)
    assert looked_at(world, need, 2).fitting == 1
    assert kept(world, need, 3) is None
    assert pairs(world) == []
    with world.service.database.reading() as session:
        assert list(outlooks(session)) == []
        assert freshness(session).needs == 0


def test_no_text_goes_into_a_question_that_the_tier_may_not_read(world: World) -> None:
    closed = world.need(title="涂层", problem=WANTS["problem"], tiers={"description": 3})
    world.achievement(**FITS)
    work(world)
    # The title alone is not worth a level 3; with the description, that brokers read, it is.
    plain = world.need("enterprise2", title="涂层", problem=WANTS["problem"])
    bare = world.need("enterprise2", title="涂层", problem="")
    work(world)
    assert looked_at(world, closed, 2).best_fit == pytest.approx(looked_at(world, bare, 2).best_fit)
    assert looked_at(world, closed, 3).best_fit == pytest.approx(looked_at(world, plain, 3).best_fit)
    assert looked_at(world, bare, 2).best_fit < looked_at(world, plain, 3).best_fit


def test_a_slice_is_bounded_and_the_next_goes_on(world: World) -> None:
    made = [world.need(**WANTS) for _ in range(20)]
    world.index()
    assert refresh(world.service, slice_s=0.0) == 8
    with world.service.database.reading() as session:
        assert freshness(session).waiting == 12
    assert [refresh(world.service, slice_s=0.0) for _ in range(3)] == [8, 4, 0]
    assert all(kept(world, need) for need in made)


def test_many_changed_achievements_ask_every_need_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refreshing, "_MANY", 3)
    needs = [world.need(**WANTS), world.need(title="冬小麦抗旱", problem="小麦需要节水")]
    work(world)
    before = [looked_at(world, need).looked_at for need in needs]
    monkeypatch.setattr(refreshing, "led_to", lambda *_: pytest.fail("followed one by one"))
    for _ in range(3):
        world.achievement(**FITS)
    work(world)
    assert all(looked_at(world, need).looked_at > at for need, at in zip(needs, before, strict=True))
    assert waiting(world) == 0


def test_what_the_index_has_not_taken_in_waits(world: World) -> None:
    need = world.need(**WANTS)
    work(world)
    world.achievement(**FITS)
    assert refresh(world.service) == 0
    assert waiting(world) == 1
    work(world)
    assert looked_at(world, need).fitting == 1


def test_an_achievement_that_the_index_lost_waits_a_minute(world: World) -> None:
    need = world.need(**WANTS)
    work(world)
    world.achievement(**FITS)
    # As after the loss of the index's newest part: it is not queued, and not in it.
    with world.service.database.work() as session:
        session.execute(delete(IndexQueue))
    refresh(world.service)
    assert waiting(world) == 1
    world.follower.reconcile()
    world.index()
    assert refresh(world.service) == 0
    while refresh(world.service, now() + dt.timedelta(seconds=61)):
        pass
    assert looked_at(world, need).fitting == 1


def test_lost_and_old_outlooks_are_mended(world: World) -> None:
    need, closed, fits = world.need(**WANTS), world.need(visibility=4, **NEAR_IT), world.achievement(**FITS)
    work(world)
    assert reconcile(world.service) == 0
    with world.service.database.work() as session:
        session.execute(delete(Outlook))
        session.execute(delete(StandingPair))
    assert reconcile(world.service) == 2
    assert reconcile(world.service) == 0
    work(world)
    assert pairs(world) == [ids(need, fits)]
    # A day on, what no achievement leads to; a week on, all.
    assert reconcile(world.service, now() + dt.timedelta(days=2)) == 1
    assert reconcile(world.service, now() + dt.timedelta(days=8)) == 1
    work(world)
    with world.service.database.work() as session:
        session.execute(update(RecordRow).where(RecordRow.id == closed["id"]).values(state="expired"))
    assert reconcile(world.service) == 1
    assert kept(world, closed, 2) is None


DYING = """
import os, pickle, signal, sys
from api.db.engine import Database
from api.outlook import refreshing
from api.service import Service
from matcher.config import Settings
from matcher.live.reader import LiveReader
from tests.toy import toy_models
settings, place, calls = pickle.loads(sys.stdin.buffer.read())
service = Service.of(settings, Settings(), Database(settings.database))
service.matching.read_with(LiveReader(settings.index_folder, Settings(), models=toy_models()))
there = getattr(refreshing, place)
def dying(*given, **named):
    global calls
    calls -= 1
    if calls < 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return there(*given, **named)
setattr(refreshing, place, dying)
refreshing.refresh(service, slice_s=600.0)
"""


def test_a_worker_that_is_killed_in_the_middle_of_a_slice_loses_nothing(world: World) -> None:
    needs = [world.need(**WANTS) for _ in range(10)]
    achievements = [world.achievement(**FITS), world.achievement("institution2", **NEAR_FIT)]
    world.index()
    # While a need is asked, and inside the transaction that stores what came of an achievement or a need.
    for place, calls in (("ask", 3), ("done", 1)):
        given = pickle.dumps((world.service.settings, place, calls))
        ended = subprocess.run([sys.executable, "-c", DYING], input=given, env={**os.environ}, check=False)
        assert ended.returncode == -signal.SIGKILL, place
        with world.service.database.reading() as session:
            queued = set(session.scalars(select(OutlookQueue.record_id)))
            done = {row.need_id for row in session.scalars(select(Outlook))}
        assert {need["id"] for need in needs} <= queued | done
        assert queued >= {made["id"] for made in achievements}
    work(world)
    assert waiting(world) == 0
    found = {(row.need_id, row.tier): row.fitting for row in _all(world)}
    assert found == {(need["id"], tier): 1 for need in needs for tier in (2, 3)}
    assert pairs(world) == sorted(ids(need, achievements[0]) for need in needs)


NEAR_FIT: dict[str, Any] = {"title": "冬小麦节水", "summary": "小麦育种"}


def _all(world: World) -> list[Outlook]:
    with world.service.database.reading() as session:
        return list(session.scalars(select(Outlook)))


def test_both_sides_are_watched(world: World) -> None:
    need, achievement = world.need(publish=False), world.achievement()
    with world.service.database.reading() as session:
        found = {row.record_id: row.side for row in session.scalars(select(OutlookQueue))}
    assert found == {need["id"]: Side.NEED, achievement["id"]: Side.ACHIEVEMENT}
    work(world)
    assert kept(world, need) is None
