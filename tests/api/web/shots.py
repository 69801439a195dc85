"""Pictures of every page with the sample data, as docs/img/pages holds them: `python -m tests.api.web.shots [FOLDER]`.

Starts the real service with the sample, lives a little in it through the API (a need, introductions, a fair), and
looks at each page as who it is for, at 1440 and 390 pixels.
"""

import datetime as dt
import io
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from api.days import china_day
from matcher.fair.books.browser import find_browser
from tests.api.serve.running import RunningService
from tests.api.web.site import PHONE, WIDE

# Of a long list the beginning tells enough.
_HIGHEST = 2000
_VISITOR = re.compile(r"\t(sample-\w+)\t(\S+)")
_ADMIN_PASSWORD = "sample-administrator-2026"  # noqa: S105
FOLDER = Path(__file__).resolve().parents[3] / "docs" / "img" / "pages"
NEED = {
    "title": "石墨电极抗氧化涂层",
    "problem": "石墨电极在高温下氧化掉渣，电耗高，希望找到能耐 1200℃ 的涂层，涂覆后能反复使用。",
    "indicators_text": "耐温≥1200℃；电极消耗降低20%以上",
    "budget_high_cny": 500000,
    "modes": ["技术开发", "技术许可"],
    "region": {"name": "河南省开封市"},
    "contact": "王工 0371-00000000",
}


class Person:
    """Somebody who is signed in, for the API and for a browser."""

    def __init__(self, url: str, login: str, password: str) -> None:
        self.client = httpx.Client(base_url=f"{url}/api/v1", trust_env=False, timeout=120)
        self.me = self.call("POST", "/session", {"login": login, "password": password})
        self.client.headers["x-csrf-token"] = self.me["csrf_token"]

    def call(self, method: str, path: str, body: Any = None, version: int | None = None) -> Any:
        """The answer to a call, which must succeed."""
        headers = {} if version is None else {"If-Match": f'"{version}"'}
        answer = self.client.request(method, path, json=body, headers=headers)
        assert answer.is_success, (method, path, answer.status_code, answer.text)
        return answer.json() if answer.content else None

    def cookies(self, url: str) -> list[Any]:
        """For a browser."""
        return [{"name": name, "value": value, "url": url} for name, value in self.client.cookies.items()]


def people(service: RunningService) -> dict[str, Person]:
    """The sample's visitors by role, and the administrator."""
    said = service.out.read_text(encoding="utf-8")
    found = {login.removeprefix("sample-"): password for login, password in _VISITOR.findall(said)}
    admin = Person(service.url, "admin", service.password)
    admin.call("PUT", "/me/password", {"current_password": service.password, "new_password": _ADMIN_PASSWORD})
    signed_in = {role: Person(service.url, f"sample-{role}", password) for role, password in found.items()}
    return {**signed_in, "administrator": Person(service.url, "admin", _ADMIN_PASSWORD)}


def live(who: dict[str, Person], service: RunningService) -> dict[str, str]:
    """Some weeks of use in a minute; ids of what there is to look at, by what stands in addresses."""
    enterprise, institution, broker = who["enterprise"], who["institution"], who["broker"]
    need = enterprise.call("POST", "/needs", {"content": NEED, "publish": True})
    enterprise.call("POST", "/needs", {"content": {"title": "降低窑炉能耗", "problem": "想要节能"}})
    service.wait_indexed()
    time.sleep(2)
    matches = enterprise.call("POST", f"/needs/{need['id']}/matches", {})["items"]
    best = [match["achievement_id"] for match in matches[:3]]
    made = [
        enterprise.call("POST", "/introductions", {"need_id": need["id"], "achievement_id": one, "note": "想尽快谈"})
        for one in best
    ]
    institution.call("POST", f"/introductions/{made[0]['id']}/acceptance")
    broker.call("PUT", f"/introductions/{made[0]['id']}/broker")
    enterprise.call("POST", "/subscriptions", {"name": "涂层", "text": "高温抗氧化涂层", "looks_for": "achievement"})
    ids = {"need": need["id"], "achievement": best[0], "introduction": made[0]["id"], "ids": ",".join(best)}
    return ids | {"fair": fair(who["organiser"])}


