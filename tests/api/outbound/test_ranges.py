"""Kinds of networks, by the registries of special-purpose addresses (RFC 6890 and its updates)."""

import ipaddress

import pytest

from api.outbound.ranges import Reach, reach

PUBLIC = [
    "1.1.1.1",
    "114.114.114.114",
    "100.63.255.255",
    "100.128.0.0",
    "172.15.255.255",
    "172.32.0.0",
    "223.255.255.255",
]
PUBLIC += ["2400:3200::1", "2606:4700::1111", "2001:4860:4860::8888", "168.63.129.15"]
PRIVATE = ["10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "127.0.0.1", "127.255.255.254", "100.64.0.1"]
PRIVATE += ["100.127.255.255", "::1", "fc00::1", "fdff::1"]
NEVER = [
    "0.0.0.1",
    "0.1.2.3",
    "169.254.169.254",
    "169.254.0.23",
    "192.0.0.192",
    "192.0.2.1",
    "198.18.0.1",
    "198.19.9.9",
]
NEVER += ["198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255"]
NEVER += ["100.100.100.200", "168.63.129.16", "fd00:ec2::254", "fd20:ce::254"]
NEVER += [
    "::",
    "::ffff:8.8.8.8",
    "::ffff:127.0.0.1",
    "::8.8.8.8",
    "64:ff9b::8.8.8.8",
    "64:ff9b::10.0.0.1",
    "64:ff9b:1::1",
]
NEVER += [
    "2002:7f00:1::",
    "2001::1",
    "2001:db8::1",
    "3fff::1",
    "100::1",
    "5f00::1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
]
NEVER += ["ff02::1", "ff0e::1", "4000::1"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [(text, kind) for kind, texts in zip(Reach, (PUBLIC, PRIVATE, NEVER), strict=True) for text in texts],
)
def test_reach(text: str, expected: Reach) -> None:
    assert reach(ipaddress.ip_address(text)) is expected


def test_nothing_public_is_not_global() -> None:
    """Against the standard library: what we call public, it calls global, on a grid over all of IPv4."""
    step = 2**32 // 65_537
    for number in range(0, 2**32, step):
        address = ipaddress.IPv4Address(number)
        if reach(address) is Reach.PUBLIC:
            assert address.is_global, address
            assert not address.is_multicast, address
