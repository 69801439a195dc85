"""Where the headings are and how two lines of them are joined, on plain grids."""

from collections.abc import Callable
from pathlib import Path

import pytest

from matcher.corpus.read import Row, Table
from matcher.corpus.read.header import Grid, tabulate, unique_headings

from .conftest import is_heading

Read = Callable[[Path], tuple[Table, ...]]


def grid(*rows: str) -> Grid:
    """One text per row, cells separated by |; empty rows keep their number but are left out, as readers do."""
    lines = [Row(number, tuple(row.split("|"))) for number, row in enumerate(rows, start=1) if row]
    return Grid(Path("a.csv"), None, tuple(lines))


def table_of(*rows: str) -> Table:
    table = tabulate(grid(*rows), is_heading)
    if table is None:
        pytest.fail("no header found")
    return table


def test_group_heading_with_empty_cells_after_it() -> None:
    table = table_of("成果名称|联系人||价格", "|姓名|电话|", "泵|张三|1|5")
    assert table.headings == ("成果名称", "联系人姓名", "电话", "价格")
    assert (table.header_row, [row.number for row in table.rows]) == (2, [3])
    assert table.notes == ("列名占两行（第 1、2 行），已上下合并。",)


def test_groups_above_a_full_header() -> None:
    table = table_of("汇总表||||", "基本信息|||联系人|", "成果名称|价格|等级|姓名|电话", "泵|5|甲|张三|1")
    assert table.headings == ("成果名称", "价格", "基本信息（等级）", "联系人姓名", "电话")
    assert table.header_row == 3


def test_unknown_child_keeps_a_known_parent_recognisable() -> None:
    table = table_of("成果名称|合作方式||联系人|", "|转让|入股|姓名|电话", "泵|是|否|张三|1")
    assert table.headings == ("成果名称", "合作方式（转让）", "合作方式（入股）", "联系人姓名", "电话")


def test_heading_said_in_both_lines() -> None:
    assert table_of("成果名称|联系人||价格", "成果名称|姓名|电话|价格", "泵|张三|1|5").headings[::3] == (
        "成果名称",
        "价格",
    )


def test_data_under_unnamed_columns_is_not_a_second_header() -> None:
    table = table_of("成果名称||", "泵|张三|男")
    assert (table.headings, table.rows[0].cells) == (("成果名称", "第2列", "第3列"), ("泵", "张三", "男"))


def test_line_of_particulars_is_not_a_group_line() -> None:
    table = table_of("填报单位：|某校|日期：|", "成果名称|价格|联系人|电话", "泵|5|张三|1")
    assert table.headings == ("成果名称", "价格", "联系人", "电话")
    assert table.notes == ("列名在第 2 行，上方的第 1 行不作为数据。",)


def test_row_with_most_known_headings_wins() -> None:
    assert table_of("联系人|见附页", "", "成果名称|联系人|价格", "泵|张三|5").header_row == 3


def test_header_is_looked_for_in_twenty_rows() -> None:
    lines = [f"说明{i}" for i in range(19)]
    assert table_of(*lines, "成果名称|价格", "泵|5").header_row == 20
    assert tabulate(grid(*lines, "说明", "成果名称|价格", "泵|5"), is_heading) is None


def test_form_with_headings_one_under_another_is_no_table() -> None:
    assert tabulate(grid("成果名称|泵", "联系人|张三"), is_heading) is None


def test_list_that_explains_the_headings_is_no_table() -> None:
    assert tabulate(grid("字段|name", "成果名称|必填", "联系人|必填"), is_heading) is None
    assert table_of("字段|name", "成果|必填", "联系人|必填").headings == ("字段", "name")


def test_headings_are_one_line() -> None:
    assert table_of("* 成果名称\n（必填）|联系 人", "泵|张三").headings == ("* 成果名称 （必填）", "联系 人")


def test_error_of_the_grid_and_error_text() -> None:
    lines = (
        Row(1, ("成果名称", "", "价格")),
        Row(2, ("泵", "", ""), ((2, "#N/A"),)),
        Row(3, (" #REF! ", "", "Err:508")),
    )
    table = tabulate(Grid(Path("a"), None, lines), is_heading)
    assert table is not None
    assert table.headings == ("成果名称", "价格")
    assert [row.errors for row in table.rows] == [((1, "#N/A"),), ((0, "#REF!"), (1, "Err:508"))]


@pytest.mark.parametrize(
    ("given", "unique"),
    [
        (["a", "a", "a"], ("a", "a（2）", "a（3）")),
        (["a", "a（2）", "a"], ("a", "a（2）", "a（3）")),
        (["a", "a", "a（2）"], ("a", "a（3）", "a（2）")),
        ([], ()),
    ],
)
def test_unique_headings(given: list[str], unique: tuple[str, ...]) -> None:
    assert unique_headings(given) == unique
