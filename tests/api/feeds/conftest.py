"""A world whose feeds may read this machine, and a site to be read."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.api.feeds.farm import Farm
from tests.api.outbound.conftest import Site, site  # noqa: F401
from tests.api.world import World


@pytest.fixture
def farm(make_world: Callable[..., World], tmp_path: Path) -> Farm:
    root = tmp_path / "supplied"
    root.mkdir()
    return Farm(make_world(allow_private_addresses=True, feed_root=root), root)


@pytest.fixture
def url_farm(farm: Farm, site: Site) -> Farm:  # noqa: F811
    """The site's host is on the list."""
    host = f"127.0.0.1:{site.port}"
    answer = farm.world.client.put(
        f"/api/v1/allowed-hosts/{host}", json={"unencrypted": True}, headers=farm.world["administrator"]
    )
    assert answer.status_code == 200, answer.text
    return farm


@pytest.fixture
def any_settings(make_world: Callable[..., World]) -> Callable[..., Farm]:
    def make(root: Path, **given: Any) -> Farm:
        return Farm(make_world(allow_private_addresses=True, feed_root=root, **given), root)

    return make
