"""The year at a glance over the wire, and as files."""

import csv
import io

import openpyxl

from api.days import china_day
from matcher.records import Side
from tests.api.statistics.entered import URL, at, get, introduction, look, record, signed
from tests.api.world import World


def _entered(world: World) -> None:
    """In 2026: 3 needs and 3 achievements with the pairs, 1 achievement more; 2 contracts over 5 000 000."""
    june = at("2026-06-01T00:00+08:00")
    with_pairs = [
        lambda: signed(world, "2026-06-02", "技术开发", 4_000_000.0),
        lambda: signed(world, "2026-07-02", "技术服务", 1_000_000.0),
        lambda: introduction(world, "2026-07-03T00:00+08:00"),
    ]
    for enter in with_pairs:
        enter()
    record(world, Side.ACHIEVEMENT, created_at=june)
    look(world, record(world, Side.NEED, created_at=june), 3, "G3")
    body = {"contracts_cny": 20_000_000, "introductions": 0, "needs": 4}
    world.client.put(f"{URL}/targets/2026", json=body, headers=world["organiser"])


def test_the_year_and_its_targets(world: World) -> None:
    _entered(world)
    found = get(world, "overview", year=2026)
    assert (found["year"], found["contracts"]["count"], found["contracts"]["amount_cny"]) == (2026, 2, 5_000_000.0)
    assert found["introductions"]["by_month"] == [0, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 0]
    assert found["needs"]["total"] == 4
    assert (
        found["needs"]["new_by_month"] == found["achievements"]["new_by_month"] == [0, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 0]
    )
    assert [(item["code"], item["count"]) for item in found["organisations"]] == [
        ("enterprise", 2),
        ("institution", 2),
        ("brokerage", 1),
        ("bureau", 2),
    ]
    assert {item["code"]: item["count"] for item in found["levels"]} == {
        "4": 0,
        "3": 1,
        "2": 0,
        "1": 0,
        "none": 0,
        "unknown": 3,
    }
    progress = {item["measure"]: (item["target"], item["reached"], item["share"]) for item in found["progress"]}
    assert progress["contracts_cny"] == (20_000_000, 5_000_000, 0.25)
    assert progress["needs"] == (4, 4, 1.0)
    assert progress["contracts"] == (None, 2, None)
    # A target of nothing has no share.
    assert progress["introductions"] == (0, 3, None)


def test_this_year_where_none_is_named_and_only_for_staff(world: World) -> None:
    world.need()
    found = get(world, "overview", "administrator")
    assert (found["year"], found["needs"]["new"]) == (china_day().year, 1)
    for who, status in (("anonymous", 401), ("enterprise", 403), ("institution", 403), ("broker", 403)):
        for path in ("overview", "gap-map", "unserved", "freshness", "targets/2026"):
            assert world.client.get(f"{URL}/{path}", headers=world[who]).status_code == status
    assert world.client.get(f"{URL}/overview", params={"year": 1999}, headers=world["organiser"]).status_code == 422


def test_files(world: World) -> None:
    _entered(world)
    params = {"year": 2026, "format": "csv"}
    answer = world.client.get(f"{URL}/overview", params=params, headers=world["organiser"])
    assert answer.headers["content-disposition"] == 'attachment; filename="overview-2026.csv"'
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0] == ["部分", "项目", "数值"]
    assert ["年度目标", "技术合同成交额（元）：完成率", "25.0%"] in rows
    assert ["技术合同份数", "技术开发", "1"] in rows
    assert ["技术合同成交额（元）", "7 月", "1000000.00"] in rows
    answer = world.client.get(f"{URL}/overview", params=params | {"format": "xlsx"}, headers=world["organiser"])
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content))["2026年总览"]
    found = [row for row in sheet.values if row[:2] == ("技术合同成交额（元）", "合计")]
    assert found == [("技术合同成交额（元）", "合计", 5_000_000)]
    # Both files hold the same lines.
    assert len(list(sheet.values)) == len(rows)
