"""The first page: as each reader may see it, with examples that really have an answer."""

import datetime as dt
from typing import Any

import pytest

from api.access.caller import Caller
from api.db.tables import RecordRow, ServiceValue
from api.records.reading import Reader
from api.showcases import examples as module
from api.showcases.examples import find_examples
from api.showcases.home import count_published
from api.showcases.tally import tally
from matcher.records import Side
from tests.api.world import World


def _home(world: World, who: str = "anonymous") -> dict[str, Any]:
    answer = world.client.get("/api/v1/home", headers=world[who])
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_each_reader_sees_what_it_may(world: World) -> None:
    made = {tier: world.achievement(visibility=tier, tiers={"owner": 3})["id"] for tier in (1, 2, 3, 4)}
    world.achievement(publish=False)
    world.need()
    for who, tiers in (
        ("anonymous", [1]),
        ("enterprise", [2, 1]),
        ("broker", [3, 2, 1]),
        ("institution", [4, 3, 2, 1]),
    ):
        found = _home(world, who)
        assert [item["id"] for item in found["newest_achievements"]] == [made[tier] for tier in tiers], who
        assert (found["achievements"]["count"], found["achievements"]["text"]) == (len(tiers), str(len(tiers)))
        assert {item["org"] for item in found["newest_achievements"]} == (
            {""} if who in {"anonymous", "enterprise"} else {"institution单位"}
        )
        assert found["needs"]["count"] == 1


def test_six_at_most_and_beyond_the_bound_the_last_tally_speaks_in_hundreds(world: World) -> None:
    made = [world.need(title=f"需求{number}")["id"] for number in range(8)]
    world.need(visibility=2)
    found = _home(world)
    assert [item["id"] for item in found["newest_needs"]] == made[:1:-1]
    assert found["needs"]["count"] == 8
    with world.service.database.reading() as session:
        counted = count_published(Reader(session, Caller()), Side.NEED, most=2)
    assert (counted.count, counted.capped, str(counted)) == (2, True, "2+")
    assert (tally(world.service), tally(world.service)) == (1, 0)
    with world.service.database.work() as session:
        row = session.get_one(ServiceValue, "home-tally")
        assert row.value == {"need:1": 8, "need:2": 1}
        row.value = {"need:1": 12_345, "need:2": 100, "need:3": 7}
    with world.service.database.reading() as session:
        counted = count_published(Reader(session, Caller()), Side.NEED, most=2)
        exact = count_published(Reader(session, Caller()), Side.NEED, most=8)
    assert (str(counted), str(exact)) == ("12300+", "8")


def test_showcases_that_are_published(world: World) -> None:
    headers = world["organiser"]
    for slug in ("open", "draft"):
        world.client.post("/api/v1/showcases", json={"slug": slug, "title": "展示"}, headers=headers)
    item = world.achievement()["id"]
    url = "/api/v1/showcases/open"
    put = world.client.put(f"{url}/items/{item}", json={"note": ""}, headers={**headers, "If-Match": '"1"'})
    assert put.status_code == 200, put.text
    shown = world.client.post(f"{url}/state", json={"published": True}, headers={**headers, "If-Match": '"2"'})
    assert shown.status_code == 200, shown.text
    # Those that are not published are not for the first page, for nobody.
    for who in ("anonymous", "organiser"):
        assert [(line["slug"], line["items"]) for line in _home(world, who)["showcases"]] == [("open", 1)]


def test_examples_are_titles_of_public_needs_with_an_answer(world: World) -> None:
    world.achievement(title="石墨电极抗氧化涂层", summary="石墨电极抗氧化涂层")
    good = world.need(title="石墨电极抗氧化涂层", problem="")
    world.need(title="石墨电极抗氧化涂层配方", problem="", visibility=2)
    world.need(title="水稻育秧盘播种", problem="")
    assert find_examples(world.service) == 0
    world.index()
    find_examples(world.service)
    found = _home(world)["examples"]
    texts = [item["text"] for item in found]
    assert texts[0] == "石墨电极抗氧化涂层"
    assert not {"石墨电极抗氧化涂层配方", "水稻育秧盘播种"} & set(texts)
    assert len(texts) <= 3
    for item in found:
        best = world.client.post("/api/v1/search", json={"text": item["text"]}).json()["items"][0]
        assert best["level"] == item["level"] >= 3
    # What an example rests on is looked at whenever it is shown.
    headers = {**world["enterprise"], "If-Match": '"1"'}
    world.client.post(f"/api/v1/needs/{good['id']}/state", json={"state": "withdrawn"}, headers=headers)
    assert "石墨电极抗氧化涂层" not in [item["text"] for item in _home(world)["examples"]]


def test_a_title_put_right_is_no_example_any_more(world: World) -> None:
    world.achievement(title="石墨电极抗氧化涂层", summary="石墨电极抗氧化涂层")
    named = world.need(title="某厂石墨电极抗氧化涂层", problem="")
    world.index()
    find_examples(world.service)
    assert "某厂石墨电极抗氧化涂层" in [item["text"] for item in _home(world)["examples"]]
    headers = {**world["enterprise"], "If-Match": '"1"'}
    body = {"content": {"title": "石墨电极抗氧化涂层"}}
    changed = world.client.put(f"/api/v1/needs/{named['id']}", json=body, headers=headers)
    assert changed.status_code == 200, changed.text
    assert "某厂石墨电极抗氧化涂层" not in [item["text"] for item in _home(world)["examples"]]


def test_examples_are_not_sought_again_at_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.achievement(title="石墨电极抗氧化涂层", summary="石墨电极抗氧化涂层")
    world.need(title="石墨电极抗氧化涂层", problem="")
    world.index()
    assert find_examples(world.service) >= 1
    world.need(title="石墨电极抗氧化涂层喷涂", problem="")
    world.index()
    assert find_examples(world.service) == 0
    monkeypatch.setattr(module, "_RETRY", dt.timedelta(0))
    monkeypatch.setattr(module, "_FRESH", dt.timedelta(0))
    assert find_examples(world.service) >= 1
    # The index is as it was.
    assert find_examples(world.service) == 0


def test_the_newest_are_found_by_their_index(world: World) -> None:
    """No scan of all records, and no sorting of them."""
    if not world.service.database.is_sqlite:
        pytest.skip("planned by statistics there")
    with world.service.database.reading() as session:
        wanted = (RecordRow.side == "need") & (RecordRow.state == "published") & Reader(session, Caller()).visible
        query = session.query(RecordRow.id).where(wanted).order_by(RecordRow.id.desc()).limit(6).statement
        sql = str(query.compile(session.get_bind(), compile_kwargs={"literal_binds": True}))
        plan = [row[3] for row in session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}")]
    assert len(plan) == 1
    assert "ix_records_side_state" in plan[0]
