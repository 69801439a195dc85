"""New records reach those who watch for them: once, and only those who may know of them."""

import dataclasses
import datetime as dt

import pytest
from sqlalchemy import func, select

from api.access.keys import Scope, new_key
from api.access.roles import Role
from api.db.tables import Account, ApiKey, Audit, Introduction, Recommendation, WatchQueue
from api.records.states import State
from api.records.store import Draft, RecordStore
from api.subscriptions import finding
from api.subscriptions.finding import find_new
from matcher.rank.gates import failed
from matcher.records import Achievement, Side
from tests.api.subscriptions.watching import API, found, inbox, move, refuse, subscribe, told, work
from tests.api.world import World, make_person

TEXT = "石墨电极抗氧化涂层，在1300℃高温下使用不掉渣，降低电极消耗"
NEED = {"title": "石墨电极抗氧化涂层", "problem": TEXT}
ACHIEVEMENT = {"title": "石墨电极抗氧化涂层", "summary": TEXT}
OTHER = {"title": "冬小麦抗旱新品种", "summary": "黄淮海地区节水高产小麦育种"}


def colleague(world: World, person: str) -> str:
    """Another account of somebody's organisation, under the name returned."""
    name = f"{person}同事"
    made = make_person(world.service.database, Role.ENTERPRISE, name)
    with world.service.database.work() as session:
        session.get_one(Account, made.account_id).organisation_id = world.people[person].organisation_id
    world.people[name] = dataclasses.replace(made, organisation_id=world.people[person].organisation_id)
    return name


def test_an_own_need_hears_of_a_new_achievement_once(world: World) -> None:
    need = world.need(**NEED)
    made = subscribe(world, "enterprise", record_id=need["id"])
    assert (made["looks_for"], made["min_level"], made["digest"]) == ("achievement", 3, "instant")
    assert work(world) == 0
    good, _ = world.achievement(**ACHIEVEMENT), world.achievement(**OTHER)
    assert work(world) == 1
    (item,) = inbox(world, "enterprise")
    (line,) = item["body"]["items"]
    assert (item["kind"], line["record_id"], line["title"]) == ("recommendation", good["id"], good["content"]["title"])
    assert line["level"] >= 3
    assert good["content"]["title"] in item["subject"]
    assert line["reason"]
    # Neither another round nor a new version tells it again; what is listed follows the new version.
    assert work(world) == 0
    changed = {"content": {**ACHIEVEMENT, "title": "石墨电极抗氧化涂层技术"}}
    headers = {**world["institution"], "If-Match": '"1"'}
    url = f"{API}/achievements/{good['id']}"
    assert world.client.put(url, json=changed, headers=headers).status_code == 200
    assert work(world) == 0
    assert told(world, "enterprise") == [good["id"]]
    (listed,) = found(world, "enterprise")
    assert listed["title"] == "石墨电极抗氧化涂层技术"
    assert listed["reason"]
    assert inbox(world, "institution") == inbox(world, "enterprise2") == []


def test_an_own_achievement_hears_of_a_new_need(world: World) -> None:
    achievement = world.achievement(**ACHIEVEMENT)
    subscribe(world, "institution", record_id=achievement["id"])
    need = world.need(**NEED)
    assert work(world) == 1
    assert told(world, "institution") == [need["id"]]


def test_saved_searches_of_both_sides(world: World) -> None:
    subscribe(world, "broker", text=TEXT, min_level=2, looks_for="need")
    subscribe(world, "broker", text=TEXT, min_level=2)
    need, achievement = world.need(**NEED), world.achievement(**ACHIEVEMENT)
    assert work(world) == 2
    assert told(world, "broker") == sorted([need["id"], achievement["id"]])


