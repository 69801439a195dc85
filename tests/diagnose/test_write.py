import csv
import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from matcher.corpus.load import load
from matcher.diagnose import Item, NeedClass, diagnose, diagnose_many
from matcher.diagnose.sheet import RIGHTS_HEADING
from matcher.diagnose.write import write_diagnoses
from matcher.errors import ConfigError
from matcher.records import Need, Region, Side, TransferMode

NEEDS = [
    Need(
        id="XQ-1",
        title="水泵叶轮磨损",
        problem="叶轮磨损快，三个月就要换。",
        confidential_detail="泵站在东郊二号井",
        org="甲公司",
        contact="王工 0000",
        region=Region(name="河南省开封市", code="410200"),
        keywords=("叶轮", "耐磨"),
        preferred_orgs=("汴河大学",),
        current_state="自有试验台",
        modes=(TransferMode.DEVELOPMENT,),
        trl_min=5,
        published_on=dt.date(2026, 3, 1),
        extra={"内部备注": "底价九十万"},
    ),
    Need(id="XQ-2", title="=提升产品质量", problem="想提升产品质量。"),
]


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "体检.xlsx"
    write_diagnoses(path, NEEDS, list(diagnose_many(NEEDS)))
    return path


def _column(sheet: openpyxl.worksheet.worksheet.Worksheet, start: str) -> int:
    return next(cell.column for cell in sheet[1] if str(cell.value).startswith(start))


def test_a_row_tells_class_missing_and_three_questions(book: Path) -> None:
    sheets = openpyxl.load_workbook(book)
    assert sheets.sheetnames == ["需求体检", "使用说明"]
    sheet = sheets["需求体检"]
    assert sheet.max_row == 3
    assert [sheet.cell(row, _column(sheet, "体检结论")).value for row in (2, 3)] == ["模糊", "无方向"]
    assert "时限" in sheet.cell(2, _column(sheet, "缺少")).value
    questions = sheet.cell(2, _column(sheet, "最该问")).value.split("\n")
    assert [line[:2] for line in questions] == ["1、", "2、", "3、"]


def test_nothing_confidential_or_unknown_is_written(book: Path) -> None:
    cells = [str(cell.value) for sheet in openpyxl.load_workbook(book) for row in sheet.iter_rows() for cell in row]
    assert not any("二号井" in text or "底价" in text for text in cells)


def test_the_filled_sheet_is_read_again_as_a_need_table(book: Path) -> None:
    filled = openpyxl.load_workbook(book)
    sheet = filled["需求体检"]
    answers = {
        "需求名称": "水泵叶轮耐磨改造",
        "需求内容": "叶轮磨损快，三个月就要换，要用满一年。",
        "需求说明": "含沙量约 2 kg/m3",
        "考核指标": "叶轮寿命≥12个月",
        "完成时限": "2027-06-30",
        "预算金额": "80万元",
        "合作方式": "技术转让",
        RIGHTS_HEADING: "双方共有",
    }
    for heading, text in answers.items():
        sheet.cell(2, _column(sheet, heading)).value = text
    filled.save(book)
    again = load([book], side=None, max_bytes=10_000_000)
    need = next(record for record in again.needs if record.id == "XQ-1")
    assert not again.rejected
    assert need.title == "水泵叶轮耐磨改造"
    assert need.problem == "叶轮磨损快，三个月就要换，要用满一年。\n含沙量约 2 kg/m3"
    assert need.indicators_text == "叶轮寿命≥12个月"
    assert need.valid_until == dt.date(2027, 6, 30)
    assert (need.budget_low_cny, need.budget_high_cny) == (800_000, 800_000)
    assert need.modes == (TransferMode.ASSIGNMENT,)
    assert need.extra[RIGHTS_HEADING] == "双方共有"
    # What nobody touched is as it was.
    kept = ("org", "contact", "keywords", "preferred_orgs", "current_state", "trl_min", "published_on", "region")
    assert {name: getattr(need, name) for name in kept} == {name: getattr(NEEDS[0], name) for name in kept}
    found = diagnose(need)
    assert found.need_class is NeedClass.CLEAR
    assert found.missing == ()


def test_an_unfilled_sheet_gives_the_public_need_back(book: Path) -> None:
    again = load([book], side=Side.NEED, max_bytes=10_000_000).needs[0]
    public = replace(NEEDS[0], confidential_detail="", extra={})
    assert replace(again, extra={}, provenance=None) == public
    assert set(diagnose(again).missing) == set(Item) - {Item.MODE}


def test_csv_and_json_say_the_same(tmp_path: Path) -> None:
    found = list(diagnose_many(NEEDS))
    for name in ("a.csv", "a.json"):
        write_diagnoses(tmp_path / name, NEEDS, found)
    rows = list(csv.DictReader((tmp_path / "a.csv").open(encoding="utf-8-sig", newline="")))
    told = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    assert [row["体检结论"] for row in rows] == [each["need_class"] for each in told] == ["模糊", "无方向"]
    assert rows[1]["需求名称"] == "'=提升产品质量"
    assert told[0]["questions"] == list(found[0].questions)


def test_the_same_needs_give_the_same_text(tmp_path: Path) -> None:
    for name in ("a.csv", "b.csv"):
        write_diagnoses(tmp_path / name, NEEDS, list(diagnose_many(NEEDS)))
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()


def test_a_place_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="后缀"):
        write_diagnoses(tmp_path / "x.doc", NEEDS, list(diagnose_many(NEEDS)))
