"""The pages as people meet them: a real server on a free port, a real browser, and what to hold against a page."""

import os
import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy import update

from api.access.passwords import hash_password
from api.app import create_app
from api.db.tables import Account
from tests.api.world import World

PASSWORD = "correct-horse-battery-staple"  # noqa: S105
WIDE = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
PATIENCE_MS = 15_000
_SHOTS = os.environ.get("SCREENSHOTS", "")
_GRAVE = {"serious", "critical"}


@dataclass
class Site:
    """A running service with a person of every role, all with the password PASSWORD."""

    url: str
    world: World
    browser: Browser
    opened: list[BrowserContext] = field(default_factory=list)

    def visit(self, path: str = "/", person: str = "", *, phone: bool = False) -> Page:
        """A new browser on a page, signed in by the form as somebody of `world.people`, or nobody.

        Faults of scripts and refused content (CSP) fail the test when the page is closed by `checked`.
        """
        context = self.browser.new_context(
            base_url=self.url,
            viewport=PHONE if phone else WIDE,
            locale="zh-CN",
            has_touch=phone,
            # A colour on its way from one to another is no colour of the page: axe would weigh it (see `checked`).
            reduced_motion="reduce",
        )
        self.opened.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("pageerror", lambda error: page.faults.append(str(error)))  # type: ignore[attr-defined]
        page.on("console", lambda message: _heard(page, message.type, message.text))
        page.faults = []  # type: ignore[attr-defined]
        if person:
            page.goto("/sign-in")
            page.get_by_label("登录名").fill(person)
            page.get_by_label("密码").fill(PASSWORD)
            page.get_by_role("button", name="登录").click()
            page.wait_for_url(lambda url: "/sign-in" not in url)
        if path:
            page.goto(path)
        return page


def _heard(page: Page, kind: str, text: str) -> None:
    # A refused form is answered with 4xx on purpose; the browser calls that an error too.
    if kind == "error" and "Failed to load resource" not in text:
        page.faults.append(text)  # type: ignore[attr-defined]


def checked(page: Page, name: str = "") -> None:
    """Hold a page against what all must keep: no script fault, no serious finding of axe, no sideways scrolling.

    With `name` and the variable SCREENSHOTS (a folder) a picture is kept as `name-1440.png` or `name-390.png`.
    """
    assert not page.faults, page.faults  # type: ignore[attr-defined]
    found = Axe().run(page)
    grave = [
        f"{item['id']}: {item['help']} — {item['nodes'][0]['html'][:200]}"
        for item in found.response["violations"]
        if item["impact"] in _GRAVE
    ]
    assert not grave, "\n".join(grave)
    fits = page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1")
    assert fits, f"{page.url} scrolls sideways"
    if name and _SHOTS:
        width = page.viewport_size["width"] if page.viewport_size else 0
        page.screenshot(path=Path(_SHOTS) / f"{name}-{width}.png", full_page=True)


@contextmanager
def serving(world: World, browser: Browser) -> Iterator[Site]:
    """The world's service on a real socket."""
    hashed = hash_password(PASSWORD)
    with world.service.database.work() as session:
        session.execute(update(Account).values(password_hash=hashed))
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(create_app(world.service), log_config=None, access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    until = time.monotonic() + 30
    while not server.started:
        assert time.monotonic() < until
        time.sleep(0.02)
    site = Site(f"http://127.0.0.1:{listening.getsockname()[1]}", world, browser)
    try:
        yield site
    finally:
        for context in site.opened:
            context.close()
        server.should_exit = True
        thread.join(20)


def hidden(html: str, name: str) -> str:
    """The value of a hidden field of a page, for tests without a browser."""
    found = re.search(rf'name="{re.escape(name)}" value="([^"]*)"', html)
    assert found is not None, f"no field {name}"
    return found[1]
