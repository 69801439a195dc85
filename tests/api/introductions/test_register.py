"""The register of contracts: who reads it, what it holds, in three formats."""

import csv
import io
from typing import Any

import openpyxl

from tests.api.introductions.pairs import URL, ask, audited, moved
from tests.api.world import World


def _sign(world: World, title: str, day: str, kind: str, amount: float, **need: Any) -> None:
    made = ask(world, "enterprise", world.need(title=title, **need), world.achievement()).json()
    world.client.post(f"{URL}/{made['id']}/acceptance", headers=world["institution"])
    contract = {"kind": kind, "amount_cny": amount, "signed_on": day, "number": "=1+1"}
    assert moved(world, made, "signed", contract=contract).status_code == 200


def _made(world: World) -> None:
    _sign(world, "甲需求", "2026-02-01", "技术开发", 100_000.5)
    _sign(world, "乙需求", "2026-01-05", "技术开发", 200_000)
    _sign(world, "丙需求", "2026-03-31", "技术许可", 50_000, visibility=4)
    _sign(world, "丁需求", "2025-12-31", "技术服务", 7)


PARAMS = {"first": "2026-01-01", "last": "2026-03-31"}


def test_rows_and_totals(world: World) -> None:
    _made(world)
    found = world.client.get(f"{URL}/contracts", params=PARAMS, headers=world["organiser"]).json()
    assert [(row["need_title"], row["contract"]["amount_cny"]) for row in found["items"]] == [
        ("乙需求", 200_000),
        ("甲需求", 100_000.5),
        ("（未公开）", 50_000),
    ]
    assert [row["need_organisation"] for row in found["items"]] == ["enterprise单位", "enterprise单位", "（未公开）"]
    totals = {row["kind"]: (row["count"], row["amount_cny"]) for row in found["totals"]}
    assert totals == {
        "技术开发": (2, 300_000.5),
        "技术转让": (0, 0),
        "技术许可": (1, 50_000),
        "技术咨询": (0, 0),
        "技术服务": (0, 0),
    }
    assert (found["count"], found["amount_cny"]) == (3, 350_000.5)
    assert [detail["count"] for _, _, detail in audited(world, "contracts-read")] == [3]


def test_files(world: World) -> None:
    _made(world)
    answer = world.client.get(f"{URL}/contracts", params=PARAMS | {"format": "xlsx"}, headers=world["administrator"])
    assert answer.headers["content-disposition"] == 'attachment; filename="contracts.xlsx"'
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    rows = list(book["合同"].values)
    assert rows[0][:5] == ("签约日期", "合同类别", "成交额（元）", "含作价入股", "登记编号")
    assert rows[1][:6] == ("2026-01-05", "技术开发", 200_000, "否", "=1+1", "乙需求")
    assert book["合同"]["E2"].data_type == "s"
    assert list(book["合计"].values)[-1] == ("合计", 3, 350_000.5)
    answer = world.client.get(f"{URL}/contracts", params=PARAMS | {"format": "csv"}, headers=world["administrator"])
    table = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row[:5] for row in table[2:3]] == [["2026-02-01", "技术开发", "100000.50", "否", "'=1+1"]]
    assert len(table) == 4


def test_for_staff_only_and_with_days_in_order(world: World) -> None:
    for who in ("enterprise", "institution", "broker"):
        assert world.client.get(f"{URL}/contracts", headers=world[who]).status_code == 403
    wrong = {"first": "2026-03-31", "last": "2026-01-01"}
    assert world.client.get(f"{URL}/contracts", params=wrong, headers=world["organiser"]).status_code == 422
