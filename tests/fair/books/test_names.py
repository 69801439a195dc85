"""Names of files every system takes."""

import pytest

from matcher.fair.books.names import file_name


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("某公司", "E01 某公司.ics"),
        ('a<b>:"/\\|?*c', "E01 a-b-c.ics"),
        ("CON", "E01 CON.ics"),
        ("尾点. . ", "E01 尾点.ics"),
        ("../../etc", "E01 ..-..-etc.ics"),
        ("换\n行\t制表", "E01 换-行-制表.ics"),
        ("", "E01.ics"),
        ("///", "E01 -.ics"),
        ("半个\ud800字", "E01 半个-字.ics"),
    ],
)
def test_forbidden_characters(name: str, expected: str) -> None:
    assert file_name("E01", name, ".ics") == expected


def test_long_names_are_cut_by_characters_and_by_bytes() -> None:
    assert file_name("E01", "a" * 300, ".ics") == f"E01 {'a' * 60}.ics"
    # 150 bytes are 50 characters of three bytes.
    assert file_name("E01", "汉" * 300, ".ics") == f"E01 {'汉' * 50}.ics"
