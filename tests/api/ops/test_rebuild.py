"""The index anew from the database, and a restored database that the index must not contradict."""

from sqlalchemy import delete

from api.db.tables import IndexQueue
from api.ops.rebuild import forget_differing, rebuild_index
from matcher.config import Settings
from matcher.embed.hashing import HashingEncoder
from matcher.live.writer import LiveWriter
from matcher.records import Side
from tests.api.world import World


def found(world: World, text: str) -> list[str]:
    with world.service.matching.use() as matcher:
        return [match.achievement_id for match in matcher.search(text)] if matcher.has(Side.ACHIEVEMENT) else []


def rebuild(world: World, seen: list[tuple[int, int]] | None = None) -> int:
    progress = (lambda done, total: seen.append((done, total))) if seen is not None else (lambda _done, _total: None)
    return rebuild_index(
        world.service.database, world.service.settings.index_folder, HashingEncoder(), Settings(), progress=progress
    )


def test_a_new_index_takes_over_from_a_damaged_one(world: World) -> None:
    made = [world.achievement(title=f"抗氧化涂层{n}号")["id"] for n in range(3)]
    world.index()
    folder = world.service.settings.index_folder
    before = sorted(found(world, "抗氧化涂层"))
    assert before == sorted(made)
    for path in (folder / "segments").rglob("*.np*"):
        path.write_bytes(b"damaged")
    seen: list[tuple[int, int]] = []
    assert rebuild(world, seen) == 3
    assert seen[-1] == (3, 3)
    world.service.matching.refresh()
    assert sorted(found(world, "抗氧化涂层")) == before
    assert not list(folder.parent.glob("*.tmp"))


def test_a_reader_that_has_the_old_one_open_sees_the_new(world: World) -> None:
    """Numbers of segments must not come back: a reader keeps what it has open by its number."""
    world.achievement(title="抗氧化涂层")
    world.index()
    assert len(found(world, "涂层")) == 1
    late = world.achievement(title="另一种涂层", summary="用于管道内壁的防腐涂料")["id"]
    rebuild(world)
    assert world.service.matching.refresh()
    assert late in found(world, "涂层")


def test_what_changed_meanwhile_is_queued(world: World) -> None:
    made = world.achievement(title="抗氧化涂层")
    world.index()
    withdrawn = {"state": "withdrawn"}
    headers = {**world["institution"], "If-Match": '"1"'}

    def during(_: int, __: int) -> None:
        answer = world.client.post(f"/api/v1/achievements/{made['id']}/state", json=withdrawn, headers=headers)
        assert answer.status_code in {200, 412}
        # As if the index process had written it into the old index already.
        with world.service.database.work() as session:
            session.execute(delete(IndexQueue))

    service = world.service
    rebuild_index(service.database, service.settings.index_folder, HashingEncoder(), Settings(), progress=during)
    world.index()
    assert found(world, "涂层") == []


def test_going_on_after_a_rebuild(world: World) -> None:
    world.achievement(title="抗氧化涂层")
    world.index()
    rebuild(world)
    # Enough for segments to be merged.
    for number in range(12):
        world.achievement(title=f"涂层{number}号")
        world.index()
    assert found(world, "涂层")
    writer = LiveWriter(world.service.settings.index_folder, HashingEncoder(), Settings())
    assert len(writer.stamps()) == 13


def test_a_lost_future_is_taken_out_of_the_index(world: World) -> None:
    """The index holds version 2 of a text; the database went back to version 1 and on to another version 2."""
    made = world.achievement(title="抗氧化涂层")
    url, headers = f"/api/v1/achievements/{made['id']}", world["institution"]
    content = {"content": {"title": "花生脱壳机", "summary": "脱壳"}}
    assert world.client.put(url, json=content, headers={**headers, "If-Match": '"1"'}).status_code == 200
    world.index()
    assert found(world, "花生脱壳机") == [made["id"]]
    database = world.service.database
    with database.engine.begin() as connection:
        # What a restore brings back.
        connection.exec_driver_sql("DELETE FROM record_versions WHERE version = 2")
        connection.exec_driver_sql("DELETE FROM index_queue")
        connection.exec_driver_sql(
            "UPDATE records SET version = 1, title = '抗氧化涂层', content = "
            "(SELECT content FROM record_versions WHERE record_versions.record_id = records.id)"
        )
    folder = world.service.settings.index_folder
    assert forget_differing(database, folder, HashingEncoder(), Settings()) == 1
    content = {"content": {"title": "石墨电极涂层", "summary": "涂层"}}
    assert world.client.put(url, json=content, headers={**headers, "If-Match": '"1"'}).status_code == 200
    world.index()
    with world.service.matching.use() as matcher:
        assert [m.achievement_id for m in matcher.search("石墨电极涂层")] == [made["id"]]
        side = matcher.side(Side.ACHIEVEMENT)
        assert side.records[side.position(made["id"])].title == "石墨电极涂层"


def test_an_index_that_cannot_be_read_is_left_for_the_next_start(world: World) -> None:
    world.achievement()
    world.index()
    folder = world.service.settings.index_folder
    (folder / "STATE").write_text("nonsense")
    assert forget_differing(world.service.database, folder, HashingEncoder(), Settings()) == 1
    world.index()
    writer = LiveWriter(folder, HashingEncoder(), Settings())
    assert len(writer.stamps()) == 1
