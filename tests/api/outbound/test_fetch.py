"""Files from addresses."""

import time

import pytest

from api.outbound import (
    AddressRefusedError,
    AddressRules,
    BadReplyError,
    Fetched,
    Limits,
    NotModified,
    UnreachableError,
    Validators,
    fetch,
)
from api.outbound.network import Network


def test_file_with_its_marks(site) -> None:
    site.reply(
        "/list.csv",
        b"a,b\n",
        Content_Type="text/csv",
        ETag='"v1"',
        Last_Modified="Wed, 21 Oct 2026 07:28:00 GMT",
    )
    fetched = fetch(f"{site.url}/list.csv?token=abc", rules=site.rules)
    assert fetched == Fetched(
        body=b"a,b\n",
        filename="list.csv",
        content_type="text/csv",
        validators=Validators('"v1"', "Wed, 21 Oct 2026 07:28:00 GMT"),
        source=site.url,
    )
    # printf 'a,b\n' | sha256sum
    assert fetched.sha256 == "5be08c9684a1d25efcee09318204824278b08bbfb4aef973ffefd0b9d7478313"


def test_unchanged(site) -> None:
    def conditional(handler) -> None:
        same = handler.headers["If-None-Match"] == '"v1"' and handler.headers["If-Modified-Since"] == "yesterday"
        handler.send_response(304 if same else 200)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    site.answers["/"] = conditional
    marks = Validators('"v1"', "yesterday")
    assert fetch(site.url, rules=site.rules, validators=marks) == NotModified(marks)
    assert isinstance(fetch(site.url, rules=site.rules, validators=Validators('"v0"', "yesterday")), Fetched)
    assert isinstance(fetch(site.url, rules=site.rules), Fetched)
    assert "if-none-match" not in site.seen[-1][2]


def test_unchanged_without_a_question(site) -> None:
    site.reply("/", status=304)
    with pytest.raises(BadReplyError, match="304"):
        fetch(site.url, rules=site.rules)


def test_marks_that_would_break_a_header_are_not_sent(site) -> None:
    site.reply("/", b"x")
    fetch(site.url, rules=site.rules, validators=Validators('"v"\r\nHost: inner', "中"))
    assert "if-none-match" not in site.seen[0][2]


@pytest.mark.parametrize("status", [204, 206, 401, 403, 404, 429, 500, 503])
def test_other_statuses(site, status: int) -> None:
    site.reply("/", b"secret words of the other side" if status != 204 else b"", status=status)
    with pytest.raises(BadReplyError, match=str(status)) as caught:
        fetch(site.url, rules=site.rules)
    assert caught.value.status == status
    assert "secret" not in str(caught.value)


def test_redirects_are_followed_three_times(site) -> None:
    for step in range(4):
        site.reply(f"/{step}", status=302, Location=f"/{step + 1}")
    site.reply("/4", b"end")
    fetched = fetch(f"{site.url}/1", rules=site.rules)
    assert isinstance(fetched, Fetched)
    assert (fetched.body, fetched.filename) == (b"end", "4")
    with pytest.raises(BadReplyError, match="跳转次数过多"):
        fetch(f"{site.url}/0", rules=site.rules)
    with pytest.raises(BadReplyError, match="跳转次数过多"):
        fetch(f"{site.url}/3", rules=site.rules, limits=Limits(max_redirects=0))


@pytest.mark.parametrize(
    "location",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://127.0.0.1:9/",
        "file:///etc/passwd",
        "//[::1]/",
        "http://a@127.0.0.1/",
    ],
)
def test_each_hop_is_checked(site, location: str) -> None:
    site.reply("/", status=302, Location=location)
    with pytest.raises(AddressRefusedError):
        fetch(site.url, rules=site.rules)
    assert len(site.seen) == 1


def test_a_hop_to_a_name_with_an_inner_address(site) -> None:
    """The list has both names; what the second resolves to is still checked."""
    site.reply("/", status=302, Location=f"http://second.example.cn:{site.port}/secret")
    site.reply("/secret", b"secret")
    table = {"first.example.cn": ("127.0.0.1",), "second.example.cn": ("169.254.169.254",)}
    network = Network(resolve=lambda host, _port: table[host])
    rules = AddressRules.of(None, allow_private=True, schemes=("http",))
    with pytest.raises(AddressRefusedError, match=r"second\.example\.cn"):
        fetch(f"http://first.example.cn:{site.port}/", rules=rules, network=network)


def test_https_never_leads_to_http(tls_site, certified, to_loopback) -> None:
    tls_site.reply("/", status=301, Location="http://data.example.cn:8080/")
    network = Network(resolve=to_loopback, ssl_context=certified[1])
    rules = AddressRules.of(None, allow_private=True, schemes=("http", "https"))
    with pytest.raises(AddressRefusedError, match="不加密"):
        fetch(f"https://data.example.cn:{tls_site.port}/", rules=rules, network=network)


def test_tokens_stay_with_the_first_origin(site, to_loopback) -> None:
    site.reply("/a", status=302, Location="/b")
    site.reply("/b", status=302, Location=f"http://other.example.cn:{site.port}/c")
    site.reply("/c", b"x")
    rules = AddressRules.of(None, allow_private=True, schemes=("http",))
    fetch(
        f"http://first.example.cn:{site.port}/a",
        rules=rules,
        headers={"Authorization": "Bearer t"},
        network=Network(resolve=to_loopback),
    )
    assert [seen[2].get("authorization") for seen in site.seen] == ["Bearer t", "Bearer t", None]


def test_total_time_covers_redirects(site) -> None:
    def slowly(handler) -> None:
        time.sleep(0.3)
        handler.send_response(302)
        handler.send_header("Location", "/")
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    site.answers["/"] = slowly
    with pytest.raises(UnreachableError, match="超时"):
        fetch(site.url, rules=site.rules, limits=Limits(total_s=0.5, max_redirects=10))
    assert len(site.seen) <= 2
