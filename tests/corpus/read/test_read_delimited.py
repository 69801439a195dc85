"""CSV and relatives: encodings, separators, quotes, ragged rows."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matcher.corpus.read import Row, Table
from matcher.errors import ColumnError, FileFormatError

Read = Callable[[Path], tuple[Table, ...]]


def put(folder: Path, name: str, content: bytes | str, encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


SIMPLE = "成果名称,联系人\r\n低温泵,张三\r\n高压阀,李四\r\n"
TRADITIONAL = "成果名稱,成果簡介\r\n軟體測試平台,適用於嵌入式裝置\r\n"


@pytest.mark.parametrize(
    ("encoding", "reported"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("gb18030", "gb18030"),
        ("gbk", "gb18030"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
    ],
)
def test_simplified_text_in_every_encoding(tmp_path: Path, read: Read, encoding: str, reported: str) -> None:
    (table,) = read(put(tmp_path, "a.csv", SIMPLE, encoding))
    assert table.encoding == reported
    assert table.headings == ("成果名称", "联系人")
    assert table.rows == (Row(2, ("低温泵", "张三")), Row(3, ("高压阀", "李四")))
    assert (table.sheet, table.header_row) == (None, 1)


@pytest.mark.parametrize("encoding", ["big5", "cp950"])
def test_big5_is_not_taken_for_gb18030(tmp_path: Path, read: Read, encoding: str) -> None:
    data = TRADITIONAL.encode(encoding)
    # GB18030 accepts these bytes without an error, so only the headings tell the two apart.
    assert "名" not in data.decode("gb18030")
    (table,) = read(put(tmp_path, "a.csv", data))
    assert table.encoding == "cp950"
    assert table.rows == (Row(2, ("軟體測試平台", "適用於嵌入式裝置")),)


def test_ascii_heading_does_not_prove_gb18030(tmp_path: Path, read: Read) -> None:
    (table,) = read(put(tmp_path, "a.csv", "id," + TRADITIONAL.replace("\r\n軟", "\r\n7,軟"), "cp950"))
    assert table.rows[0].cells == ("7", "軟體測試平台", "適用於嵌入式裝置")


def test_without_chinese_headings_the_guess_is_noted(tmp_path: Path, read: Read) -> None:
    body = "".join(f"{i},用于空分装置的低温液体泵，运行平稳，密封可靠，已在多家企业应用\n" for i in range(20))
    (table,) = read(put(tmp_path, "a.csv", "id,name\n" + body, "gb18030"))
    assert table.rows[3].cells[1].startswith("用于空分装置")
    assert any("GB18030" in note and "核对" in note for note in table.notes)


@pytest.mark.parametrize("separator", [",", "\t", ";", "|"])
def test_separator_is_found(tmp_path: Path, read: Read, separator: str) -> None:
    other = "," if separator != "," else ";"
    text = f"成果名称{separator}联系人\n甲{other}乙{separator}丙\n"
    (table,) = read(put(tmp_path, "a.csv", text))
    assert table.rows == (Row(2, (f"甲{other}乙", "丙")),)


def test_one_column_keeps_commas(tmp_path: Path, read: Read) -> None:
    (table,) = read(put(tmp_path, "a.txt", "成果名称\n泵,阀和管\n"))
    assert table.headings == ("成果名称",)
    assert table.rows == (Row(2, ("泵,阀和管",)),)


def test_quoted_newlines_and_line_numbers(tmp_path: Path, read: Read) -> None:
    text = '成果名称,成果简介\n甲,"第一行\n第二行，""引号"""\n\n乙,丙\n'
    (table,) = read(put(tmp_path, "a.csv", text))
    assert table.rows == (Row(2, ("甲", '第一行\n第二行，"引号"')), Row(5, ("乙", "丙")))


def test_last_line_without_line_end_is_kept(tmp_path: Path, read: Read) -> None:
    (table,) = read(put(tmp_path, "a.csv", "成果名称\n甲\n乙"))
    assert [row.cells[0] for row in table.rows] == ["甲", "乙"]


def test_old_mac_line_ends(tmp_path: Path, read: Read) -> None:
    (table,) = read(put(tmp_path, "a.csv", "成果名称,联系人\r甲,乙\r丙,丁\r"))
    assert table.rows == (Row(2, ("甲", "乙")), Row(3, ("丙", "丁")))


def test_title_rows_above_the_header(tmp_path: Path, read: Read) -> None:
    (table,) = read(put(tmp_path, "a.csv", "2024年成果汇总表,,\n填报单位：某校,,\n成果名称,联系人,电话\n甲,乙,1\n"))
    assert table.header_row == 3
    assert table.rows == (Row(4, ("甲", "乙", "1")),)
    assert "1–2" in table.notes[0]


def test_surplus_cells_get_a_heading(tmp_path: Path, read: Read) -> None:
    (table,) = read(put(tmp_path, "a.csv", "成果名称,联系人\n甲,乙,多,余\n丙\n"))
    assert table.headings == ("成果名称", "联系人", "第3列", "第4列")
    assert [row.cells for row in table.rows] == [("甲", "乙", "多", "余"), ("丙", "", "", "")]
    assert "第 2 行" in table.notes[0]


