"""Leads are ranked by what they promise, by arithmetic a reader can redo, and show nobody more than they may know."""

from typing import Any

import pytest
from sqlalchemy import update

from api.db.tables import Account, Audit, Introduction, StandingPair
from tests.api.introductions.pairs import ask, caller_of, rename
from tests.api.outlook.standing import API, FITS, NEAR_IT, WANTS, ids, leads, send, shown, work
from tests.api.world import World


def test_by_expected_value_with_reasons(world: World) -> None:
    dear = world.need("enterprise", budget_high_cny=2_000_000, **WANTS)
    plain = world.need("enterprise2", **WANTS)
    fits = world.achievement(**FITS)
    work(world)
    with world.service.database.work() as session:
        session.execute(update(StandingPair).where(StandingPair.need_id == dear["id"]).values(fit=0.5))
        session.execute(update(StandingPair).where(StandingPair.need_id == plain["id"]).values(fit=0.9))
    first, second = leads(world)
    assert [(item["need"]["id"], item["achievement"]["id"]) for item in (first, second)] == [
        ids(dear, fits),
        ids(plain, fits),
    ]
    # 0.05 · 2 · 0.5 · 2,000,000 = 100,000; 0.05 · 2 · 0.9 · 300,000 = 27,000.
    assert (first["expected_cny"], first["chance"], first["amount_cny"]) == (100_000, 0.05, 2_000_000)
    assert (second["expected_cny"], second["chance"], second["amount_cny"]) == (pytest.approx(27_000), 0.09, 300_000)
    assert (first["amount_basis"], second["amount_basis"]) == ("按预算", "未写金额，按默认值")
    assert second["worth"] == "预计收益 2.7 万元 = 签约机会 9.0%（新线索，匹配度 90%）× 30 万元（未写金额，按默认值）"
    assert first["why"].startswith("共同要点：")
    assert "待核实：" in first["why"]
    assert (first["level"], first["level_name"], first["rank"]) == (3, "较强相关", 1)
    assert (first["taken"], first["introduction"]) == (False, None)
    assert (first["need"]["org"], first["achievement"]["org"]) == ("enterprise单位", "institution单位")
    assert first["fields"] == [{"code": "G3", "name": "先进材料"}]


def test_freshness_comes_with_them(world: World) -> None:
    url, headers = f"{API}/leads", world["organiser"]
    assert world.client.get(url, headers=headers).json()["freshness"]["message"] == "还没有已发布的需求。"
    world.need(**WANTS), world.need(**NEAR_IT), world.need(visibility=4, **WANTS)
    world.achievement(**FITS)
    fresh = world.client.get(url, headers=headers).json()["freshness"]
    assert (fresh["needs"], fresh["waiting"], fresh["changes"], fresh["oldest_looked_at"]) == (2, 2, 1, None)
    work(world)
    fresh = world.client.get(url, headers=headers).json()["freshness"]
    assert (fresh["needs"], fresh["waiting"], fresh["changes"]) == (2, 0, 0)
    assert fresh["oldest_looked_at"] is not None


def test_what_is_closed_never_shows(world: World) -> None:
    mark = "绝密线索"
    open_need, fits = world.need(**WANTS), world.achievement(**FITS)
    closed = world.need(visibility=4, **{**WANTS, "title": f"{mark}石墨电极抗氧化涂层"})
    hidden = world.achievement(visibility=4, **{**FITS, "title": f"{mark}石墨电极抗氧化涂层"})
    restricted = world.achievement(visibility=3, **FITS)
    anonymous = world.need(
        "enterprise2", budget_high_cny=9_000_000, tiers={"owner": 4, "terms": 4, "description": 4}, **WANTS
    )
    work(world)
    wanted = {ids(open_need, fits), ids(open_need, restricted)}
    for who in ("broker", "organiser", "administrator"):
        answer = world.client.get(f"{API}/leads", headers=world[who])
        assert mark not in answer.text
        assert closed["id"] not in answer.text
        assert hidden["id"] not in answer.text
        assert "enterprise2单位" not in answer.text
        assert {pair for pair in shown(world, who) if pair[0] != anonymous["id"]} == wanted
        # A budget that is closed shows neither as a number nor in the order.
        assert all(item["amount_cny"] == 300_000 for item in answer.json()["items"])
        # Nor can it be found by the name.
        assert shown(world, who, organisation="enterprise2") == []
    # Closed now: gone now, before anything is looked at again.
    content = {**WANTS, "visibility": 4}
    send(world, "enterprise", "PUT", open_need, content=content)
    assert {pair[0] for pair in shown(world)} <= {anonymous["id"]}


def test_a_term_that_is_closed_now_is_gone_with_the_pair(world: World) -> None:
    need, fits = world.need(budget_high_cny=9_000_000, **WANTS), world.achievement(**FITS)
    work(world)
    assert leads(world)[0]["amount_cny"] == 9_000_000
    closed = {**WANTS, "budget_high_cny": 9_000_000, "tiers": {"terms": 4}}
    send(world, "enterprise", "PUT", need, content=closed)
    assert shown(world) == []
    work(world)
    assert shown(world) == [ids(need, fits)]
    assert leads(world)[0]["amount_cny"] == 300_000


def test_who_may_list(world: World) -> None:
    for who, status in (("anonymous", 401), ("enterprise", 403), ("institution", 403), ("broker", 200)):
        assert world.client.get(f"{API}/leads", headers=world[who]).status_code == status


