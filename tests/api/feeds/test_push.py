"""Pushing: the same number from many at once, and texts that cannot be stored."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import func, select

from api.access.caller import Caller
from api.access.roles import Role
from api.db.tables import RecordRow, RecordVersion
from api.feeds.push import Pushed, push_one
from tests.api.feeds.farm import Farm
from tests.api.world import World


@pytest.fixture
def farm(world: World) -> Farm:
    return Farm(world, world.service.settings.data_dir)


def test_many_at_once_make_one_record_and_lose_no_version(farm: Farm) -> None:
    feed = farm.feed()
    person = farm.world.people["institution"]
    caller = Caller(role=Role.INSTITUTION, account_id=person.account_id, organisation_id=person.organisation_id)

    def push(number: int) -> Pushed:
        content = {"title": "耐高温抗氧化涂层", "summary": f"第 {number} 次推送"}
        return push_one(farm.world.service, caller, feed["id"], "1", content)

    with ThreadPoolExecutor(6) as pool:
        done = list(pool.map(push, range(12)))
    assert sorted(item.outcome for item in done) == ["changed"] * 11 + ["created"]
    with farm.world.service.database.reading() as session:
        row = session.scalars(select(RecordRow)).one()
        versions = session.scalar(select(func.count()).select_from(RecordVersion))
    assert (row.version, versions) == (12, 12)
    runs = farm.world.client.get(f"/api/v1/feeds/{feed['id']}/runs", headers=farm.world["institution"]).json()["items"]
    assert sum(run["created"] + run["changed"] for run in runs) == 12


@pytest.mark.parametrize(
    "body",
    [
        {"content": {"title": "涂层\ud800技术"}},
        {"content": {"title": "涂层技术", "\ud800": 1}},
        {"content": {"title": "涂层技术", "keywords": ["\udfff"]}},
        {"content": {"title": "涂层技术", "summary": "a\u0000b"}},
        {"content": {"title": "涂层技术", "price": {"kind": "firm", "low_cny": 1e400}}},
    ],
)
def test_what_cannot_be_stored_is_refused(farm: Farm, body: dict[str, Any]) -> None:
    feed = farm.feed()
    headers = {**farm.world["institution"], "Content-Type": "application/json"}
    url = f"/api/v1/feeds/{feed['id']}/records/1"
    answer = farm.world.client.put(url, content=json.dumps(body), headers=headers)
    assert answer.status_code == 422, answer.text
    many = {"items": [{"external_id": "1", **body}]}
    answer = farm.world.client.post(f"/api/v1/feeds/{feed['id']}/records", content=json.dumps(many), headers=headers)
    assert (answer.status_code, answer.json()["rejected"]) == (200, 1)
    assert farm.rows() == {}


def test_a_number_that_cannot_be_stored_is_refused(farm: Farm) -> None:
    feed = farm.feed()
    headers = {**farm.world["institution"], "Content-Type": "application/json"}
    many = {"items": [{"external_id": "\ud800", "content": {"title": "涂层技术"}}]}
    answer = farm.world.client.post(f"/api/v1/feeds/{feed['id']}/records", content=json.dumps(many), headers=headers)
    assert answer.status_code in {200, 422}, answer.text
    assert farm.rows() == {}
