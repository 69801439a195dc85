"""The connection goes to the address that was checked."""

import ssl
import time
from collections.abc import Callable
from pathlib import Path

import httpcore
import pytest

from api.outbound import AddressRefusedError, AddressRules, Limits, Network, UnreachableError, exchange
from api.outbound.deadline import Deadline
from api.outbound.pinned import PinnedBackend

Resolve = Callable[[str, int], tuple[str, ...]]


def test_rebinding_meets_the_first_answer_only(site, to_loopback: Resolve) -> None:
    """A name server that changes its answer after the check is never asked again."""
    site.reply("/", b"checked")
    answers = [("127.0.0.1",), ("169.254.169.254",)]
    asked: list[str] = []

    def rebinding(host: str, port: int) -> tuple[str, ...]:
        asked.append(host)
        return answers[len(asked) - 1]

    rules = AddressRules.of([f"rebind.example.cn:{site.port}"], allow_private=True, schemes=("http",))
    url = f"http://rebind.example.cn:{site.port}/"
    reply = exchange("GET", url, rules=rules, network=Network(resolve=rebinding))
    assert (reply.status, reply.body, asked) == (200, b"checked", ["rebind.example.cn"])
    # The name, not the number, is what the other side is asked for.
    assert site.seen[0][2]["host"] == f"rebind.example.cn:{site.port}"
    with pytest.raises(AddressRefusedError):
        exchange("GET", url, rules=rules, network=Network(resolve=rebinding))
    assert len(site.seen) == 1


def test_inner_address_behind_a_public_name_is_not_connected(site, to_loopback: Resolve) -> None:
    rules = AddressRules.of(None, schemes=("http",))
    with pytest.raises(AddressRefusedError, match="内部或保留"):
        exchange("GET", f"http://a.example.cn:{site.port}/", rules=rules, network=Network(resolve=to_loopback))
    assert site.seen == []


def test_tls_verifies_the_name(tls_site, certified: tuple[Path, ssl.SSLContext], to_loopback: Resolve) -> None:
    tls_site.reply("/", b"private")
    network = Network(resolve=to_loopback, ssl_context=certified[1])
    rules = AddressRules.of(None, allow_private=True)
    url = f"https://data.example.cn:{tls_site.port}/"
    assert exchange("GET", url, rules=rules, network=network).body == b"private"
    # Another name on the same address, and the right name under authorities that do not know this certificate.
    with pytest.raises(UnreachableError, match="证书"):
        exchange("GET", f"https://other.example.cn:{tls_site.port}/", rules=rules, network=network)
    with pytest.raises(UnreachableError, match="证书"):
        exchange("GET", url, rules=rules, network=Network(resolve=to_loopback))
    assert len(tls_site.seen) == 1


@pytest.mark.parametrize("addresses", [("127.9.9.9", "127.0.0.1"), ("127.0.0.1", "127.9.9.9")])
def test_next_address_is_tried(site, addresses: tuple[str, str]) -> None:
    site.reply("/", b"either")
    # The server listens on 127.0.0.1 alone.
    network = Network(resolve=lambda _host, _port: addresses)
    rules = AddressRules.of(None, allow_private=True, schemes=("http",))
    assert exchange("GET", f"http://two.example.cn:{site.port}/", rules=rules, network=network).body == b"either"


def test_proxies_of_the_environment_are_not_used(site, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "")
    site.reply("/", b"direct")
    assert exchange("GET", site.url, rules=site.rules).body == b"direct"


def test_nothing_after_the_deadline(site) -> None:
    backend = PinnedBackend(site.rules, resolve=lambda _host, _port: ("127.0.0.1",), deadline=Deadline.after(0))
    with pytest.raises(httpcore.ConnectTimeout):
        backend.connect_tcp("127.0.0.1", site.port, timeout=5)


def test_a_dripping_server_is_left_at_the_deadline(site) -> None:
    """One byte of the headers every 50 ms never breaks a read limit; the total does."""

    def drip(handler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        for _ in range(200):
            handler.wfile.write(b"a")
            time.sleep(0.05)

    site.answers["/"] = drip
    started = time.monotonic()
    with pytest.raises(UnreachableError, match="超时") as caught:
        exchange("GET", site.url, rules=site.rules, limits=Limits(read_s=5, total_s=0.5))
    assert caught.value.timed_out
    # Ten seconds if only single reads were limited.
    assert time.monotonic() - started < 4
