"""Names that are safe to write."""

import pytest

from api.outbound.filename import filename_hint, plain_name


@pytest.mark.parametrize(
    ("disposition", "path", "expected"),
    [
        ("", "/data/list.csv?token=1", "list.csv"),
        ("", "/%E6%88%90%E6%9E%9C.xlsx", "成果.xlsx"),
        ("", "/", "download"),
        ("", "/a/..%2f..%2fetc%2fpasswd", "passwd"),
        ('attachment; filename="a.csv"', "/x", "a.csv"),
        ("attachment; filename*=UTF-8''%E6%88%90%E6%9E%9C.csv", "/x", "成果.csv"),
        ('attachment; filename="成果.csv"', "/x", "成果.csv"),
        ('attachment; filename="..\\\\..\\\\evil.csv"', "/x", "evil.csv"),
        ('attachment; filename="/etc/cron.d/evil"', "/x", "evil"),
        ("attachment", "/x.json", "x.json"),
    ],
)
def test_hint(disposition: str, path: str, expected: str) -> None:
    assert filename_hint(disposition, path) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("..", "download"),
        (".bashrc", "bashrc"),
        ("a\x00b\n.csv", "ab.csv"),
        ("C:\\x\\y.csv", "y.csv"),
        ("a:b.csv", "ab.csv"),
    ],
)
def test_plain(text: str, expected: str) -> None:
    assert plain_name(text) == expected


def test_long_names_keep_their_extension() -> None:
    assert plain_name("a" * 300 + ".xlsx") == "a" * 115 + ".xlsx"
    # 65 characters of three bytes and ".csv" are 199 bytes; one more character would be 202.
    assert plain_name("成" * 300 + ".csv") == "成" * 65 + ".csv"
