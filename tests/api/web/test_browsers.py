"""Names of browsers for people."""

import pytest

from api.web.browsers import browser_name

_KIT = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("said", "name"),
    [
        (f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {_KIT} Chrome/120.0 Safari/537.36", "Chrome · Windows"),
        (f"Mozilla/5.0 (Windows NT 10.0) {_KIT} Chrome/120.0 Safari/537.36 Edg/120.0", "Edge · Windows"),
        (
            f"Mozilla/5.0 (Linux; Android 13) {_KIT} Chrome/111 Mobile Safari MicroMessenger/8.0",
            "微信 · Android",
        ),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Safari/604.1", "Safari · iPhone"),
        ("curl/8.5.0", "curl/8.5.0"),
        ("x" * 300, "x" * 40),
        ("", ""),
    ],
)
def test_a_name_people_know(said: str, name: str) -> None:
    assert browser_name(said) == name
