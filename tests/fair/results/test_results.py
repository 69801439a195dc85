"""A filled sheet read back, and what other commands make of it."""

from collections.abc import Callable, Mapping
from pathlib import Path

import openpyxl
import pytest

from matcher.corpus.values.plain import plain
from matcher.errors import ColumnError
from matcher.fair.base import Plan
from matcher.fair.outcomes import Outcome
from matcher.fair.results import Results, read_results, summary, write_results
from matcher.fair.sheets import Attendance, read_attendance
from matcher.rank.feedback import read_feedback
from matcher.rank.labels import LabelRules

MB = 1_000_000
Fill = Callable[..., Path]
Code = Callable[[str, str], str]


@pytest.fixture
def read(plan: Plan) -> Callable[..., Results]:
    return lambda *paths: read_results(paths, plan, max_bytes=MB)


@pytest.fixture
def out(read: Callable[..., Results], fill: Fill, plan: Plan, tmp_path: Path) -> Callable[..., Path]:
    """The folder written from a sheet filled in like this."""

    def written(cells: Mapping[str, Mapping[str, object]]) -> Path:
        write_results(tmp_path / "out", plan, read(fill(cells)))
        return tmp_path / "out"

    return written


@pytest.fixture
def four(code: Code) -> Mapping[str, Mapping[str, object]]:
    """One of each: signed, refused, an enterprise that did not come, and a meeting that was only wished for."""
    return {
        code("甲公司", "子大学"): {"结果": "签约", "合同类型": "技术许可", "成交额（万元）": 120.5, "备注": "已签"},
        code("甲公司", "丑大学"): {"结果": "已见面-无意向", "不合适的原因": "技术不符"},
        code("乙公司", "子大学"): {"结果": "未到场（企业）"},
        code("甲公司", "寅大学"): {"结果": "已见面-有意向"},
    }


def test_what_was_filled_in_is_read_back(
    read: Callable[..., Results], fill: Fill, code: Code, plan: Plan, four: Mapping[str, Mapping[str, object]]
) -> None:
    found = read(fill(four))
    assert found.faults == ()
    assert found.missing == ()
    assert [result.code for result in found.results] == [meeting.code for meeting in plan.meetings]
    by_code = {result.code: result for result in found.results}
    signed = by_code[code("甲公司", "子大学")]
    assert (signed.outcome, signed.contract, signed.amount) == (Outcome.SIGNED, "技术许可", 120.5)
    refused = by_code[code("甲公司", "丑大学")]
    assert (refused.outcome, refused.reason, refused.amount) == (Outcome.NO_INTENT, "技术不符", None)


def test_an_empty_sheet_is_all_missing(read: Callable[..., Results], fill: Fill, plan: Plan) -> None:
    found = read(fill({}))
    assert (found.results, found.faults) == ((), ())
    assert list(found.missing) == [meeting.code for meeting in plan.meetings]


def test_the_summary_adds_up(
    read: Callable[..., Results], fill: Fill, plan: Plan, four: Mapping[str, Mapping[str, object]]
) -> None:
    told = dict(summary(plan, read(fill(four))))
    assert told["安排"] == "4 场"
    assert told["已登记"] == "4 场，未登记 0 场"
    assert told["已见面"] == "3 场（已登记的 75%）"
    assert told["未到场"] == "1 场（已登记的 25%）：企业 1，团队 0，双方 0"
    assert told["签约"] == "1 场（已见面的 33%）"
    assert told["有意向"] == "1 场（已见面的 33%）"
    assert told["无意向的原因"] == "技术不符 1"
    assert told["合同"] == "1 份，120.5 万元"
    assert told["  技术许可"] == "1 份，120.5 万元"


