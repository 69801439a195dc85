"""One request and its reply."""

import gzip
import socket
import time

import pytest

from api.outbound import (
    AddressRefusedError,
    AddressRules,
    BadReplyError,
    Limits,
    TooLargeError,
    UnreachableError,
    exchange,
)
from api.outbound.exchange import USER_AGENT


def test_request_as_sent(site) -> None:
    site.reply("/token", b"{}")
    exchange("POST", f"{site.url}/token?a=1", rules=site.rules, headers={"X-Kind": "test"}, content=b"grant")
    method, path, headers, body = site.seen[0]
    assert (method, path, body) == ("POST", "/token?a=1", b"grant")
    assert headers["user-agent"] == USER_AGENT
    assert (headers["x-kind"], headers["content-length"], headers["accept-encoding"]) == ("test", "5", "gzip")
    assert "cookie" not in headers


def test_a_get_has_no_length(site) -> None:
    site.reply("/", b"")
    exchange("GET", site.url, rules=site.rules)
    assert "content-length" not in site.seen[0][2]


def test_empty_post_has_a_length(site) -> None:
    site.reply("/", b"")
    exchange("POST", site.url, rules=site.rules)
    assert site.seen[0][2]["content-length"] == "0"


@pytest.mark.parametrize(
    "headers",
    [{"Host": "inner"}, {"X": "a\r\nHost: inner"}, {"X y": "a"}, {"X": "中"}, {"Transfer-Encoding": "chunked"}],
)
def test_headers_that_may_not_be_sent(site, headers: dict[str, str]) -> None:
    with pytest.raises(AddressRefusedError, match="请求头"):
        exchange("GET", site.url, rules=site.rules, headers=headers)
    assert site.seen == []


def test_bodies_of_other_statuses_are_not_read(site) -> None:
    site.reply("/", b"x" * 5000, status=500)
    reply = exchange("GET", site.url, rules=site.rules, limits=Limits(max_bytes=10))
    assert (reply.status, reply.body) == (500, b"")
    reply = exchange("GET", site.url, rules=site.rules, body_of=frozenset({500}))
    assert reply.body == b"x" * 5000


@pytest.mark.parametrize("size", [1000, 1001])
def test_limit_by_length_told(site, size: int) -> None:
    site.reply("/", b"x" * size)
    if size <= 1000:
        assert len(exchange("GET", site.url, rules=site.rules, limits=Limits(max_bytes=1000)).body) == size
    else:
        with pytest.raises(TooLargeError, match="上限"):
            exchange("GET", site.url, rules=site.rules, limits=Limits(max_bytes=1000))


def test_a_length_told_is_believed_before_reading(site) -> None:
    def boasting(handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "1001")
        handler.end_headers()
        time.sleep(3)

    site.answers["/"] = boasting
    with pytest.raises(TooLargeError):
        exchange("GET", site.url, rules=site.rules, limits=Limits(max_bytes=1000, read_s=2.5))


def test_limit_without_a_length(site) -> None:
    def endless(handler) -> None:
        handler.send_response(200)
        handler.end_headers()
        while True:
            handler.wfile.write(b"x" * 65536)

    site.answers["/"] = endless
    with pytest.raises(TooLargeError):
        exchange("GET", site.url, rules=site.rules, limits=Limits(max_bytes=100_000, total_s=20))


def test_gzip_is_unpacked_within_the_limit(site) -> None:
    site.reply("/", gzip.compress(b"x" * 5000), Content_Encoding="gzip")
    assert exchange("GET", site.url, rules=site.rules).body == b"x" * 5000
    with pytest.raises(TooLargeError, match="解压后"):
        exchange("GET", site.url, rules=site.rules, limits=Limits(max_bytes=4999))


def test_packing_not_asked_for(site) -> None:
    site.reply("/", b"x", Content_Encoding="br")
    with pytest.raises(BadReplyError, match="压缩方式"):
        exchange("GET", site.url, rules=site.rules)


def test_broken_off(site) -> None:
    def half(handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "100")
        handler.end_headers()
        handler.wfile.write(b"half")

    site.answers["/"] = half
    with pytest.raises(BadReplyError, match="不完整"):
        exchange("GET", site.url, rules=site.rules)


def test_not_http(site) -> None:
    site.answers["/"] = lambda handler: handler.wfile.write(b"SSH-2.0-OpenSSH\r\n\r\n")
    with pytest.raises(BadReplyError, match="不是 HTTP"):
        exchange("GET", site.url, rules=site.rules)


def test_silence(site) -> None:
    site.answers["/"] = lambda _handler: time.sleep(3)
    with pytest.raises(UnreachableError, match="超时"):
        exchange("GET", site.url, rules=site.rules, limits=Limits(read_s=0.2))


def test_nobody_listens() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        rules = AddressRules.of(None, allow_private=True, schemes=("http",))
        # Bound but not listening: the connection is refused.
        with pytest.raises(UnreachableError, match="连接不上") as caught:
            exchange("GET", f"http://127.0.0.1:{port}/secret-path?key=1", rules=rules)
    assert "secret" not in str(caught.value)
    assert not caught.value.timed_out


def test_header_text_in_either_encoding(site) -> None:
    def named(handler) -> None:
        handler.wfile.write(
            b"HTTP/1.1 200 OK\r\nX-U: "
            + "成果".encode()
            + b"\r\nX-G: "
            + "成果".encode("gb18030")
            + b"\r\nContent-Length: 0\r\n\r\n"
        )

    site.answers["/"] = named
    reply = exchange("GET", site.url, rules=site.rules)
    assert (reply.header("x-u"), reply.header("X-G"), reply.header("x-none")) == ("成果", "成果", "")


@pytest.mark.parametrize(
    "head",
    [
        b"Content-Length: " + b"9" * 5000,
        b"Content-Length: -1",
        b"Content-Length: 1\r\nContent-Length: 2",
        b"Transfer-Encoding: nonsense",
        b"X: " + b"a" * 200_000,
        b"no colon",
    ],
)
def test_odd_heads_are_bad_replies(site, head: bytes) -> None:
    site.answers["/"] = lambda handler: handler.wfile.write(b"HTTP/1.1 200 OK\r\n%b\r\n\r\nx" % head)
    with pytest.raises((BadReplyError, TooLargeError)):
        exchange("GET", site.url, rules=site.rules)
