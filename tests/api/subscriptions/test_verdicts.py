"""Verdicts, as they were given and as they teach."""

import datetime as dt

from api.days import china_day
from api.subscriptions.verdicts import learned
from matcher.rank.feedback import learn
from matcher.rank.labels import LabelRules
from tests.api.subscriptions.test_finding import ACHIEVEMENT, NEED, TEXT
from tests.api.subscriptions.watching import API, found, refuse, subscribe, work
from tests.api.world import World


def test_a_verdict_teaches_what_the_rules_say(world: World) -> None:
    need = world.need(**NEED)
    subscribe(world, "enterprise", record_id=need["id"])
    subscribe(world, "enterprise", text=TEXT, min_level=2)
    wrong = world.achievement(title="石墨电极抗氧化涂层", summary=TEXT + "，刷涂")
    work(world)
    good = world.achievement(title="石墨电极抗氧化涂层", summary="与刷涂不同：" + TEXT)
    work(world)
    own = {item["record_id"]: item["id"] for item in found(world, "enterprise") if item["own_record_id"]}
    assert set(own) == {wrong["id"], good["id"]}
    refuse(world, "enterprise", own[wrong["id"]], "wrong-technology")
    url = f"{API}/recommendations/{own[good['id']]}/verdict"
    answer = world.client.post(url, json={"verdict": "wanted"}, headers=world["enterprise"])
    assert (answer.json()["verdict"], answer.json()["reason_code"]) == ("wanted", "")
    with world.service.database.reading() as session:
        rows = list(learned(session))
    assert {(row.verdict, row.reason) for row in rows} == {("不合适", "技术不符"), ("合适", "")}
    assert {row.day for row in rows} == {china_day(dt.datetime.now(dt.UTC))}
    feedback = learn(rows, LabelRules.load())
    # labels.tsv: 合适 is 3 to 4, weight 0.8; 不合适 for 技术不符 1 to 2, weight 1. The saved search teaches nothing.
    got = {(pair.need_id, pair.achievement_id, pair.low, pair.high, pair.weight) for pair in feedback.pairs}
    assert got == {(need["id"], good["id"], 3, 4, 0.8), (need["id"], wrong["id"], 1, 2, 1.0)}
    assert feedback.rejected == ()


def test_an_achievement_that_asks_is_the_achievement_of_the_pair(world: World) -> None:
    achievement = world.achievement(**ACHIEVEMENT)
    subscribe(world, "institution", record_id=achievement["id"])
    need = world.need(**NEED)
    work(world)
    with world.service.database.reading() as session:
        (row,) = learned(session)
    assert (row.need_id, row.achievement_id, row.verdict, row.seen) == (need["id"], achievement["id"], "", True)


def test_verdicts_that_cannot_be(world: World) -> None:
    subscribe(world, "enterprise", text=TEXT, min_level=2)
    world.achievement(**ACHIEVEMENT)
    work(world)
    url = f"{API}/recommendations/{found(world, 'enterprise')[0]['id']}/verdict"
    for body in (
        {"verdict": "refused"},
        {"verdict": "wanted", "reason_code": "price"},
        {"verdict": "maybe"},
        {"verdict": "refused", "reason_code": "太早期"},
    ):
        assert world.client.post(url, json=body, headers=world["enterprise"]).status_code == 422, body
    body = {"verdict": "refused", "reason_code": "price"}
    assert world.client.post(url, json=body, headers=world["enterprise2"]).status_code == 404
    assert world.client.post(url, json=body).status_code == 401
    assert world.client.post(url, json=body, headers=world["enterprise"]).json()["reason_code"] == "price"
