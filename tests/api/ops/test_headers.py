"""Headers on every answer."""

from collections.abc import Callable

import pytest

from tests.api.world import World


@pytest.mark.parametrize("path", ["/healthz", "/api/v1/needs", "/api/openapi.json", "/nowhere"])
def test_every_answer_is_safe_to_show(world: World, path: str) -> None:
    headers = world.client.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["referrer-policy"] == "same-origin"
    assert "strict-transport-security" not in headers


def test_browsers_remember_https_where_it_is_meant(make_world: Callable[..., World]) -> None:
    world = make_world(secure_cookies=True)
    assert world.client.get("/healthz").headers["strict-transport-security"] == "max-age=31536000; includeSubDomains"


def test_what_somebody_signed_in_was_shown_is_not_stored(world: World) -> None:
    assert "no-store" in world.client.get("/api/v1/needs", headers=world["broker"]).headers["cache-control"]
    cookie = {"Cookie": "other=1; ttm=abc"}
    assert "no-store" in world.client.get("/api/v1/needs", headers=cookie).headers["cache-control"]
    assert "no-store" not in world.client.get("/healthz").headers.get("cache-control", "")
    assert "no-store" not in world.client.get("/healthz", headers={"Cookie": "nottm=1"}).headers.get(
        "cache-control", ""
    )
