from pathlib import Path

import pytest

from matcher.corpus.mapping import check_headings, read_mapping
from matcher.errors import ColumnError, FileFormatError


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("m.toml", '"题目" = "title"\n"金额" = "budget（万元）"\n'),
        ("m.toml", '[columns]\n"题目" = "title"\n"金额" = "budget（万元）"\n'),
        ("m.json", '{"题目": "title", "金额": "budget（万元）"}'),
        ("m.json", '\ufeff{"columns": {"题目": "title", "金额": "budget（万元）"}}'),
    ],
)
def test_mapping_file(tmp_path: Path, name: str, text: str) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    assert read_mapping(path) == {"题目": "title", "金额": "budget（万元）"}


def test_an_unknown_field_is_named_with_the_nearest_ones(tmp_path: Path) -> None:
    path = tmp_path / "m.toml"
    path.write_text('"题目" = "titel"', encoding="utf-8")
    with pytest.raises(ColumnError, match=r"“题目”.*“titel”.*title"):
        read_mapping(path)


def test_an_absent_heading_is_named_with_the_nearest_ones() -> None:
    check_headings({" 需求名稱 ": "title"}, ["需求名称"])
    with pytest.raises(ColumnError, match=r"“需求名字”.*需求名称"):
        check_headings({"需求名字": "title"}, ["需求名称", "联系人"])


@pytest.mark.parametrize(("name", "text"), [("m.toml", "= ="), ("m.json", "{"), ("m.json", "[1]"), ("m.toml", "a = 1")])
def test_a_file_that_is_no_mapping(tmp_path: Path, name: str, text: str) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FileFormatError, match=name):
        read_mapping(path)


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(FileFormatError, match=r"m\.toml"):
        read_mapping(tmp_path / "m.toml")