def test_restricted_readings_are_logged(world: World) -> None:
    _, restricted = world.need(**WANTS), world.achievement(visibility=3, **FITS)
    work(world)
    leads(world)
    with world.service.database.reading() as session:
        lines = session.query(Audit).filter_by(action="read", account_id=world.people["broker"].account_id).all()
    assert {(line.kind, line.thing_id) for line in lines} == {("achievement", restricted["id"])}


def test_pairs_with_an_introduction(world: World) -> None:
    need, fits = world.need(**WANTS), world.achievement(**FITS)
    work(world)
    made = ask(world, "enterprise", need, fits).json()
    assert shown(world) == []
    for who in ("broker", "organiser"):
        (item,) = leads(world, who, taken=True)
        assert item["taken"]
        assert item["introduction"] == {"id": made["id"], "stage": "new", "stage_label": "新线索"}
    # Claimed by another broker, it is no business of this one; that the pair is taken, asking would tell as well.
    with world.service.database.work() as session:
        other = Account(login="other", role="broker", organisation_id=None)
        session.add(other)
        session.flush()
        session.get_one(Introduction, made["id"]).broker_id = other.id
    (item,) = leads(world, taken=True)
    assert item["introduction"] == {"id": None, "stage": None, "stage_label": "已在对接"}
    assert leads(world, "organiser", taken=True)[0]["introduction"]["id"] == made["id"]


def test_a_withheld_introduction_looks_like_one_of_another_broker(world: World) -> None:
    avoiding, plain, fits = world.need(**WANTS), world.need("enterprise2", **WANTS), world.achievement(**FITS)
    work(world)
    held, claimed = (ask(world, "institution", need, fits).json() for need in (avoiding, plain))
    with world.service.database.work() as session:
        session.get_one(Introduction, held["id"]).withheld = "need"
        colleague = Account(login="other", role="broker", organisation_id=None)
        session.add(colleague)
        session.flush()
        session.get_one(Introduction, claimed["id"]).broker_id = colleague.id
    assert shown(world) == []
    found = {item["need"]["id"]: item for item in leads(world, taken=True)}
    assert found.keys() == {avoiding["id"], plain["id"]}
    for item in found.values():
        assert (item["taken"], item["introduction"]) == (
            True,
            {"id": None, "stage": None, "stage_label": "已在对接"},
        )
    # And asking is answered alike.
    answers = [ask(world, "broker", need, fits) for need in (avoiding, plain)]
    assert [answer.status_code for answer in answers] == [409, 409]
    assert answers[0].json()["detail"] == answers[1].json()["detail"]


def test_a_need_that_avoids_somebody_is_not_among_its_leads(world: World) -> None:
    need, fits = world.need(**WANTS, blocked_orgs=["经纪人甲"]), world.achievement(**FITS)
    world.need("enterprise2", **WANTS, blocked_orgs=["institution单位"])
    work(world)
    assert shown(world) == [ids(need, fits)]
    rename(world, "broker", "经纪人甲公司")
    assert shown(world) == []
    assert shown(world, "organiser") == [ids(need, fits)]
    assert caller_of(world, "broker").role == "broker"


def test_filters(world: World) -> None:
    place = {"name": "开封市", "code": "410200"}
    near = world.need(region=place, **WANTS)
    far = world.need(
        "enterprise2",
        **{**WANTS, "title": "电炉用石墨电极抗氧化涂层保护"},
        region={"name": "合肥市", "code": "340100"},
    )
    fits = world.achievement(**FITS)
    work(world)
    both = {ids(near, fits), ids(far, fits)}
    assert set(shown(world)) == both
    for query, wanted in (
        ({"region": "开封"}, {ids(near, fits)}),
        ({"region": "34"}, {ids(far, fits)}),
        ({"region": "110000"}, set()),
        ({"text": "涂层保护"}, {ids(far, fits)}),
        ({"text": "抗氧化涂层"}, both),
        ({"text": "100%"}, set()),
        ({"organisation": "enterprise2"}, {ids(far, fits)}),
        ({"organisation": "institution单位"}, both),
        ({"field": "G3"}, both),
        ({"field": "G"}, set()),
        ({"level_from": 4}, set()),
    ):
        assert set(shown(world, **query)) == wanted, query
    bad: list[dict[str, Any]] = [{"region": "火星"}, {"level_from": 1}, {"text": "a\0"}, {"cursor": "x"}]
    for query in bad:
        answer = world.client.get(f"{API}/leads", params=query, headers=world["broker"])
        assert answer.status_code == 422, query


def test_pages(world: World) -> None:
    made = [world.need(budget_high_cny=1_000_000.0 * number, **WANTS) for number in range(1, 6)]
    fits = world.achievement(**FITS)
    work(world)
    seen: list[str] = []
    cursor = ""
    while True:
        query: dict[str, Any] = {"limit": 2, "cursor": cursor, "level_from": 3}
        page = world.client.get(f"{API}/leads", params=query, headers=world["broker"]).json()
        assert page["total"] == 5
        assert all(item["achievement"]["id"] == fits["id"] for item in page["items"])
        seen += [item["need"]["id"] for item in page["items"]]
        if not page["next_cursor"]:
            break
        cursor = page["next_cursor"]
    assert seen == [need["id"] for need in reversed(made)]
    # A cursor is of one list only.
    for who, query in (("broker", {"level_from": 2}), ("organiser", {"level_from": 3})):
        answer = world.client.get(f"{API}/leads", params={**query, "cursor": cursor}, headers=world[who])
        assert answer.status_code == 422
