"""对接安排.xlsx and 结果登记.xlsx, read back by another library."""

from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from matcher.fair.base import PartyKind, Wish
from matcher.fair.books.resultsheet import write_resultsheet
from matcher.fair.books.workbook import write_workbook
from matcher.fair.outcomes import CONTRACTS, Outcome
from matcher.report.base import REFUSALS


def rows(sheet: Worksheet) -> list[dict[str, Any]]:
    head, *body = sheet.iter_rows(values_only=True)
    return [dict(zip(map(str, head), row, strict=True)) for row in body]


@pytest.fixture(scope="module")
def book(show: Any, tmp_path_factory: pytest.TempPathFactory) -> Workbook:
    path = tmp_path_factory.mktemp("book") / "对接安排.xlsx"
    write_workbook(path, show.books)
    return openpyxl.load_workbook(path)


@pytest.fixture(scope="module")
def filled(show: Any, tmp_path_factory: pytest.TempPathFactory) -> Workbook:
    path = tmp_path_factory.mktemp("book") / "结果登记.xlsx"
    write_resultsheet(path, show.books)
    return openpyxl.load_workbook(path)


def test_the_sheets_are_those_promised(book: Workbook) -> None:
    assert book.sheetnames == ["按企业", "按团队", "按桌位", "按时间", "未安排及原因", "候补", "统计", "使用说明"]


@pytest.mark.parametrize(("name", "kind"), [("企业", PartyKind.ENTERPRISE), ("团队", PartyKind.TEAM)])
def test_everybody_has_exactly_their_meetings(
    book: Workbook, expected: Callable[[PartyKind], dict[str, list[str]]], name: str, kind: PartyKind
) -> None:
    found = defaultdict(list)
    for row in rows(book[f"按{name}"]):
        found[row[f"{name}编号"]].append(row["会面编号"])
    assert {number: sorted(codes) for number, codes in found.items()} == expected(kind)


@pytest.mark.parametrize("name", ["按桌位", "按时间"])
def test_every_meeting_stands_once_by_table_and_by_time(book: Workbook, show: Any, name: str) -> None:
    assert sorted(row["会面编号"] for row in rows(book[name])) == sorted(m.code for m in show.plan.meetings)


def test_by_time_is_in_order_of_time(book: Workbook) -> None:
    times = [row["时间"] for row in rows(book["按时间"])]
    assert times == sorted(times)


def test_no_text_becomes_a_formula(book: Workbook, filled: Workbook) -> None:
    cells = [cell for one in (book, filled) for sheet in one for row in sheet.iter_rows() for cell in row]
    assert not [cell.value for cell in cells if cell.data_type == "f"]
    assert any(cell.value == "=1+1 甲公司" and cell.data_type == "s" for cell in cells)


def test_nothing_confidential_is_written(book: Workbook) -> None:
    texts = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [text for text in texts if "机密" in text]
    assert any("非公开成果，编号 A4" in text for text in texts)


def test_those_left_out_have_an_answer_and_a_reason(book: Workbook) -> None:
    (row,) = rows(book["未安排及原因"])
    assert (row["名称"], row["答复用语"]) == ("丙公司", "本次没有找到合适的对接对象，未能安排")
    assert row["内部原因（勿外传）"].startswith("没有达到等级的匹配：")
    told = dict(book["使用说明"].iter_rows(min_row=2, values_only=True))
    assert "对外只用答复用语" in told["未安排及原因"]


def test_a_refusal_stays_inside(tmp_path: Path, planned: Any) -> None:
    books = planned([("N2", "A2", Wish.NO, PartyKind.TEAM), ("N2", "A4", Wish.NO, PartyKind.TEAM)])
    write_workbook(tmp_path / "b.xlsx", books)
    sheet = openpyxl.load_workbook(tmp_path / "b.xlsx")["未安排及原因"]
    left = {row["名称"]: row for row in rows(sheet)}
    refused = left["丑大学 李四团队"]
    assert "表示不见" in refused["内部原因（勿外传）"]
    assert refused["答复用语"] == "本次名额有限，未能安排"
    assert not [row for row in left.values() if "不见" in row["答复用语"]]


def test_a_want_that_was_not_kept_is_listed(tmp_path: Path, planned: Any) -> None:
    wants = [("N2", team, Wish.WANT, PartyKind.ENTERPRISE) for team in ("A1", "A2", "A4")]
    write_workbook(tmp_path / "b.xlsx", planned(wants))
    (row,) = [
        row for row in rows(openpyxl.load_workbook(tmp_path / "b.xlsx")["未安排及原因"]) if row["类别"] == "想见未排"
    ]
    # N2 has two meetings at most and wished for three.
    assert row["编号"].startswith("E02 T0")
    assert row["内部原因（勿外传）"].endswith("的 2 次会面已满。")


def test_who_stands_by_is_told_with_who_stays(book: Workbook, show: Any) -> None:
    plan, books = show.plan, show.books
    expected = [
        (one.meeting, books.names[one.party], one.order, books.numbers[candidate.team])
        for one in plan.standby
        if (candidate := plan.problem.candidates[one.candidate]).enterprise == one.party
    ]
    # T04 for each of the two teams that N2 meets.
    assert [number for *_, number in expected] == ["T04", "T04"]
    found = [(row["会面编号"], row["留下的一方"], row["顺序"], row["候补编号"]) for row in rows(book["候补"])]
    assert sorted(row for row in found if row[3].startswith("T")) == sorted(expected)


