"""What a name resolves to decides."""

import time
from threading import Event

import pytest

from api.outbound import AddressRefusedError, AddressRules, UnreachableError, checked_addresses, system_resolve

PUBLIC = AddressRules.of(None)


def test_public_addresses_in_order() -> None:
    found = checked_addresses(
        "a.cn", 443, PUBLIC, resolve=lambda _host, _port: ["1.1.1.1", "2400:3200::1"], timeout_s=5
    )
    assert found == ("1.1.1.1", "2400:3200::1")


@pytest.mark.parametrize(
    "answer", [["127.0.0.1"], ["1.1.1.1", "10.0.0.1"], ["::ffff:1.1.1.1"], ["fe80::1%2"], ["0.0.0.1"], ["1.1.1"]]
)
def test_one_bad_address_refuses_the_name(answer: list[str]) -> None:
    with pytest.raises(AddressRefusedError, match=r"a\.cn") as caught:
        checked_addresses("a.cn", 443, PUBLIC, resolve=lambda _host, _port: answer, timeout_s=5)
    # What an inner name points to is not told.
    assert not any(address in str(caught.value) for address in answer)


def test_unknown_names() -> None:
    with pytest.raises(UnreachableError, match="找不到主机"):
        checked_addresses("a.cn", 443, PUBLIC, resolve=lambda _host, _port: [], timeout_s=5)
    # RFC 6761: names below .invalid never exist.
    with pytest.raises(UnreachableError, match="找不到主机") as caught:
        checked_addresses("nowhere.invalid", 443, PUBLIC, timeout_s=30)
    assert not caught.value.timed_out


def test_slow_resolver() -> None:
    release = Event()

    def slow(host: str, port: int) -> list[str]:
        release.wait(30)
        return ["1.1.1.1"]

    started = time.monotonic()
    with pytest.raises(UnreachableError, match="超时") as caught:
        checked_addresses("a.cn", 443, PUBLIC, resolve=slow, timeout_s=0.1)
    release.set()
    assert caught.value.timed_out
    assert time.monotonic() - started < 5


def test_system_resolver_knows_this_machine() -> None:
    assert "127.0.0.1" in system_resolve("localhost", 80) or "::1" in system_resolve("localhost", 80)