def test_what_is_found_is_what_an_explanation_of_every_pair_says(world: World) -> None:
    need = world.need(**NEED, region_scope=[{"name": "河南省", "code": "410000"}])
    subscribe(world, "enterprise", record_id=need["id"], min_level=2)
    texts = (TEXT, f"{TEXT}，耐磨", TEXT[:15], f"{TEXT[:20]}，小麦", "小麦育种")
    for number, text in enumerate(texts):
        for region in (None, {"name": "开封市", "code": "410200"}, {"name": "武汉市", "code": "420100"}):
            name = region["name"] if region else ""
            world.achievement(title=ACHIEVEMENT["title"], summary=f"{text}{number}{name}", region=region)
    work(world)
    with world.service.matching.use() as matcher:
        side, wanted = matcher.side(Side.ACHIEVEMENT), matcher.side(Side.NEED).records[0]
        pairs = matcher.explain(wanted, side.ids)
        hard = frozenset(matcher.settings.hard_gates)
        expected = {m.achievement_id for m in pairs if m.level >= 2 and not failed(m.gates, hard)}
        excluded = {m.achievement_id for m in pairs if m.level >= 2 and failed(m.gates, hard)}
    assert expected
    assert excluded
    got = {item["record_id"] for item in found(world, "enterprise")}
    assert got <= expected
    # Of the copies of one text one is told.
    assert sorted(map(side.canonical, got)) == sorted({side.canonical(i) for i in expected})


def test_the_own_need_asks_with_its_confidential_text(world: World) -> None:
    for detail in (TEXT, ""):
        need = world.need(title="石墨电极涂层", problem="面议", confidential_detail=detail)
        subscribe(world, "enterprise", record_id=need["id"], min_level=2, name=f"保密详情：{detail}")
    good = world.achievement(**ACHIEVEMENT, confidential_detail="暗号乙配方", contact="暗号丙电话")
    work(world)
    (item,) = inbox(world, "enterprise")
    assert item["body"]["subscription"].startswith(f"保密详情：{TEXT}")
    assert item["body"]["items"][0]["record_id"] == good["id"]
    for secret in ("暗号乙", "暗号丙"):
        assert secret not in str(inbox(world, "enterprise"))


def test_nothing_of_a_confidential_text_reaches_the_other_side(world: World) -> None:
    achievement = world.achievement(**ACHIEVEMENT)
    subscribe(world, "institution", record_id=achievement["id"], min_level=2)
    world.need(title="石墨电极涂层", problem="面议", confidential_detail=TEXT)
    assert work(world) == 0
    open_need = world.need(**NEED, confidential_detail="暗号甲客户")
    assert work(world) == 1
    assert told(world, "institution") == [open_need["id"]]
    assert "暗号甲" not in str(inbox(world, "institution"))


def test_own_drafts_withdrawn_and_expired_records_are_not_told(world: World) -> None:
    subscribe(world, "institution", text=TEXT, min_level=2, name="自己的")
    subscribe(world, "enterprise", text=TEXT, min_level=2)
    draft = world.achievement("institution", publish=False, **ACHIEVEMENT)
    gone = world.achievement("institution", **ACHIEVEMENT)
    world.achievement("institution", **ACHIEVEMENT, valid_until="2020-01-01")
    move(world, "institution", gone, "withdrawn")
    assert work(world) == 0
    move(world, "institution", draft, "published")
    assert work(world) == 1
    assert told(world, "enterprise") == [draft["id"]]
    assert inbox(world, "institution") == []


def test_closed_records_go_to_those_who_may_know_of_them(world: World) -> None:
    for person in ("enterprise", "broker"):
        subscribe(world, person, text=TEXT, min_level=2)
    closed = world.achievement(**ACHIEVEMENT, visibility=3)
    secret = world.achievement(**ACHIEVEMENT, visibility=4)
    assert work(world) == 1
    assert told(world, "broker") == [closed["id"]]
    assert inbox(world, "enterprise") == []
    assert found(world, "enterprise") == []
    with world.service.database.reading() as session:
        reads = session.scalars(select(Audit).where(Audit.action == "read", Audit.thing_id == closed["id"])).all()
        assert world.people["broker"].account_id in {line.account_id for line in reads}
        left = session.scalars(select(WatchQueue.record_id)).all()
    assert left == []
    assert secret["id"] not in told(world, "broker")


