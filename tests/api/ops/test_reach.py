"""Who reads the metrics; who is never limited."""

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from tests.api.world import World


def status(world: World, address: str, **headers: str) -> int:
    return TestClient(world.client.app, client=(address, 5000)).get("/metrics", headers=headers).status_code


@pytest.mark.parametrize(
    ("who", "wanted"),
    [("anonymous", 401), ("enterprise", 403), ("broker", 403), ("organiser", 403), ("administrator", 200)],
)
def test_from_elsewhere_only_administrators(world: World, who: str, wanted: int) -> None:
    client = TestClient(world.client.app, client=("203.0.113.9", 5000))
    assert client.get("/metrics", headers=world[who]).status_code == wanted


def test_from_the_operators_networks_without_a_key(make_world: Callable[..., World]) -> None:
    world = make_world(metrics_networks="127.0.0.0/8,10.1.0.0/16")
    assert status(world, "127.0.0.1") == 200
    assert status(world, "10.1.2.3") == 200
    assert status(world, "10.2.0.1") == 401


def test_a_proxy_on_this_machine_does_not_make_the_world_local(make_world: Callable[..., World]) -> None:
    careless = make_world()
    assert status(careless, "127.0.0.1", **{"X-Forwarded-For": "203.0.113.9"}) == 401
    assert status(careless, "127.0.0.1", **{"X-Forwarded-For": "127.0.0.1"}) == 401
    assert status(careless, "127.0.0.1", **{"X-Real-IP": "127.0.0.1"}) == 401


def test_behind_a_trusted_proxy_the_callers_address_counts(make_world: Callable[..., World]) -> None:
    world = make_world(trusted_proxies="127.0.0.1", metrics_networks="10.1.0.0/16")
    assert status(world, "127.0.0.1", **{"X-Forwarded-For": "203.0.113.9"}) == 401
    assert status(world, "127.0.0.1", **{"X-Forwarded-For": "10.1.2.3"}) == 200


@pytest.mark.usefixtures("early_in_the_hour")
def test_health_is_never_limited(make_world: Callable[..., World]) -> None:
    world = make_world(rate_anonymous_per_minute=2)
    near = TestClient(world.client.app, client=("127.0.0.1", 5000))
    for path in ("/healthz", "/readyz", "/metrics"):
        assert 429 not in {near.get(path).status_code for _ in range(5)}
    assert [near.get("/api/v1/needs").status_code for _ in range(3)] == [200, 200, 429]


@pytest.mark.usefixtures("early_in_the_hour")
def test_a_stranger_at_the_metrics_is_limited(make_world: Callable[..., World]) -> None:
    world = make_world(rate_anonymous_per_minute=2)
    assert [status(world, "203.0.113.9") for _ in range(3)] == [401, 401, 429]
