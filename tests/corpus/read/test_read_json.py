"""JSON and JSON Lines."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matcher.corpus.read import Row, Table, read_tables
from matcher.errors import ColumnError, FileFormatError

Read = Callable[[Path], tuple[Table, ...]]


def put(folder: Path, name: str, content: object) -> Path:
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return path


def test_list_of_objects_gives_the_union_of_keys(tmp_path: Path, read: Read) -> None:
    (table,) = read(put(tmp_path, "a.json", [{"title": "泵", "b": 1}, {"c": None, "title": "阀"}]))
    assert table.headings == ("title", "b", "c")
    assert table.rows == (Row(1, ("泵", "1", "")), Row(2, ("阀", "", "")))
    assert (table.sheet, table.header_row, table.encoding) == (None, None, "utf-8")


def test_list_inside_an_object(tmp_path: Path, read: Read) -> None:
    (table,) = read(put(tmp_path, "a.json", {"code": 0, "data": {"list": [{"title": "泵"}]}}))
    assert table.sheet == "data.list"
    assert table.rows == (Row(1, ("泵",)),)
    assert "“code”" in table.notes[0]


def test_two_lists_are_two_tables(tmp_path: Path, read: Read) -> None:
    tables = read(put(tmp_path, "a.json", {"needs": [{"title": "密封"}], "achievements": [{"name": "泵"}]}))
    assert [(table.sheet, table.headings) for table in tables] == [("needs", ("title",)), ("achievements", ("name",))]


def test_list_without_known_keys_is_noted(tmp_path: Path, read: Read) -> None:
    (table,) = read(put(tmp_path, "a.json", {"columns": [{"field": "x"}], "rows": [{"title": "泵"}], "more": []}))
    assert table.sheet == "rows"
    assert len(table.notes) == 2
    assert "“columns”" in table.notes[0]
    assert "“more”是空的" in table.notes[1]


def test_nested_values(tmp_path: Path, read: Read) -> None:
    record = {
        "title": "泵",
        "词": ["低温", "密封", 3],
        "org": {"name": "某校", "addr": {"city": "开封"}},
        "team": [{"name": "甲", "post": "教授"}, {"name": "乙"}],
        "mixed": [1, [2, 3]],
        "empty": {},
        "ok": True,
    }
    (table,) = read(put(tmp_path, "a.json", [record]))
    assert dict(zip(table.headings, table.rows[0].cells, strict=True)) == {
        "title": "泵",
        "词": "低温；密封；3",
        "org.name": "某校",
        "org.addr.city": "开封",
        "team.name": "甲；乙",
        "team.post": "教授；",
        "mixed": '1；["2", "3"]',
        "empty": "",
        "ok": "true",
    }


def test_numbers_stay_exact(tmp_path: Path, read: Read) -> None:
    numbers = '"a": 123456789012345678, "b": 1.0, "c": 0.10000000000000000001, "d": 1e3, "e": NaN, "f": 1e99'
    (table,) = read(put(tmp_path, "a.json", f'[{{"title": "泵", {numbers}}}]'))
    assert table.rows[0].cells[1:] == ("123456789012345678", "1", "0.10000000000000000001", "1000", "", "1e99")


def test_repeated_key_is_kept(tmp_path: Path, read: Read) -> None:
    (table,) = read(put(tmp_path, "a.json", '[{"title": "泵", "a": 1, "a": 2, "b.c": 3, "b": {"c": 4}}]'))
    assert table.headings == ("title", "a", "a（2）", "b.c", "b.c（2）")
    assert table.rows[0].cells == ("泵", "1", "2", "3", "4")


def test_single_object(tmp_path: Path, read: Read) -> None:
    (table,) = read(put(tmp_path, "a.json", {"title": "泵", "org": {"name": "某校"}}))
    assert table.headings == ("title", "org.name")


def test_json_lines(tmp_path: Path, read: Read) -> None:
    (table,) = read(put(tmp_path, "a.jsonl", '{"title": "泵\u2028"}\n\n{"title": "阀"}\n'))
    assert table.rows == (Row(1, ("泵\u2028",)), Row(3, ("阀",)))


def test_json_lines_named_json_and_the_reverse(tmp_path: Path, read: Read) -> None:
    (lines,) = read(put(tmp_path, "a.json", '{"title": "泵"}\n{"title": "阀"}\n'))
    (whole,) = read(put(tmp_path, "b.jsonl", '[\n{"title": "泵"},\n{"title": "阀"}]'))
    assert [row.cells for row in lines.rows] == [row.cells for row in whole.rows] == [("泵",), ("阀",)]
    assert "JSONL" in lines.notes[0]
    assert "JSON 列表" in whole.notes[0]


def test_json_named_csv(tmp_path: Path, read: Read) -> None:
    (table,) = read(put(tmp_path, "a.csv", [{"title": "泵"}]))
    assert "内容其实是 JSON" in table.notes[0]


def test_characters_that_cannot_be_written_become_visible(tmp_path: Path, read: Read) -> None:
    (table,) = read(put(tmp_path, "a.json", r'[{"title": "a\ud800b\u0000c"}]'))
    assert table.rows[0].cells == ("a\ufffdb\ufffdc",)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.json", '[{"title": "泵"},\n {"title" "阀"}]', "JSON 第 2 行第 11 列有语法错误；请"),
        ("a.json", '[{"title": "泵"},\n', "JSON 在第 2 行提前结束，文件不完整；请"),
        ("a.json", "成果名称,联系人", "JSON 第 1 行第 1 列有语法错误；请"),
        ("a.json", '["泵"]', "第 1 项不是对象；请"),
        ("a.json", '{"data": [{"title": "泵"}, 5]}', "列表“data”的第 2 项不是对象；请"),
        ("a.json", "7", "内容不是对象的列表；请"),
        ("a.json", "[]", "里面没有记录；请"),
        ("a.json", '{"data": []}', "里面没有记录；请"),
        ("a.json", "[" * 200_000, "JSON 嵌套过深；请"),
        ("a.jsonl", '{"title": "泵"}\n{"title": \n', "第 2 行（第 11 列附近）不是完整的 JSON 对象；请"),
        ("a.jsonl", '{"title": "泵"}\n\n[1]\n', "第 3 行不是对象；请"),
    ],
)
def test_bad_json(tmp_path: Path, read: Read, name: str, text: str, message: str) -> None:
    with pytest.raises(FileFormatError) as caught:
        read(put(tmp_path, name, text))
    assert f"{name}：{message}" in str(caught.value)


def test_no_known_key(tmp_path: Path, read: Read) -> None:
    with pytest.raises(ColumnError, match=r"a\.json：没有找到能识别的列名（最像表头的内容：x、y）；请"):
        read(put(tmp_path, "a.json", [{"x": 1, "y": 2}]))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(titles=st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")), min_size=1))
def test_texts_come_back_equal(tmp_path: Path, read: Read, titles: list[str]) -> None:
    (table,) = read(put(tmp_path, "a.json", [{"title": title} for title in titles]))
    assert [row.cells[0] for row in table.rows] == titles


@pytest.mark.bench
@pytest.mark.parametrize(
    ("name", "rows", "width"),
    [
        ("henan/needs.jsonl", 311, 3),
        ("henan/achievements.jsonl", 5345, 3),
        ("zhejiang/needs.json", 1906, 7),
        ("zhejiang/achievements.json", 2868, 14),
    ],
)
def test_real_exports_as_they_are(bench: Path, name: str, rows: int, width: int) -> None:
    (table,) = read_tables(bench / name, is_heading={"title", "name"}.__contains__, max_bytes=100 << 20)
    assert (len(table.rows), len(table.headings), table.notes) == (rows, width, ())
