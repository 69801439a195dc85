"""The day a record was published: of its first approval or its return, never of a change that was looked at."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from api.db.base import now
from api.db.tables import RecordRow
from api.records.states import State
from api.records.store import Draft, Outcome, RecordStore
from matcher.records import Need
from tests.api.world import World

NEEDS = "/api/v1/needs"
LONG_AGO = dt.datetime(2025, 3, 1, 4, tzinfo=dt.UTC)
CHANGED = {"title": "石墨电极抗氧化涂层（改）", "problem": "1300℃下氧化掉渣"}


@pytest.fixture
def reviewing(make_world: Callable[..., World]) -> World:
    return make_world(review=True)


def _read(world: World, record_id: str) -> dict[str, Any]:
    answer: dict[str, Any] = world.client.get(f"{NEEDS}/{record_id}", headers=world["enterprise"]).json()
    return answer


def _ask(world: World, record_id: str, who: str, call: str, body: dict[str, Any]) -> str:
    """The state a record is in after a change of its newest version; `call` is "" for its content."""
    headers = {**world[who], "If-Match": f'"{_read(world, record_id)["version"]}"'}
    url = f"{NEEDS}/{record_id}" + (f"/{call}" if call else "")
    answer = world.client.request("POST" if call else "PUT", url, json=body, headers=headers)
    assert answer.status_code == 200, answer.text
    state: str = answer.json()["state"]
    return state


def _move(world: World, record_id: str, who: str, state: str) -> str:
    return _ask(world, record_id, who, "state", {"state": state})


def _approve(world: World, record_id: str) -> None:
    assert _read(world, record_id)["state"] == "review"
    assert _move(world, record_id, "organiser", "published") == "published"


def _published_long_ago(world: World) -> str:
    record_id: str = world.need()["id"]
    _approve(world, record_id)
    with world.service.database.work() as session:
        session.get_one(RecordRow, record_id).published_at = LONG_AGO
    return record_id


def _published_at(world: World, record_id: str) -> dt.datetime:
    with world.service.database.reading() as session:
        found = session.get_one(RecordRow, record_id).published_at
    assert found is not None
    return found


def _is_of_now(moment: dt.datetime) -> bool:
    return dt.timedelta(0) <= now() - moment < dt.timedelta(minutes=5)


def test_the_first_approval_is_the_day(reviewing: World) -> None:
    made = reviewing.need()
    assert made["published_at"] is None
    _approve(reviewing, made["id"])
    assert _is_of_now(_published_at(reviewing, made["id"]))


def test_a_change_that_passed_its_review_keeps_the_day(reviewing: World) -> None:
    record_id = _published_long_ago(reviewing)
    for _ in range(2):
        assert _ask(reviewing, record_id, "enterprise", "", {"content": CHANGED}) == "review"
        _approve(reviewing, record_id)
    assert _published_at(reviewing, record_id) == LONG_AGO
    # What others read and the index filters by: the same day in China.
    read = reviewing.client.get(f"{NEEDS}/{record_id}", headers=reviewing["institution"]).json()
    assert (read["content"]["title"], read["content"]["published_on"]) == (CHANGED["title"], "2025-03-01")


def test_a_change_that_was_sent_back_once_keeps_the_day(reviewing: World) -> None:
    record_id = _published_long_ago(reviewing)
    assert _ask(reviewing, record_id, "enterprise", "", {"content": CHANGED}) == "review"
    assert _move(reviewing, record_id, "organiser", "draft") == "draft"
    assert _ask(reviewing, record_id, "enterprise", "", {"content": {**CHANGED, "problem": "掉渣"}}) == "draft"
    assert _move(reviewing, record_id, "enterprise", "published") == "review"
    _approve(reviewing, record_id)
    assert _published_at(reviewing, record_id) == LONG_AGO


@pytest.mark.parametrize("by_way_of", ["review", "draft", "change"])
@pytest.mark.parametrize("gone", ["withdrawn", "done", "expired"])
def test_what_comes_back_is_published_from_its_approval_on(reviewing: World, gone: str, by_way_of: str) -> None:
    record_id = _published_long_ago(reviewing)
    if gone == "expired":
        with reviewing.service.database.work() as session:
            row = session.get_one(RecordRow, record_id)
            RecordStore(session, None).move(row, State.EXPIRED, action="expire")
        _ask(reviewing, record_id, "enterprise", "renewal", {"valid_until": "2099-12-31"})
    else:
        _move(reviewing, record_id, "enterprise", gone)
        _move(reviewing, record_id, "enterprise", "published")
    if by_way_of == "draft":
        _move(reviewing, record_id, "organiser", "draft")
        _move(reviewing, record_id, "enterprise", "published")
    if by_way_of == "change":
        _ask(reviewing, record_id, "enterprise", "", {"content": CHANGED})
    _approve(reviewing, record_id)
    assert _is_of_now(_published_at(reviewing, record_id))
    # From there on it is as new as any other, and a change leaves that day, too.
    with reviewing.service.database.work() as session:
        session.get_one(RecordRow, record_id).published_at = LONG_AGO + dt.timedelta(days=9)
    assert _ask(reviewing, record_id, "enterprise", "", {"content": {**CHANGED, "problem": "再改"}}) == "review"
    _approve(reviewing, record_id)
    assert _published_at(reviewing, record_id) == LONG_AGO + dt.timedelta(days=9)


@pytest.mark.parametrize("deleted", [False, True])
def test_of_a_list_that_is_entered_again_only_what_was_deleted_is_new(reviewing: World, deleted: bool) -> None:
    record_id = _published_long_ago(reviewing)
    with reviewing.service.database.work() as session:
        row = session.get_one(RecordRow, record_id)
        store = RecordStore(session, None)
        if deleted:
            store.delete(row)
        draft = Draft(
            record=Need(id="", title="石墨电极涂层"), owner_id=row.owner_id, external_id=row.external_id, tiers={}
        )
        found, outcome = store.upsert(draft, state=State.REVIEW, action="import")
        assert (found.id, outcome) == (record_id, Outcome.CHANGED)
        if not deleted:
            store.move(found, State.REVIEW, action="review")
    _approve(reviewing, record_id)
    after = _published_at(reviewing, record_id)
    assert _is_of_now(after) if deleted else after == LONG_AGO


def test_without_review_a_return_counts_and_a_change_does_not(world: World) -> None:
    record_id: str = world.need()["id"]
    with world.service.database.work() as session:
        session.get_one(RecordRow, record_id).published_at = LONG_AGO
    assert _ask(world, record_id, "enterprise", "", {"content": CHANGED}) == "published"
    assert _published_at(world, record_id) == LONG_AGO
    _move(world, record_id, "enterprise", "withdrawn")
    assert _move(world, record_id, "enterprise", "published") == "published"
    assert _is_of_now(_published_at(world, record_id))
