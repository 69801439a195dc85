"""How heavy and how quick the pages are, in a browser, over the sample: `python benchmarks/pages.py [TIMES]`.

A new browser context (nothing in its cache) loads each page: bytes over the wire with scripts and styles, when it could
be used (domInteractive) and when all was there (load), in milliseconds from the request; medians of TIMES (5).
"""

import statistics
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from matcher.fair.books.browser import find_browser
from tests.api.serve.running import RunningService
from tests.api.web.shots import live, pages, people

_TIMING = """() => {
  const page = performance.getEntriesByType("navigation")[0];
  const all = [page, ...performance.getEntriesByType("resource")];
  return [all.reduce((sum, one) => sum + one.transferSize, 0), page.domInteractive, page.loadEventEnd];
}"""


def measured(browser: Browser, url: str, path: str, cookies: list, times: int) -> list[float]:
    found = []
    for _ in range(times):
        context = browser.new_context(base_url=url, locale="zh-CN")
        context.add_cookies(cookies)
        page = context.new_page()
        page.goto(path, wait_until="load")
        page.wait_for_function('performance.getEntriesByType("navigation")[0].loadEventEnd > 0')
        found.append(page.evaluate(_TIMING))
        context.close()
    return [statistics.median(values) for values in zip(*found, strict=True)]


def main() -> None:
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    with (
        tempfile.TemporaryDirectory() as data,
        RunningService(Path(data) / "data", sample=True, rate_anonymous_per_minute=100_000) as service,
        sync_playwright() as playwright,
    ):
        service.wait_ready()
        service.wait_indexed()
        who = people(service)
        ids = live(who, service)
        browser = playwright.chromium.launch(executable_path=str(find_browser("auto")), args=["--no-sandbox"])
        print("| page | kB | usable ms | loaded ms |\n|---|---|---|---|")
        for name, role, path in pages(ids):
            cookies = who[role].cookies(service.url) if role else []
            size, usable, loaded = measured(browser, service.url, path, cookies, times)
            print(f"| {name} | {size / 1000:.0f} | {usable:.0f} | {loaded:.0f} |", flush=True)
        browser.close()


if __name__ == "__main__":
    main()