def test_conditions_of_a_saved_search(world: World) -> None:
    subscribe(world, "enterprise", text=TEXT, min_level=2, filters={"regions": ["410000"], "stated": True})
    near = world.achievement(**ACHIEVEMENT, region={"name": "开封市", "code": "410200"})
    world.achievement(**ACHIEVEMENT, region={"name": "武汉市", "code": "420100"})
    world.achievement(**ACHIEVEMENT)
    work(world)
    assert told(world, "enterprise") == [near["id"]]


def test_whoever_would_rather_not_meet_is_not_offered(world: World) -> None:
    achievement = world.achievement(**ACHIEVEMENT)
    subscribe(world, "institution", record_id=achievement["id"])
    world.need(**NEED, blocked_orgs=["institution单位"])
    assert work(world) == 0


def test_what_a_colleague_refused_is_not_told(world: World) -> None:
    other = colleague(world, "enterprise")
    subscribe(world, other, text=TEXT, min_level=2)
    good = world.achievement(**ACHIEVEMENT)
    work(world)
    (first,) = found(world, other)
    refuse(world, other, first["id"])
    # The subscription is deleted, the refusal stays.
    url = f"{API}/subscriptions/{first['subscription_id']}"
    assert world.client.delete(url, headers=world[other]).status_code == 204
    for person in ("enterprise", "enterprise2", other):
        subscribe(world, person, text=TEXT, min_level=2)
    headers = {**world["institution"], "If-Match": '"1"'}
    url = f"{API}/achievements/{good['id']}"
    assert world.client.put(url, json={"content": {**ACHIEVEMENT, "level": "领先"}}, headers=headers).status_code == 200
    assert work(world) == 1
    assert told(world, "enterprise2") == [good["id"]]
    assert inbox(world, "enterprise") == []


@pytest.mark.parametrize("stage", ["new", "lost"])
def test_an_introduced_pair_is_not_recommended(world: World, stage: str) -> None:
    need = world.need(**NEED)
    watched = subscribe(world, "enterprise", record_id=need["id"])
    search = subscribe(world, "enterprise", text=TEXT, min_level=2)
    good = world.achievement(**ACHIEVEMENT)
    people = world.people
    with world.service.database.work() as session:
        session.add(
            Introduction(
                need_id=need["id"],
                achievement_id=good["id"],
                need_owner_id=people["enterprise"].organisation_id,
                achievement_owner_id=people["institution"].organisation_id,
                requested_by=people["enterprise"].account_id,
                asked_by="need",
                stage=stage,
            )
        )
    work(world)
    assert found(world, "enterprise", subscription=watched["id"]) == []
    # A search is another question; only what came to nothing is kept from it.
    assert len(found(world, "enterprise", subscription=search["id"])) == (stage == "new")


def test_a_repost_is_told_once(world: World) -> None:
    subscribe(world, "enterprise", text=TEXT, min_level=2)
    first = world.achievement(**ACHIEVEMENT)
    assert work(world) == 1
    world.achievement("institution2", title=ACHIEVEMENT["title"], summary=f"{TEXT[:9]} {TEXT[9:]}")
    assert work(world) == 0
    # Two at once are told once, too.
    for person in ("institution", "institution2"):
        world.achievement(person, title="石墨电极抗氧化涂层涂料", summary=TEXT)
    assert work(world) == 1
    assert len(told(world, "enterprise")) == 2
    assert first["id"] in told(world, "enterprise")


