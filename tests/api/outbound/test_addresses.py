"""Spellings of addresses and the administrator's list."""

import pytest

from api.outbound import AddressRefusedError, AddressRules, check_url
from matcher.errors import ConfigError, InputError

ANY = AddressRules.of(None, schemes=("https", "http"))
ANY_PRIVATE = AddressRules.of(None, allow_private=True, schemes=("https", "http"))


@pytest.mark.parametrize(
    ("url", "origin", "path"),
    [
        ("https://Data.Example.cn/a.csv?x=1#top", "https://data.example.cn", "/a.csv?x=1"),
        ("https://data.example.cn.:443", "https://data.example.cn", "/"),
        ("http://data.example.cn:8080/a", "http://data.example.cn:8080", "/a"),
        ("https://例子.中国/表.csv", "https://xn--fsqu00a.xn--fiqs8s", "/%E8%A1%A8.csv"),
        ("https://1.1.1.1/", "https://1.1.1.1", "/"),
        ("https://[2400:3200:0::1]/", "https://[2400:3200::1]", "/"),
    ],
)
def test_normal_form(url: str, origin: str, path: str) -> None:
    target = check_url(url, ANY)
    assert (target.origin, target.path, target.url) == (origin, path, origin + path)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "data.example.cn/a.csv",
        "//data.example.cn/a",
        "ftp://data.example.cn/",
        "file:///etc/passwd",
        "gopher://data.example.cn/",
        "javascript:alert(1)",
        "https:///a",
        "https://:443/",
        "https://user@data.example.cn/",
        "https://user:pw@data.example.cn/",
        "https://@data.example.cn/",
        "https://data.example.cn@127.0.0.1/",
        "https://data.example.cn\\@127.0.0.1/",
        "https://data.example.cn/\r\nX: y",
        "https://data.example.cn/a b",
        "https://data.example.cn:0/",
        "https://data.example.cn:65536/",
        "https://data.example.cn:22/",
        "https://data.example.cn:-1/",
        "https://data%2eexample.cn/",
        "https://data..example.cn/",
        "https://data.example.cn/" + "a" * 2048,
    ],
)
def test_refused_by_spelling(url: str) -> None:
    with pytest.raises(AddressRefusedError, match="请"):
        check_url(url, ANY_PRIVATE)


@pytest.mark.parametrize(
    "host",
    [
        "2130706433",
        "0x7f000001",
        "0x7f.0.0.1",
        "0177.0.0.1",
        "127.1",
        "127.0.1",
        "0",
        "127.0.0.1.",
        "１２７.0.0.1",
        "1.1.1.0x1",
    ],
)
def test_numbers_in_other_spellings(host: str) -> None:
    # Refused even where 127.0.0.1 itself would do, for what a resolver makes of them is anybody's guess; the plain
    # spelling with a dot behind is no IP address either.
    with pytest.raises(AddressRefusedError):
        check_url(f"http://{host}/", ANY_PRIVATE)
    assert check_url("http://127.0.0.1/", ANY_PRIVATE).host == "127.0.0.1"


def test_ideographic_dots_are_dots() -> None:
    with pytest.raises(AddressRefusedError, match="内部或保留"):
        check_url("http://127。0。0。1/", ANY)


@pytest.mark.parametrize("host", ["127.0.0.1", "10.0.0.1", "100.64.0.1", "[::1]", "[fd00::1]"])
def test_private_numbers(host: str) -> None:
    assert check_url(f"http://{host}/", ANY_PRIVATE)
    with pytest.raises(AddressRefusedError, match="内部或保留"):
        check_url(f"http://{host}/", ANY)


@pytest.mark.parametrize("host", ["0.0.0.1", "169.254.169.254", "[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]", "[fe80::1]"])
def test_never_numbers(host: str) -> None:
    with pytest.raises(AddressRefusedError):
        check_url(f"http://{host}/", ANY_PRIVATE)


def test_list_is_exact() -> None:
    rules = AddressRules.of(["Data.Example.cn", "feeds.example.cn:8443", "[2400:3200:0::1]:8443", "例子.中国"])
    for url in (
        "https://data.example.cn/",
        "https://feeds.example.cn:8443/",
        "https://[2400:3200::1]:8443/",
        "https://例子.中国/",
    ):
        assert check_url(url, rules).url == check_url(url, AddressRules.of(None)).url
    for url in (
        "https://data.example.cn:8443/",
        "https://feeds.example.cn/",
        "https://x.data.example.cn/",
        "https://data.example.cn.evil.example/",
        "https://example.cn/",
    ):
        with pytest.raises(AddressRefusedError, match="不在管理员允许"):
            check_url(url, rules)


def test_defaults_allow_nothing() -> None:
    with pytest.raises(AddressRefusedError, match="不在管理员允许"):
        check_url("https://data.example.cn/", AddressRules())
    with pytest.raises(AddressRefusedError, match="https://"):
        check_url("http://data.example.cn/", AddressRules.of(None))


@pytest.mark.parametrize(
    "entry", ["", "*.example.cn", "https://a.cn", "a.cn/path", "a.cn:0", "a.cn:65536", "a b", "u@a.cn"]
)
def test_bad_entries(entry: str) -> None:
    with pytest.raises(ConfigError, match="允许访问的地址"):
        AddressRules.of([entry])


def test_bad_schemes() -> None:
    with pytest.raises(ConfigError, match="ftp"):
        AddressRules.of(None, schemes=("https", "ftp"))
    with pytest.raises(ConfigError):
        AddressRules.of(None, schemes=())


def test_messages_hide_path_and_query() -> None:
    with pytest.raises(InputError) as caught:
        check_url("https://other.example.cn/hook/path-token?key=query-token", AddressRules())
    assert "token" not in str(caught.value)
