"""HTML tables, mostly exported as .xls."""

from collections.abc import Callable
from pathlib import Path

import pytest

from matcher.corpus.read import Row, Table
from matcher.errors import ColumnError, FileFormatError

Read = Callable[[Path], tuple[Table, ...]]

PAGE = """<html><head><meta charset="{charset}"></head><body>
<table><tr><td>打印时间</td></tr></table>
<table border=1>
<tr><th colspan=4>汇总表</th></tr>
<tr><th rowspan=2>成果名称</th><th colspan=2>联系人</th><th rowspan=2>价格</th></tr>
<tr><th>姓名<th>电话</tr>
<tr><td rowspan=2>泵 &amp; 阀<td>张三<td>1<td rowspan=2>5
<tr><td>李四<br/>王五</td><td>2</td></tr>
<tr><td>管</td></tr>
</table></body></html>"""


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_page_named_xls(tmp_path: Path, read: Read, encoding: str) -> None:
    path = tmp_path / "导出.xls"
    path.write_bytes(PAGE.format(charset=encoding).encode(encoding))
    (table,) = read(path)
    assert (table.sheet, table.header_row, table.encoding) == ("表2", 3, encoding)
    assert table.headings == ("成果名称", "联系人姓名", "电话", "价格")
    assert table.rows == (
        Row(4, ("泵 & 阀", "张三", "1", "5")),
        Row(5, ("泵 & 阀", "李四\n王五", "2", "5")),
        Row(6, ("管", "", "", "")),
    )
    assert table.notes[0] == "扩展名是 .xls，内容其实是 HTML，已按 HTML 读取。"
    assert any("第 1 个表格" in note for note in table.notes)


def test_table_inside_a_cell_stands_for_itself(tmp_path: Path, read: Read) -> None:
    path = tmp_path / "a.html"
    path.write_text("<table><tr><td>布局<table><tr><td>成果名称<tr><td>泵</table></td></tr></table>", encoding="utf-8")
    (table,) = read(path)
    assert table.rows == (Row(2, ("泵",)),)


def test_huge_spans_are_limited(tmp_path: Path, read: Read) -> None:
    path = tmp_path / "a.html"
    path.write_text(
        "<table><tr><td>成果名称<td>价格<tr><td rowspan=999999999 colspan=999999999>泵</table>", encoding="utf-8"
    )
    (table,) = read(path)
    assert table.rows == (Row(2, ("泵", "")),)


def test_page_without_table(tmp_path: Path, read: Read) -> None:
    path = tmp_path / "a.xls"
    path.write_text("<!DOCTYPE html><html>请先登录</html>", encoding="utf-8")
    with pytest.raises(FileFormatError, match=r"a\.xls：这是网页，里面没有表格；请"):
        read(path)


def test_page_without_header(tmp_path: Path, read: Read) -> None:
    path = tmp_path / "a.xls"
    path.write_text("<table><tr><td>甲<td>乙</table>", encoding="utf-8")
    with pytest.raises(ColumnError, match=r"a\.xls：没有找到能识别的列名（最像表头的内容：甲、乙）；请"):
        read(path)