def test_open_ends_are_remarked_and_no_faults(read: Callable[..., Results], fill: Fill, plan: Plan) -> None:
    first, second, third, fourth = (meeting.code for meeting in plan.meetings)
    found = read(
        fill(
            {
                first: {"结果": "签约", "合同类型": "技术开发"},
                second: {"结果": "签约", "成交额（万元）": 0},
                third: {"结果": "已见面-无意向"},
                fourth: {"结果": "已见面-无意向", "不合适的原因": "价格"},
            }
        )
    )
    assert found.faults == ()
    asked = "；可问清后补填，再运行一次"
    assert [text for name, text in summary(plan, found) if name == "提示"] == [
        f"1 场签约，没有写合同类型：{second}{asked}",
        f"1 场签约，没有写成交额：{first}{asked}",
        f"1 场无意向，没有写不合适的原因：{third}{asked}",
    ]


def test_the_ranker_learns_from_it(out: Callable[..., Path], four: Mapping[str, Mapping[str, object]]) -> None:
    learned = read_feedback([out(four) / "反馈.xlsx"], LabelRules.load(), max_bytes=MB)
    assert learned.rejected == ()
    # Signed is level 4; refused for the technology 1–2; who did not come and who was only wished for teach nothing.
    assert [(p.need_id, p.achievement_id, p.low, p.high) for p in learned.pairs] == [
        ("N1", "A1", 4, 4),
        ("N1", "A2", 1, 2),
    ]


@pytest.mark.parametrize(
    ("outcome", "levels"), [("已见面-有意向", (3, 4)), ("已见面-继续联系", (3, 4)), ("已见面-无意向", (1, 2))]
)
def test_what_each_result_teaches(out: Callable[..., Path], code: Code, outcome: str, levels: tuple[int, int]) -> None:
    folder = out({code("乙公司", "子大学"): {"结果": outcome}})
    (pair,) = read_feedback([folder / "反馈.xlsx"], LabelRules.load(), max_bytes=MB).pairs
    assert (pair.need_id, pair.achievement_id, (pair.low, pair.high)) == ("N2", "A1", levels)


def test_the_next_fair_knows_who_came(out: Callable[..., Path], four: Mapping[str, Mapping[str, object]]) -> None:
    assert read_attendance(out(four) / "到场记录.xlsx", max_bytes=MB) == {
        plain("甲公司"): Attendance(3, 3),
        plain("乙公司"): Attendance(1, 0),
        plain("子大学"): Attendance(2, 2),
        plain("丑大学"): Attendance(1, 1),
        plain("寅大学"): Attendance(1, 1),
    }


@pytest.mark.parametrize(
    ("outcome", "came"), [("未到场（企业）", (0, 1)), ("未到场(团队)", (1, 0)), ("未到场（双方）", (0, 0))]
)
def test_who_did_not_come(out: Callable[..., Path], code: Code, outcome: str, came: tuple[int, int]) -> None:
    folder = out({code("甲公司", "丑大学"): {"结果": outcome}})
    found = read_attendance(folder / "到场记录.xlsx", max_bytes=MB)
    assert (found[plain("甲公司")].came, found[plain("丑大学")].came) == came


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"结果": "谈得很好"}, "“结果”列的“谈得很好”不认识"),
        ({"备注": "改天再谈"}, "“结果”列是空的"),
        ({"结果": "已见面-有意向", "不合适的原因": "价格"}, "“不合适的原因”列写了“价格”，但结果是“已见面-有意向”"),
        ({"结果": "已见面-无意向", "不合适的原因": "不喜欢"}, "“不合适的原因”列的“不喜欢”不认识"),
        ({"结果": "已见面-有意向", "合同类型": "技术开发"}, "“合同类型”列写了“技术开发”"),
        ({"结果": "已见面-有意向", "成交额（万元）": 0}, "“成交额（万元）”列写了“0”"),
        ({"结果": "签约", "成交额（万元）": "一百多"}, "“成交额（万元）”列的“一百多”不是数"),
        ({"结果": "签约", "成交额（万元）": -5}, "“成交额（万元）”列的“-5”不能为负"),
        ({"结果": "签约", "合同类型": "入股"}, "“合同类型”列的“入股”不认识"),
        ({"会面编号": "M999", "结果": "签约"}, "“会面编号”列“M999”不在这份排期里"),
        ({"会面编号": "", "结果": "签约"}, "“会面编号”列是空的"),
    ],
)
def test_a_bad_row_is_told_with_row_and_column(
    read: Callable[..., Results], fill: Fill, plan: Plan, typed: dict[str, object], told: str
) -> None:
    first, second = plan.meetings[0].code, plan.meetings[1].code
    found = read(fill({first: typed, second: {"结果": "已见面-有意向"}}))
    (fault,) = found.faults
    assert fault.place == "结果登记.xlsx的工作表“结果登记”第 2 行"
    assert told in fault.reason
    assert [result.code for result in found.results] == [second]


