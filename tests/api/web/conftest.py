"""A browser for the pages, one for all tests of a file; a site for each test."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from matcher.fair.books.browser import find_browser
from tests.api.web.site import PATIENCE_MS, Site, serving
from tests.api.world import World

expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium. No longer than a file's tests: while it is open, its event loop runs in the tests' thread."""
    path = find_browser("auto")
    if path is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium fonts-noto-cjk")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=str(path), args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def database_url(tmp_path) -> str:
    """The pages ask the API, whose own tests run on both databases: SQLite is enough here."""
    return f"sqlite:///{tmp_path / 'service.sqlite'}"


@pytest.fixture
def site(world: World, browser: Browser) -> Iterator[Site]:
    """A running service with its pages."""
    with serving(world, browser) as running:
        yield running


@pytest.fixture
def make_site(make_world: Callable[..., World], browser: Browser) -> Iterator[Callable[..., Site]]:
    """Makes a site with other settings."""
    from contextlib import ExitStack

    with ExitStack() as stack:
        yield lambda **settings: stack.enter_context(serving(make_world(**settings), browser))