def test_figures(book: Workbook, show: Any) -> None:
    told = dict(book["统计"].iter_rows(min_row=2, values_only=True))
    # Three slots at three tables, five of them used.
    assert told["会面"] == "5 场，用去 9 个桌次的 56%"
    assert told["有会面的企业"].startswith("2 / 3 家")
    assert told["3 较强相关"] == "4 场"
    assert told["未评级（互相点名）"] == "1 场"
    assert told["必见"] == "1 项，已安排 1 项"
    # 0.9 + 0.6 + 0.8 + 0.7, level 4 being impossible.
    assert told["会面价值"].startswith("3.0（")
    assert told["与上界的差距"] == "0.00%，已证明最优"


def test_tables_are_ready_to_print(book: Workbook) -> None:
    for name in ("按企业", "按团队", "按桌位", "按时间", "未安排及原因", "候补"):
        sheet = book[name]
        assert sheet.freeze_panes is not None
        assert sheet.auto_filter.ref is not None
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        # As many pages long as it takes, one wide, which is what is meant where no width is written.
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)


def test_a_replan_has_a_sheet_of_whom_to_phone(show: Any, tmp_path: Path) -> None:
    moved = show.again('[[absent]]\nwho = "子大学"\n')
    write_workbook(tmp_path / "b.xlsx", moved.books)
    found = rows(openpyxl.load_workbook(tmp_path / "b.xlsx")["变动"])
    cancelled = {row["会面编号"]: row for row in found if row["变动"] == "取消"}
    before = {m.code: m for m in show.plan.meetings if show.plan.team(m).org == "子大学"}
    assert set(cancelled) == set(before)
    (row,) = [row for row in cancelled.values() if row["企业"] == "=1+1 甲公司"]
    slot, table = show.plan.slot(before[row["会面编号"]]), show.plan.table(before[row["会面编号"]])
    assert (row["团队"], row["企业联系方式"], row["团队联系方式"]) == ("子大学 张三团队", "刘工 0371-1", "张老师")
    assert row["原来"] == f"11月18日 周二 {slot.start:%H:%M}–{slot.end:%H:%M} {table.name}（一号馆）"
    assert (row["现在"], row["答复用语"]) == ("取消", "因会务调整，这场会面取消，请谅解")
    (why,) = [move.why for move in moved.plan.moves if move.code == row["会面编号"]]
    assert row["内部原因（勿外传）"] == why
    left = {one["名称"]: one for one in rows(openpyxl.load_workbook(tmp_path / "b.xlsx")["未安排及原因"])}
    assert left["子大学 张三团队"]["答复用语"] == "已登记为不参加，未安排会面"
    # N2 has room again, so that A4 comes in.
    (new,) = [row for row in found if row["变动"] == "新增"]
    assert (new["企业编号"], new["团队编号"], new["原来"]) == ("E02", "T04", None)


def test_a_meeting_that_moves_tells_both_places(show: Any, tmp_path: Path) -> None:
    first = next(m for m in show.plan.meetings if show.plan.table(m).name.startswith("A"))
    table = show.plan.table(first).name
    moved = show.again(f'[[table_closed]]\ntable = "{table}"\n')
    write_workbook(tmp_path / "b.xlsx", moved.books)
    found = rows(openpyxl.load_workbook(tmp_path / "b.xlsx")["变动"])
    now = {held.meeting.code: held for held in moved.books.held}
    rows_moved = [row for row in found if row["变动"] == "改动"]
    assert rows_moved
    for row in rows_moved:
        held = now[row["会面编号"]]
        assert f" {table}（" in row["原来"]
        assert f"{held.time} {held.table.name}" in row["现在"]


def test_the_same_plan_gives_the_same_bytes(show: Any, tmp_path: Path) -> None:
    for write in (write_workbook, write_resultsheet):
        write(tmp_path / "a.xlsx", show.books)
        write(tmp_path / "b.xlsx", show.books)
        assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_a_fair_without_meetings_has_all_its_sheets(empty: Any, tmp_path: Path) -> None:
    write_workbook(tmp_path / "b.xlsx", empty)
    book = openpyxl.load_workbook(tmp_path / "b.xlsx")
    assert book["按时间"]["A2"].value == "没有安排会面"
    assert len(rows(book["未安排及原因"])) == 7
    write_resultsheet(tmp_path / "r.xlsx", empty)
    assert openpyxl.load_workbook(tmp_path / "r.xlsx")["结果登记"]["A2"].value == "没有安排会面"


def test_results_are_picked_from_lists(filled: Workbook, show: Any) -> None:
    sheet = filled["结果登记"]
    found = rows(sheet)
    assert sorted(row["会面编号"] for row in found) == sorted(m.code for m in show.plan.meetings)
    assert all(row["结果"] is None for row in found)
    lists = {
        tuple(rule.formula1.strip('"').split(","))
        for rule in sheet.data_validations.dataValidation
        if rule.type == "list"
    }
    assert lists == {tuple(Outcome), REFUSALS, CONTRACTS}
    (amount,) = [rule for rule in sheet.data_validations.dataValidation if rule.type == "decimal"]
    assert (amount.operator, amount.formula1) == ("greaterThanOrEqual", "0")