def test_a_bad_row_is_kept_as_it_was_written(out: Callable[..., Path], plan: Plan) -> None:
    folder = out({plan.meetings[0].code: {"结果": "谈得很好", "备注": "下周再谈", "成交额（万元）": "不少"}})
    kept = [cell.value for cell in openpyxl.load_workbook(folder / "结果汇总.xlsx")["需改正"][2]]
    assert kept[2:] == [plan.meetings[0].code, "谈得很好", None, None, "不少", "下周再谈"]


@pytest.mark.parametrize(
    ("typed", "amount"), [("120", 120.0), ("1,200.5", 1200.5), ("35.5万元", 35.5), ("８０", 80.0), (12, 12.0)]
)
def test_amounts_as_people_write_them(
    read: Callable[..., Results], fill: Fill, code: Code, typed: object, amount: float
) -> None:
    (result,) = read(fill({code("甲公司", "子大学"): {"结果": "签约", "成交额（万元）": typed}})).results
    assert result.amount == amount


def test_a_short_kind_of_contract_is_understood(read: Callable[..., Results], fill: Fill, code: Code) -> None:
    (result,) = read(fill({code("甲公司", "子大学"): {"结果": "签约", "合同类型": "开发"}})).results
    assert result.contract == "技术开发"


def test_copies_filled_in_by_several_people_are_read_as_one(
    read: Callable[..., Results], fill: Fill, plan: Plan
) -> None:
    one, two = plan.meetings[0].code, plan.meetings[1].code
    both = read(
        fill({one: {"结果": "已见面-有意向"}}, "甲.xlsx"),
        fill({one: {"结果": "已见面-有意向"}, two: {"结果": "未到场（团队）"}}, "乙.xlsx"),
    )
    assert both.faults == ()
    assert [result.code for result in both.results] == [one, two]
    apart = read(fill({one: {"结果": "签约"}}, "甲.xlsx"), fill({one: {"结果": "已见面-无意向"}}, "乙.xlsx"))
    assert [fault.reason for fault in apart.faults] == [
        f"会面 {one} 在甲.xlsx的工作表“结果登记”第 2 行已登记为“签约”，与这一行不同；请核对后只留一行"
    ]


def test_another_table_is_refused(read: Callable[..., Results], tmp_path: Path) -> None:
    (tmp_path / "别的.csv").write_text("企业,团队\n甲,乙\n", encoding="utf-8")
    with pytest.raises(ColumnError, match="没有一张表同时有 会面编号、结果 两列"):
        read(tmp_path / "别的.csv")


def test_texts_stay_texts(out: Callable[..., Path], plan: Plan) -> None:
    folder = out({plan.meetings[0].code: {"结果": "已见面-有意向", "备注": "+说明"}})
    books = [openpyxl.load_workbook(path) for path in sorted(folder.iterdir())]
    cells = [cell for book in books for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell.value for cell in cells if cell.data_type == "f"]
    assert "+说明" in [cell.value for cell in cells]


def test_the_same_results_give_the_same_bytes(
    read: Callable[..., Results], fill: Fill, plan: Plan, four: Mapping[str, Mapping[str, object]], tmp_path: Path
) -> None:
    found = read(fill(four))
    one, other = (write_results(tmp_path / name, plan, found) for name in ("a", "b"))
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in other]
