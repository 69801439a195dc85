"""An organiser's fair: from two spreadsheets to the day, and what goes wrong on the way."""

import io
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, Route, expect
from sqlalchemy import select

from api.db.tables import Job
from api.jobs.child import perform
from api.jobs.claims import claim
from api.work.kinds import KINDS
from tests.api.fairs.making import put_fair
from tests.api.web.people import clients
from tests.api.web.site import Site, checked, hidden
from tests.api.world import World

TOPICS = (
    *("压铸件气孔", "电极涂层", "车间除尘", "污水处理", "轴承润滑"),
    *("锂电回收", "粮食烘干", "玻璃强化", "药渣利用", "电机降噪"),
)
NEEDS = "需求编号,需求名称,需求内容,企业名称\n" + "".join(
    f"N-{at},{topic}难题,{topic}的质量不稳定，{topic}需要改进,{name}公司\n"
    for at, (topic, name) in enumerate(zip(TOPICS, "甲乙丙丁戊己庚辛壬癸", strict=True))
)
OFFERS = "成果编号,成果名称,成果简介,完成单位,完成人\n" + "".join(
    f"A-{at},{topic}新工艺,{topic}的质量稳定，{topic}已经改进,{name}大学,{name}老师\n"
    for at, (topic, name) in enumerate(zip(TOPICS, "子丑寅卯辰巳午未申酉", strict=True))
)
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture(autouse=True)
def toy_encoder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MATCHER_ENCODER", "hashing")
        patch.setenv("MATCHER_RERANK", "0")
        patch.setenv("MATCHER_BROWSER", "none")
        patch.setenv("MATCHER_MODEL_DIR", str(tmp_path_factory.mktemp("models")))
        yield


def work(world: World) -> list[Job]:
    """What the worker does with the jobs that wait."""
    done = []
    with world.service.database.reading() as session:
        waiting = list(session.scalars(select(Job.id).where(Job.state == "waiting")))
    for job_id in waiting:
        with world.service.database.work() as session:
            assert claim(session, job_id) is not None
        perform(world.service, job_id, KINDS)
        with world.service.database.reading() as session:
            done.append(session.get_one(Job, job_id))
    return done


def sheet(name: str, text: str) -> dict[str, object]:
    return {"name": name, "mimeType": "text/csv", "buffer": text.encode()}


def through_the_wizard(page: Page) -> None:
    page.get_by_label("对接会名称").fill(f"秋季对接会 {HOSTILE}")
    page.get_by_label("日期").fill("2026-12-01")
    page.get_by_label("几点结束").fill("08:00")
    page.get_by_role("button", name="下一步：名单").click()
    # Nothing that was typed is lost.
    expect(page.get_by_role("alert")).to_contain_text("结束时间应晚于开始时间")
    expect(page.get_by_label("对接会名称")).to_have_value(f"秋季对接会 {HOSTILE}")
    page.get_by_label("几点结束").fill("10:40")
    page.get_by_label("午休开始").fill("")
    page.get_by_label("午休结束").fill("")
    page.get_by_role("button", name="下一步：名单").click()

    expect(page.get_by_role("heading", name="名单")).to_be_visible()
    checked(page, "fair-lists")
    page.get_by_label("上传表格 需求表（企业）").set_input_files([sheet("需求.csv", NEEDS)])
    page.get_by_label("上传表格 成果表（院所）").set_input_files([sheet("成果.csv", "没有,用处\n1,2\n")])
    page.get_by_role("button", name="下一步：桌位和上限").click()
    # One file is refused by name, the other is kept.
    expect(page.locator("#f-achievements-about")).to_contain_text("成果.csv")
    expect(page.get_by_text("10 行可用")).to_be_visible()
    page.get_by_label("上传表格 成果表（院所）").set_input_files([sheet("成果.csv", OFFERS)])
    page.get_by_role("button", name="下一步：桌位和上限").click()

    # 10 enterprises × 3 meetings ÷ 4 slots of 20 + 5 minutes × 1.15 = 8.6.
    expect(page.locator("#offer")).to_contain_text("建议 9 张桌：预计 30 场会面 ÷ 4 个时段")
    expect(page.get_by_role("spinbutton", name="桌数", exact=True)).to_have_value("9")
    page.get_by_label("每家大约见几场").fill("1")
    page.get_by_role("button", name="算桌数").click()
    expect(page.locator("#offer")).to_contain_text("建议 3 张桌")
    checked(page, "fair-tables")
    page.get_by_label("没有互相点名的，至少几级才安排").select_option("2")
    page.get_by_role("button", name="下一步：确认").click()
    expect(page.get_by_text("A × 3")).to_be_visible()
    # The browser's way back finds what was said.
    page.go_back()
    expect(page.get_by_role("spinbutton", name="桌数", exact=True)).to_have_value("3")
    page.go_forward()
    checked(page, "fair-confirm")
    page.get_by_role("button", name="开始排会").click()


