"""Two that follow the database at once: the index ends with what the database says, whoever read first."""

import threading
from collections.abc import Callable

import pytest

from api.db.tables import RecordRow
from api.matching import follower as follower_module
from api.matching.follower import IndexFollower
from api.records.content import for_index
from matcher.config import Settings
from matcher.embed.hashing import HashingEncoder
from matcher.live.writer import LiveWriter
from matcher.records import Record, Side
from tests.api.world import World

MOMENT_S = 2.0


def beside(world: World) -> IndexFollower:
    """Another follower, as a reindex job is beside the indexer."""
    settings = world.service.settings
    return IndexFollower(world.service.database, LiveWriter(settings.index_folder, HashingEncoder(), Settings()))


def meanwhile(world: World, monkeypatch: pytest.MonkeyPatch, change: Callable[[], None]) -> None:
    """One follower is held up when it has read; then something changes and the other one follows."""
    has_read, other_done = threading.Event(), threading.Event()

    def slowly(row: RecordRow) -> Record | None:
        found = for_index(row)
        if threading.current_thread() is slow:
            has_read.set()
            # It may have to wait for us.
            other_done.wait(MOMENT_S)
        return found

    def follow() -> None:
        while other.step():
            pass
        other_done.set()

    monkeypatch.setattr(follower_module, "for_index", slowly)
    other = beside(world)
    slow = threading.Thread(target=world.follower.step)
    slow.start()
    assert has_read.wait(60)
    change()
    quick = threading.Thread(target=follow)
    quick.start()
    for thread in (slow, quick):
        thread.join(60)
        assert not thread.is_alive()
    while world.follower.step():
        pass


def titles(world: World) -> list[str]:
    world.service.matching.refresh()
    with world.service.matching.use() as matcher:
        return (
            [record.title for record in matcher.side(Side.ACHIEVEMENT).records] if matcher.has(Side.ACHIEVEMENT) else []
        )


def test_what_was_read_before_never_replaces_what_was_read_later(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    made = world.achievement(title="旧的标题")
    content = {"content": {"title": "新的标题", "summary": "石墨电极表面涂层"}}
    headers = {**world["institution"], "If-Match": '"1"'}

    def change() -> None:
        assert world.client.put(f"/api/v1/achievements/{made['id']}", json=content, headers=headers).status_code == 200

    meanwhile(world, monkeypatch, change)
    assert titles(world) == ["新的标题"]
    assert world.follower.reconcile() == 0


def test_a_record_that_was_withdrawn_does_not_come_back(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A record that went leaves no stamp in the index that could be compared."""
    made = world.achievement()
    world.index()
    url, headers = f"/api/v1/achievements/{made['id']}", world["institution"]
    content = {"content": {"title": "新的标题", "summary": "石墨电极表面涂层"}}
    assert world.client.put(url, json=content, headers={**headers, "If-Match": '"1"'}).status_code == 200

    def change() -> None:
        gone = world.client.post(f"{url}/state", json={"state": "withdrawn"}, headers={**headers, "If-Match": '"2"'})
        assert gone.status_code == 200

    meanwhile(world, monkeypatch, change)
    assert titles(world) == []
    assert world.follower.reconcile() == 0


def test_a_batch_that_another_has_taken_is_nothing(world: World) -> None:
    world.achievement()
    other = beside(world)
    assert other.step() == 1
    assert other.step() == 0
    assert world.follower.step() == 0
    assert world.follower.reconcile() == 0
