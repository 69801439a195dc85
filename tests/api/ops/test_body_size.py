"""A body above its limit is not read."""

from collections.abc import Iterator

from tests.api.world import World

MANY = 17 * 1024 * 1024


def test_a_stated_length_is_refused_at_once(world: World) -> None:
    answer = world.client.post("/api/v1/search", content=b"x" * MANY, headers={"Content-Type": "application/json"})
    assert answer.status_code == 413
    assert answer.json()["type"] == "urn:problem:too-large"


def test_a_body_without_a_length_is_counted(world: World) -> None:
    taken = 0

    def chunks() -> Iterator[bytes]:
        nonlocal taken
        for _ in range(64):
            taken += 1
            yield b"x" * (1024 * 1024)

    answer = world.client.post("/api/v1/search", content=chunks(), headers={"Content-Type": "application/json"})
    assert answer.status_code == 413


def test_an_ordinary_body_passes(world: World) -> None:
    assert world.client.post("/api/v1/search", json={"text": "涂层"}).status_code == 200