@pytest.mark.browser
def test_a_fair_from_two_spreadsheets_to_the_day(site: Site) -> None:
    page = site.visit("/fairs", "organiser")
    checked(page, "fairs-none")
    page.get_by_role("button", name="新建对接会").first.click()
    checked(page, "fair-new")
    through_the_wizard(page)
    expect(page.get_by_text("正在排会")).to_be_visible()
    checked(page, "fair-planning")
    work(site.world)
    # The page looks again by itself.
    expect(page.get_by_role("button", name="看排期、手工调整")).to_be_visible()
    expect(page.get_by_role("heading", name=f"秋季对接会 {HOSTILE}")).to_be_visible()
    checked(page, "fair")
    here = page.url.split("?")[0]

    page.get_by_role("button", name="看排期、手工调整").click()
    checked(page, "fair-board")
    moving(page)

    page.goto(here)
    with page.expect_download() as download:
        page.get_by_role("button", name="下载排期表（Excel）").click()
    # Downloads have no ending on the disk.
    book = load_workbook(io.BytesIO(download.value.path().read_bytes()))
    assert any("甲公司" in str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row)
    page.get_by_role("button", name="准备全部材料").click()
    expect(page.get_by_text("正在准备全部材料")).to_be_visible()
    work(site.world)
    with page.expect_download() as download:
        page.get_by_role("button", name="下载 对接会.zip").click()
    assert download.value.suggested_filename == "对接会.zip"
    on_the_day(site, here)


def moving(page: Page) -> None:
    """A conflict is shown, a good move is made, and undone."""
    panel = page.get_by_label("会面详情")
    # One whose two sides have time somewhere else.
    for card in page.locator(".card").all():
        card.click()
        expect(panel.locator("[data-chosen]")).to_have_attribute("data-chosen", card.get_attribute("data-code") or "")
        expect(panel.get_by_role("heading", name="移到…")).to_be_visible()
        if panel.locator(".free button").count():
            break
    code = panel.locator("[data-chosen]").get_attribute("data-chosen")
    before = panel.locator(".over strong").inner_text()
    checked(page, "fair-board-chosen")
    # Onto somebody else's table: what stands against it is shown as soon as it is chosen.
    other = page.locator(f".card:not([data-code={code}])").first
    cell = other.locator("xpath=..")
    slot, table = cell.get_attribute("data-slot"), cell.get_attribute("data-table")
    panel.get_by_label("时段").select_option(slot)
    panel.get_by_label("桌位").select_option(table)
    expect(panel.get_by_text("移过去有冲突")).to_be_visible()
    expect(panel.locator(".conflicts").first).to_contain_text("同时有")
    checked(page, "fair-board-conflict")
    panel.locator(".free button").first.click()
    expect(page.get_by_role("status").first).to_contain_text("已移动")
    expect(panel.locator(".over strong")).not_to_have_text(before)
    page.get_by_role("button", name="撤销（回到第 1 版）").click()
    expect(page.get_by_text("第 1 版 · 自动排会")).to_be_visible()
    expect(panel.locator(".over strong")).to_have_text(before)
    # Dragged onto an empty cell, it is checked and waits to be confirmed.
    page.locator(f"#{code}").drag_to(page.locator("td.open").last)
    expect(panel.locator(".verdict")).to_be_visible()
    expect(page.get_by_text("第 1 版 · 自动排会")).to_be_visible()
    page.get_by_label("标出").fill("甲公司")
    expect(page.locator(".card.lit").first).to_contain_text("甲公司")


def on_the_day(site: Site, here: str) -> None:
    path = here.removeprefix(site.url)
    phone = site.visit(f"{path}/board", "organiser", phone=True)
    checked(phone, "fair-board")
    phone.goto(f"{path}/attendance?slot=0")
    checked(phone, "fair-attendance")
    phone.get_by_label("谁到了？输入名称里的两个字").fill("甲公")
    phone.get_by_role("button", name="甲公司 到场").first.click()
    expect(phone.get_by_text("签到：到场 1")).to_be_visible()
    # Without a network the tap is kept, said so, and sent later.
    gone = {"now": True}

    def network(route: Route) -> None:
        if gone["now"]:
            route.abort()
        else:
            route.continue_()

    phone.route("**/attendance*", network)
    missing = phone.locator(".table-card form.taps").first.get_by_role("button", name="未到")
    missing.click()
    expect(phone.get_by_role("status").first).to_contain_text("还没送出")
    expect(missing).to_have_attribute("aria-pressed", "true")
    checked(phone)
    gone["now"] = False
    # Who could step in is said at once.
    expect(phone.locator(".standin").first).to_be_visible(timeout=20_000)
    checked(phone, "fair-standin")


