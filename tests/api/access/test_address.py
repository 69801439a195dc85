import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.access.address import UNKNOWN, address_group, client_address, parse_networks
from matcher.errors import ConfigError

TRUSTED = parse_networks(["10.0.0.0/8", "::1"])


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        # Nobody trusted is in between: what the header says is worth nothing.
        ("203.0.113.9", [], "203.0.113.9"),
        ("203.0.113.9", ["198.51.100.1"], "203.0.113.9"),
        # One proxy, then two of one's own.
        ("10.1.1.1", ["203.0.113.9"], "203.0.113.9"),
        ("10.1.1.1", ["203.0.113.9, 10.2.2.2"], "203.0.113.9"),
        ("::1", ["203.0.113.9"], "203.0.113.9"),
        # A stranger wrote an address of the inside, or anybody's, before the proxy added the true one.
        ("10.1.1.1", ["10.9.9.9, 203.0.113.9"], "203.0.113.9"),
        ("10.1.1.1", ["198.51.100.1, 203.0.113.9"], "203.0.113.9"),
        # The same in a line of its own, as HAProxy does.
        ("10.1.1.1", ["198.51.100.1", "203.0.113.9"], "203.0.113.9"),
        # All inside: the one farthest away.
        ("10.1.1.1", ["10.3.3.3, 10.2.2.2"], "10.3.3.3"),
        # What is no address ends the reading.
        ("10.1.1.1", ["203.0.113.9, unknown"], "10.1.1.1"),
        ("10.1.1.1", ["203.0.113.9, , 10.2.2.2"], "10.2.2.2"),
        ("10.1.1.1", [""], "10.1.1.1"),
        # With ports, brackets, IPv4 inside IPv6, the long form.
        ("10.1.1.1", ["203.0.113.9:4711"], "203.0.113.9"),
        ("10.1.1.1", ['"[2001:db8::1]:4711"'], "2001:db8::1"),
        ("::ffff:10.1.1.1", ["::ffff:203.0.113.9"], "203.0.113.9"),
        ("10.1.1.1", ["2001:0db8:0000::0001"], "2001:db8::1"),
        (None, ["203.0.113.9"], UNKNOWN),
        ("", [], UNKNOWN),
        ("testclient", [], UNKNOWN),
    ],
)
def test_the_client_is_who_the_last_trusted_proxy_saw(peer: str | None, forwarded: list[str], client: str):
    assert client_address(peer, forwarded, TRUSTED) == client


@given(st.lists(st.text()), st.sampled_from(["203.0.113.9", "10.1.1.1", "2001:db8::1"]))
def test_no_header_breaks_it(forwarded: list[str], peer: str):
    client_address(peer, forwarded, TRUSTED)


@given(st.lists(st.ip_addresses().map(str)))
def test_a_stranger_cannot_choose_an_address(forwarded: list[str]):
    assert client_address("203.0.113.9", forwarded, TRUSTED) == "203.0.113.9"
    assert client_address("10.1.1.1", [*forwarded, "203.0.113.9"], TRUSTED) == "203.0.113.9"


def test_limits_count_an_ipv6_network_as_one():
    assert address_group("203.0.113.9") == "203.0.113.9"
    assert address_group("2001:db8:1:2:3:4:5:6") == address_group("2001:db8:1:2:ffff::1") == "2001:db8:1:2::/64"
    assert address_group("2001:db8:1:3::1") != address_group("2001:db8:1:2::1")
    assert address_group("::ffff:203.0.113.9") == "203.0.113.9"
    assert address_group(UNKNOWN) == UNKNOWN


@pytest.mark.parametrize("text", ["proxy.example.cn", "10.0.0.0/40", "", "0.0.0.0/0", "::/0"])
def test_networks_that_cannot_be_trusted(text: str):
    with pytest.raises(ConfigError, match="可信代理"):
        parse_networks(["10.0.0.0/8", text])
