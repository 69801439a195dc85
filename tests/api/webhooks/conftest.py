"""The real receiver of the outbound tests."""

from collections.abc import Callable, Iterator

import pytest

from api.db.tables import AllowedHost
from tests.api.outbound.conftest import Site, _serve
from tests.api.world import World


@pytest.fixture
def site() -> Iterator[Site]:
    yield from _serve()


@pytest.fixture
def hooked(make_world: Callable[..., World], site: Site) -> World:
    """A service that may call the receiver."""
    world = make_world(allow_private_addresses=True)
    with world.service.database.work() as session:
        session.add(AllowedHost(host=f"127.0.0.1:{site.port}"))
    return world