def test_nobody_else_knows_of_a_fair_and_faults_are_told(world: World) -> None:
    people = clients(world)
    organiser = world.people["organiser"]
    fair = f"/fairs/{put_fair(world.service, organiser.account_id, organiser.organisation_id)}"
    client = people["organiser"]
    assert people["enterprise"].get("/fairs").status_code == 403
    assert people["administrator"].get(f"{fair}/board").status_code == 404
    token = hidden(client.get(fair).text, "csrf_token")
    assert client.post(f"{fair}/delete", data={"version": "1", "sure": "yes"}).status_code == 403
    kept = client.post(f"{fair}/delete", data={"csrf_token": token, "version": "1"})
    assert (kept.status_code, "我知道" in kept.text) == (422, True)

    # 丙公司 is away at 9:00 (see tests/api/fairs/test_moving.py), and M001 sits at A1 then.
    shown = client.get(f"{fair}/board?meeting=M003&slot=0&table=0").text
    assert "丙公司 在 12-01 09:00 不在场" in shown
    assert "桌位 A1 在 12-01 09:00 同时有 M001 和 M003" in shown
    version = hidden(shown, "version")
    move = {"csrf_token": token, "version": version, "code": "M003", "slot": "0", "table": "0"}
    refused = client.post(f"{fair}/board", data=move)
    assert refused.status_code == 409
    assert "丙公司 在 12-01 09:00 不在场" in refused.text
    moved = client.post(f"{fair}/board", data={**move, "slot": "", "table": "", "place": "2-1"})
    assert moved.status_code == 303, moved.text
    late = client.post(f"{fair}/board", data={**move, "slot": "2", "table": "2"})
    assert late.status_code == 412
    # The newest board, with what was thought of still chosen.
    assert "第 2 版" in late.text
    assert '<option value="2" selected>' in late.text
    assert client.post(f"{fair}/board", data={**move, "code": "x" * 300}).status_code == 422


def test_settings_and_wishes(world: World) -> None:
    organiser = world.people["organiser"]
    fair = f"/fairs/{put_fair(world.service, organiser.account_id, organiser.organisation_id)}"
    client = clients(world)["organiser"]
    page = client.get(f"{fair}/settings").text
    token, version = hidden(page, "csrf_token"), hidden(page, "version")
    before = world.client.get(f"/api/v1{fair}", headers=world["organiser"]).json()["settings"]
    fields = shown_fields(page) | {"csrf_token": token, "version": version}
    assert client.post(f"{fair}/settings", data=fields).status_code == 303
    # Sent as it was shown, nothing of it changes.
    after = world.client.get(f"/api/v1{fair}", headers=world["organiser"]).json()
    assert after["settings"] == before
    fields |= {"version": str(after["version"]), "limits.per_team": "5", "table.0.count": "3"}
    fields |= {"absent.1.who": "甲公司", "absent.1.to": "09:40"}
    assert client.post(f"{fair}/settings", data=fields).status_code == 303
    after = world.client.get(f"/api/v1{fair}", headers=world["organiser"]).json()["settings"]
    assert (after["limits"]["per_team"], after["absent"][1]["who"]) == (5, "甲公司")
    assert after["table"][0]["count"] == 3
    stale = client.post(f"{fair}/settings", data={**fields, "limits.per_team": "7"})
    assert (stale.status_code, 'value="7"' in stale.text) == (412, True)
    version = hidden(stale.text, "version")
    wrong = client.post(f"{fair}/settings", data={**fields, "version": version, "min_level": "9"})
    assert (wrong.status_code, "最低等级" in wrong.text) == (422, True)

    wish = {"wish.enterprise": "甲公司", "wish.team": "寅大学", "wish.wish": "必见", "wish.by": "企业"}
    assert client.post(f"{fair}/wishes", data={**wish, "csrf_token": token}).status_code == 303
    page = client.get(f"{fair}/wishes").text
    assert "现有排期还没有跟上" in page
    assert '<option value="甲公司">' in page
    again = client.post(f"{fair}/plans", data={"csrf_token": token, "how": "again"})
    assert again.status_code == 303
    assert [job.state for job in work(world)] == ["done"]
    shown = client.get(fair).text
    assert "现有排期还没有跟上" not in shown
    # On the day 乙公司 cancels: its two meetings fall out at once.
    fields = {"csrf_token": token, "version": hidden(shown, "version"), "what": "late", "who": "乙公司"}
    refused = client.post(f"{fair}/happened", data=fields)
    assert (refused.status_code, 'value="乙公司"' in refused.text) == (422, True)
    assert client.post(f"{fair}/happened", data={**fields, "what": "cancel"}).status_code == 303
    assert [job.state for job in work(world)] == ["done"]
    board = world.client.get(f"/api/v1{fair}/board", headers=world["organiser"]).json()
    names = {party["id"]: party["org"] for party in board["parties"]}
    assert "乙公司" not in {names[meeting["enterprise"]] for meeting in board["meetings"]}


def shown_fields(page: str) -> dict[str, str]:
    """All fields of the settings' form as a browser would send them."""

    class Fields(HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.found: dict[str, str] = {}
            self.select = ""

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            given = dict(attrs)
            name = given.get("name") or ""
            if tag == "input" and name and given.get("type") not in {"checkbox", "radio"}:
                self.found[name] = given.get("value") or ""
            elif tag == "select":
                self.select = name
            elif tag == "option" and self.select and ("selected" in given or self.select not in self.found):
                self.found[self.select] = given.get("value") or ""

        def handle_endtag(self, tag: str) -> None:
            if tag == "select":
                self.select = ""

    parser = Fields()
    start = page.index('<form method="post" class="settings"')
    parser.feed(page[start : page.index("</form>", start)])
    return parser.found
