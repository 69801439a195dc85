"""The needs nobody can serve: the longest wait first, page by page, as the caller may read them."""

import csv
import datetime as dt
import io

from api.access.roles import Role
from api.db.base import now
from api.records.reading import Reader
from api.statistics.unserved import shown, waiting
from matcher.records import Side
from tests.api.introductions.pairs import audited, caller_of
from tests.api.statistics.entered import URL, at, get, look, record
from tests.api.world import World


def _poor(world: World, published: str, best: int, *codes: str, **given: object) -> str:
    need_id = record(world, Side.NEED, published_at=at(published), **given)
    look(world, need_id, best, *codes)
    return need_id


def test_the_longest_wait_first_and_pages(world: World) -> None:
    later = _poor(world, "2026-03-01T00:00+08:00", 2, "G3")
    first = _poor(world, "2025-03-01T00:00+08:00", 0, "F1", "G3")
    same = sorted(_poor(world, "2026-01-01T00:00+08:00", 1) for _ in range(2))
    _poor(world, "2024-01-01T00:00+08:00", 3, "G3")
    _poor(world, "2024-01-01T00:00+08:00", 1, "G3", state="withdrawn")
    record(world, Side.NEED)
    expected = [first, *same, later]
    assert [need["id"] for need in get(world, "unserved")["items"]] == expected
    cursor, found = "", []
    for _ in range(4):
        page = get(world, "unserved", limit=1, cursor=cursor)
        found += [need["id"] for need in page["items"]]
        cursor = page["next_cursor"]
    assert (found, cursor) == (expected, "")
    by_field = {code: [need["id"] for need in get(world, "unserved", field=code)["items"]] for code in ("G3", "none")}
    assert by_field == {"G3": [first, later], "none": same}
    assert get(world, "unserved", field="G4") == {"items": [], "next_cursor": ""}
    levels = [need["best_level"] for need in get(world, "unserved")["items"]]
    assert levels == [None, 1, 1, 2]
    fields = get(world, "unserved", field="F1")["items"][0]["fields"]
    assert fields == [{"code": "F1", "name": "量子信息"}, {"code": "G3", "name": "先进材料"}]


def test_days_are_counted_in_china(world: World) -> None:
    # 23:30 on the 1st in China: on the 2nd it has waited one day, though half an hour has passed.
    _poor(world, "2026-03-01T15:30+00:00", 1)
    with world.service.database.reading() as session:
        reader = Reader(session, caller_of(world, Role.ORGANISER.value))
        for day, days in ((1, 0), (2, 1), (31, 30)):
            (need,) = shown(reader, waiting(reader), today=dt.date(2026, 3, day))
            assert need.waiting_days == days


def test_as_the_caller_may_read_it(world: World) -> None:
    closed = world.need(title="甲方名称不公开", org="甲公司", tiers={"owner": 4})["id"]
    restricted = world.need(title="限制可见的需求", org="乙公司", visibility=3)["id"]
    secret = world.need(title="仅本人可见的需求", visibility=4)["id"]
    for need_id in (closed, restricted, secret):
        look(world, need_id, 1)
    found = {need["title"]: need["organisation"] for need in get(world, "unserved")["items"]}
    assert found == {"甲方名称不公开": None, "限制可见的需求": "乙公司"}
    # Another enterprise would not even count the restricted one.
    with world.service.database.reading() as session:
        listed = waiting(Reader(session, caller_of(world, "enterprise2")))
    assert [need.id for need in listed] == [closed]
    # That a closed record was shown is written down.
    assert restricted in [thing for _, thing, _ in audited(world, "read")]
    moved = world.client.delete(f"/api/v1/needs/{closed}", headers={**world["enterprise"], "If-Match": '"1"'})
    assert moved.status_code == 204
    assert [need["id"] for need in get(world, "unserved")["items"]] == [restricted]


def test_files_hold_the_whole_list(world: World) -> None:
    for _ in range(3):
        _poor(world, "2026-03-01T00:00+08:00", 0, "G3")
    _poor(world, "2026-03-02T00:00+08:00", 2, valid_until=dt.date(2026, 12, 31), title="x", content={"title": "=1+1"})
    params = {"format": "csv", "limit": 1}
    answer = world.client.get(f"{URL}/unserved", params=params, headers=world["organiser"])
    assert answer.headers["content-disposition"] == 'attachment; filename="unserved.csv"'
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows) == 5
    assert rows[1][3:6] == ["先进材料", "无匹配", "2026-03-01"]
    assert rows[4][0] == "'=1+1"
    assert rows[4][4:6] == ["2", "2026-03-02"]
    answer = world.client.get(f"{URL}/unserved", params={"format": "xlsx"}, headers=world["organiser"])
    assert answer.content[:2] == b"PK"


def test_a_wrong_field_or_cursor_is_told(world: World) -> None:
    _poor(world, now().isoformat(), 1)
    _poor(world, now().isoformat(), 1)
    cursor = get(world, "unserved", limit=1)["next_cursor"]
    for params in ({"field": "H1"}, {"field": "G3", "cursor": cursor}, {"cursor": "x"}, {"limit": 0}):
        assert world.client.get(f"{URL}/unserved", params=params, headers=world["organiser"]).status_code == 422, params