def test_paused_and_orphaned_subscriptions_sleep(world: World) -> None:
    need = world.need(**NEED)
    orphan = subscribe(world, "enterprise", record_id=need["id"])
    paused = subscribe(world, "enterprise2", text=TEXT, min_level=2)
    url = f"{API}/subscriptions/{paused['id']}"
    assert world.client.patch(url, json={"active": False}, headers=world["enterprise2"]).json()["active"] is False
    move(world, "enterprise", need, "done")
    subscribe(world, "institution2", text=TEXT, min_level=2)
    with world.service.database.work() as session:
        session.get_one(Account, world.people["institution2"].account_id).disabled_at = dt.datetime.now(dt.UTC)
    world.achievement(**ACHIEVEMENT)
    assert work(world) == 0
    assert found(world, "enterprise", subscription=orphan["id"]) == []


def test_nothing_is_looked_at_before_the_index_has_it(world: World) -> None:
    subscribe(world, "enterprise", text=TEXT, min_level=2)
    good = world.achievement(**ACHIEVEMENT)
    assert find_new(world.service) == 0
    assert work(world) == 1
    assert told(world, "enterprise") == [good["id"]]


def test_a_record_the_index_has_lost_is_looked_at_later(world: World) -> None:
    subscribe(world, "enterprise", text=TEXT, min_level=2)
    moment = dt.datetime.now(dt.UTC)
    good = world.achievement(**ACHIEVEMENT)
    with world.service.database.work() as session:
        # As if the index's folder had been lost after the follower took the record off its queue.
        from api.db.tables import IndexQueue

        session.query(IndexQueue).delete()
    moment += dt.timedelta(seconds=5)
    assert find_new(world.service, moment) == 0
    assert find_new(world.service, moment) == 0
    assert world.follower.reconcile() == 1
    world.index()
    assert find_new(world.service, moment + dt.timedelta(seconds=59)) == 0
    assert find_new(world.service, moment + dt.timedelta(seconds=60)) == 1
    assert [item["record_id"] for item in found(world, "enterprise")] == [good["id"]]


def test_a_worker_that_dies_on_the_way_loses_and_doubles_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    subscribe(world, "enterprise", text=TEXT, min_level=2)
    good = world.achievement(**ACHIEVEMENT)
    world.index()

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(finding, "done", dies)
        with pytest.raises(KeyboardInterrupt):
            find_new(world.service)
    assert work(world) == 1
    assert told(world, "enterprise") == [good["id"]]
    with world.service.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Recommendation)) == 1


def test_commits_out_of_order_are_not_missed(world: World) -> None:
    database = world.service.database
    if database.is_sqlite:
        pytest.skip("SQLite has one writer at a time")
    subscribe(world, "enterprise", text=TEXT, min_level=2)
    owner = world.people["institution"].organisation_id

    def publish(session: object, number: int) -> str:
        record = Achievement(id="", title=f"{ACHIEVEMENT['title']}{number}", summary=f"{TEXT}，{number}号配方")
        store = RecordStore(session, None)  # type: ignore[arg-type]
        return store.create(Draft(record=record, owner_id=owner), state=State.PUBLISHED).id

    with database.work() as slow:
        early = publish(slow, 1)
        with database.work() as fast:
            late = publish(fast, 2)
        work(world)
        assert told(world, "enterprise") == [late]
    work(world)
    assert told(world, "enterprise") == sorted([early, late])


def test_keys_of_a_disabled_scope_do_not_read(world: World) -> None:
    key = new_key()
    with world.service.database.work() as session:
        session.add(
            ApiKey(
                id=key.id,
                account_id=world.people["enterprise"].account_id,
                name="narrow",
                secret_hash=key.secret_hash,
                scopes=[Scope.RECORDS_READ.value],
            )
        )
    for path in ("inbox", "subscriptions", "recommendations", "webhooks"):
        answer = world.client.get(f"{API}/{path}", headers={"Authorization": f"Bearer {key.text}"})
        assert answer.status_code == 403, path
