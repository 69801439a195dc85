"""Pages to PDF through a browser that is on the machine: Chromium, Chrome or Edge, without a window."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from matcher.errors import ConfigError

__all__ = ["NONE_FOUND", "BrowserError", "find_browser", "print_pdf"]

NONE_FOUND = (
    "没有找到可用来生成 PDF 的浏览器：可用 Chrome 或 Edge 打开网页文件夹里的页面，按 Ctrl+P 打印（A4，背景图形打开）；"
    "或安装 Chromium（Debian/Ubuntu：sudo apt-get install chromium fonts-noto-cjk）、Chrome、Edge 之一后重新运行，"
    "装在别处的用 MATCHER_BROWSER 给出路径"
)

_NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "microsoft-edge-stable",
    "msedge",
)
_WINDOWS = (r"Google\Chrome\Application\chrome.exe", r"Microsoft\Edge\Application\msedge.exe")
_WINDOWS_ROOTS = ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")
_PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "/opt/google/chrome/chrome",
    "/snap/bin/chromium",
)
_TIMEOUT_S = 300
# A browser without a window still calls home; ours may not reach anything, and the pages forbid it once more. Marks for
# screen readers are left out: they are numbered by chance, and the HTML pages are there to be read aloud.
_OPTIONS = (
    "--headless",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--no-default-browser-check",
    "--no-pdf-header-footer",
    "--disable-pdf-tagging",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)
_DATE = re.compile(rb"(/(?:CreationDate|ModDate) \(D:)(\d{14})([+\-Z][\d']*\))")


class BrowserError(Exception):
    """The browser did not print; the message is a Chinese half-sentence. Never leaves `matcher.fair.books`."""


def find_browser(chosen: str) -> Path | None:
    """The browser to print with.

    Args:
        chosen: `auto` looks for one, `none` prints nothing, anything else is its path or name.

    Raises:
        ConfigError: the one chosen is not there.
    """
    if chosen == "none":
        return None
    if chosen == "auto":
        return next(_installed(), None)
    found = shutil.which(chosen)
    if found is None:
        raise ConfigError(f"MATCHER_BROWSER 指定的浏览器 {chosen} 不存在或不能运行；请改正路径，或设为 auto、none。")
    return Path(found)


def _installed() -> Iterator[Path]:
    on_path = (shutil.which(name) for name in _NAMES)
    yield from (Path(found) for found in on_path if found)
    roots = (os.environ.get(name, "") for name in _WINDOWS_ROOTS)
    places = [*(Path(root, tail) for root in roots if root for tail in _WINDOWS), *map(Path, _PLACES)]
    yield from (place for place in places if place.is_file())


def print_pdf(browser: Path, page: Path, pdf: Path, stamp: str) -> None:
    """Print one page file; the same page gives the same bytes.

    Args:
        browser: from `find_browser`.
        page: an HTML file of ours.
        pdf: where to.
        stamp: its date of creation, `YYYYMMDDHHMMSS`.

    Raises:
        BrowserError: it cannot be started, failed, or took more than five minutes.
        OSError: the file cannot be written.
    """
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        made = Path(profile, "page.pdf")
        command = [str(browser), *_OPTIONS, *_unconfined(), f"--user-data-dir={profile}", f"--print-to-pdf={made}"]
        try:
            # The command is a list of our own making: no shell reads it.
            done = subprocess.run(  # noqa: S603
                [*command, page.absolute().as_uri()], capture_output=True, timeout=_TIMEOUT_S, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise BrowserError(f"浏览器 {browser} 超过 {_TIMEOUT_S} 秒没有打印完 {page.name}") from error
        except OSError as error:
            raise BrowserError(f"浏览器 {browser} 启动不了（{error.strerror}）") from error
        if not made.is_file():
            told = done.stderr.decode(errors="replace").strip().splitlines()[-1:] or [f"结束码 {done.returncode}"]
            raise BrowserError(f"浏览器 {browser} 没有打印出 {page.name}（{told[0][:200]}）")
        content = made.read_bytes()
    beside = pdf.with_name(f".{pdf.name}.partial")
    # As many digits as before: positions inside the file stay right.
    beside.write_bytes(_DATE.sub(lambda date: date[1] + stamp.encode() + date[3], content))
    beside.replace(pdf)


def _unconfined() -> tuple[str, ...]:
    """Chromium's sandbox refuses to run as root, which is what containers and CI are.

    Doing without is safe for these pages: written by us, every text in them escaped, scripts forbidden by their own
    policy, no host reachable. Everybody else keeps the sandbox.
    """
    return ("--no-sandbox",) if sys.platform != "win32" and os.geteuid() == 0 else ()