def test_repeated_and_empty_headings(tmp_path: Path, read: Read) -> None:
    (table,) = read(put(tmp_path, "a.csv", "成果名称,电话,电话,,\n甲,1,2,3,\n"))
    assert table.headings == ("成果名称", "电话", "电话（2）", "第4列")
    assert table.rows[0].cells == ("甲", "1", "2", "3")


def test_header_repeated_on_every_printed_page(tmp_path: Path, read: Read) -> None:
    (table,) = read(put(tmp_path, "a.csv", "成果名称,联系人\n甲,乙\n成果名称,联系人\n丙,丁\n"))
    assert [row.number for row in table.rows] == [2, 4]
    assert "第 3 行重复了列名" in table.notes[0]


def test_exported_formula_errors(tmp_path: Path, read: Read) -> None:
    (table,) = read(put(tmp_path, "a.csv", "成果名称,价格\n甲,#REF!\n#1号泵,#N/A\n"))
    assert table.rows == (Row(2, ("甲", ""), ((1, "#REF!"),)), Row(3, ("#1号泵", ""), ((1, "#N/A"),)))


def test_very_long_cell(tmp_path: Path, read: Read) -> None:
    long = "长" * 300_000
    (table,) = read(put(tmp_path, "a.csv", f"成果名称,成果简介\n甲,{long}\n"))
    assert table.rows[0].cells[1] == long


def test_loose_quotes_are_read_and_noted(tmp_path: Path, read: Read) -> None:
    (table,) = read(put(tmp_path, "a.csv", '成果名称,联系人\n"高效"泵,乙\n'))
    assert table.rows[0].cells == ("高效泵", "乙")
    assert any("第 2 行" in note and "引号" in note for note in table.notes)


def test_unclosed_quote(tmp_path: Path, read: Read) -> None:
    with pytest.raises(FileFormatError, match=r"a\.csv：从第 3 行开始的引号没有结束；请补上"):
        read(put(tmp_path, "a.csv", '成果名称,联系人\n甲,乙\n丙,"丁\n戊,己\n'))


def test_nul_byte(tmp_path: Path, read: Read) -> None:
    with pytest.raises(FileFormatError, match=r"a\.csv：第 2 行含有 NUL 字节.*；请"):
        read(put(tmp_path, "a.csv", "成果名称,联系人\n甲\x00,乙\n"))


def test_damaged_utf8_names_line_and_offset(tmp_path: Path, read: Read) -> None:
    good = "成果名称,联系人\n甲,乙\n".encode()
    with pytest.raises(FileFormatError, match=rf"a\.csv：第 3 行（字节偏移 {len(good)}）.*UTF-8.*0xFF；请"):
        read(put(tmp_path, "a.csv", good + b"\xff\xfe\n"))


def test_damaged_gb18030_names_line_and_offset(tmp_path: Path, read: Read) -> None:
    good = "成果名称,联系人\n甲,乙\n".encode("gb18030")
    with pytest.raises(FileFormatError, match=rf"a\.csv：第 3 行（字节偏移 {len(good)}）.*GB18030.*；请"):
        read(put(tmp_path, "a.csv", good + b"\xff\n"))


def test_no_known_heading(tmp_path: Path, read: Read) -> None:
    with pytest.raises(ColumnError, match=r"a\.csv：没有找到能识别的列名（最像表头的内容：甲、乙）；请"):
        read(put(tmp_path, "a.csv", "甲,乙\n丙,丁\n"))


def test_only_a_header(tmp_path: Path, read: Read) -> None:
    with pytest.raises(FileFormatError, match=r"a\.csv：只有列名，没有数据行；请"):
        read(put(tmp_path, "a.csv", "成果名称,联系人\n\n"))


ALPHABETS = {
    "utf-8": st.characters(exclude_categories=["Cs"], exclude_characters="\x00\ufdd0"),
    "utf-16": st.characters(exclude_categories=["Cs"], exclude_characters="\x00\ufdd0"),
    "gb18030": st.characters(exclude_categories=["Cs"], exclude_characters="\x00\ufdd0"),
    "cp950": st.sampled_from('軟體測試裝置低溫泵機械ABC019 ，。；,;|"\n\t-%'),
}


@pytest.mark.parametrize("encoding", list(ALPHABETS))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_table_to_csv_and_back(tmp_path: Path, read: Read, encoding: str, data: st.DataObject) -> None:
    headings = ("成果名稱", "成果簡介", "id") if encoding == "cp950" else ("成果名称", "成果简介", "id")
    cell = st.text(ALPHABETS[encoding], max_size=12).filter(lambda text: not text.strip().startswith(("#", "Err:")))
    # A title makes the row more than empty; rows equal to the header are headers.
    rows = data.draw(
        st.lists(
            st.tuples(cell.map(lambda text: "题" + text if encoding != "cp950" else "題" + text), cell, cell),
            min_size=1,
            max_size=6,
        )
    )
    delimiter = data.draw(st.sampled_from(",\t;|"))
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows([headings, *rows])
    (table,) = read(put(tmp_path, "a.csv", text.getvalue(), encoding))
    assert table.headings == headings
    assert [row.cells for row in table.rows] == rows