def fair(organiser: Person) -> str:
    """A fair of one morning with what is published, planned; its id."""
    day = (china_day() + dt.timedelta(days=14)).isoformat()
    answers = {
        "name": "校企对接会（示例）",
        "place": "科技馆一楼",
        "dates": [day],
        "start": "09:00",
        "end": "11:30",
        "tables": 6,
        "hall": "一楼大厅",
    }
    settings = organiser.call("POST", "/fairs/drafts", answers)["settings"]
    made = organiser.call("POST", "/fairs", {"settings": settings})
    job = organiser.call("POST", f"/fairs/{made['id']}/plans", {})
    while organiser.call("GET", f"/jobs/{job['id']}")["state"] in {"waiting", "running"}:
        time.sleep(1)
    return str(made["id"])


def pages(ids: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    """Name of the picture, who looks, and where."""
    need, achievement, introduction = ids["need"], ids["achievement"], ids["introduction"]
    yield "home", "", "/"
    yield "search", "", "/search?q=石墨电极在高温下氧化掉渣，想找耐1200℃的涂层"
    yield "search-nothing", "enterprise", "/search?q=火星土壤种植水稻的传动轴"
    yield "achievement", "enterprise", f"/achievement/{achievement}"
    yield "compare", "enterprise", f"/compare?need={need}&" + "&".join(f"id={one}" for one in ids["ids"].split(","))
    yield "showcases", "", "/showcases"
    yield "needs", "enterprise", "/my/needs"
    yield "need-form", "enterprise", f"/my/needs/{need}/edit"
    yield "need", "enterprise", f"/my/needs/{need}"
    yield "matches", "enterprise", f"/my/needs/{need}/matches"
    yield "introductions", "enterprise", "/introductions"
    yield "introduction", "enterprise", f"/introductions/{introduction}"
    yield "recommendations", "enterprise", "/recommendations"
    yield "imports", "enterprise", "/imports"
    yield "inbox", "institution", "/inbox"
    yield "achievements", "institution", "/my/achievements"
    yield "achievement-form", "institution", f"/my/achievements/{achievement}/edit"
    yield "asked", "institution", "/my/asked"
    yield "refusals", "institution", "/my/refusals"
    yield "today", "broker", "/broker/today"
    yield "leads", "broker", "/broker/leads"
    yield "board", "broker", "/broker/board"
    yield "call", "broker", f"/broker/call/{introduction}"
    yield "fairs", "organiser", "/fairs"
    yield "fair-new", "organiser", "/fairs/new"
    for name in ("", "board", "wishes", "settings", "attendance"):
        yield f"fair-{name}".rstrip("-"), "organiser", f"/fairs/{ids['fair']}/{name}".rstrip("/")
    yield "bureau", "organiser", "/bureau"
    yield "gap-map", "organiser", "/bureau/gap"
    yield "freshness", "organiser", "/bureau/freshness"
    yield "review", "organiser", "/review"
    for name in ("people", "organisations", "registrations", "feeds", "audit", "engine", "jobs", "showcases"):
        yield f"admin-{name}", "administrator", f"/admin/{name}"
    yield "admin", "administrator", "/admin"


def keep(page: Page, path: Path) -> None:
    """The page from its top, as one window high enough: what sticks to the window stays there. In few colours."""
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": page.evaluate("window.innerWidth"), "height": min(height, _HIGHEST)})
    page.wait_for_timeout(200)
    picture = Image.open(io.BytesIO(page.screenshot()))
    picture.convert("RGB").quantize(96, dither=Image.Dither.NONE).save(path, optimize=True)


def shoot(browser: Browser, url: str, who: dict[str, Person], ids: dict[str, str], folder: Path) -> None:
    """All pictures into a folder."""
    for viewport in (WIDE, PHONE):
        for role in ("", *who):
            context = browser.new_context(base_url=url, viewport=viewport, locale="zh-CN")
            if role:
                context.add_cookies(who[role].cookies(url))
            page = context.new_page()
            for name, looks, path in pages(ids):
                if looks == role:
                    page.set_viewport_size(viewport)
                    page.goto(path)
                    page.wait_for_load_state("networkidle")
                    keep(page, folder / f"{name}-{viewport['width']}.png")
                    sys.stdout.write(f"{name} {viewport['width']}\n")
            context.close()


def main(folder: Path = FOLDER) -> None:
    """See the module."""
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as data,
        RunningService(Path(data) / "data", sample=True, rate_anonymous_per_minute=10_000) as service,
        sync_playwright() as playwright,
    ):
        service.wait_ready()
        service.wait_indexed()
        who = people(service)
        ids = live(who, service)
        browser = playwright.chromium.launch(executable_path=str(find_browser("auto")), args=["--no-sandbox"])
        shoot(browser, service.url, who, ids, folder)
        browser.close()


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
