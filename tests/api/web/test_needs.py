"""The enterprise's desk: from a first visit to a published need with its matches, and what can go wrong on the way."""

import re
from html import unescape

import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import Page, Route, expect

from api.outlook.refreshing import refresh
from tests.api.web.people import clients
from tests.api.web.site import PASSWORD, Site, checked, hidden
from tests.api.world import World

HOSTILE = "<script>alert(1)</script>电极涂层"


@pytest.fixture
def enterprise(world: World) -> TestClient:
    return clients(world)["enterprise"]


def _state(world: World, need_id: str) -> str:
    answer = world.client.get(f"/api/v1/needs/{need_id}", headers=world["enterprise"])
    state: str = answer.json()["state"]
    return state


@pytest.mark.browser
def test_from_a_first_visit_to_matches(site: Site) -> None:
    site.world.achievement(
        title="石墨电极耐高温抗氧化涂层制备技术",
        summary="在石墨电极表面制备复合涂层，1350℃下 100 小时不氧化。",
        indicators_text="耐温1350℃",
        trl={"low": 6, "high": 7},
        transfer_modes=["技术许可"],
        region={"name": "河南省郑州市"},
        team=["张教授"],
    )
    site.world.achievement(title=HOSTILE, summary="石墨电极涂层 <img src=x onerror=alert(2)>")
    site.world.index()
    page = site.visit("/my/needs/new?text=石墨电极高温氧化掉渣")
    # Nobody yet: signing in leads back to the form with the text.
    page.get_by_label("登录名").fill("enterprise")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_label("需求名称")).to_have_value("石墨电极高温氧化掉渣")
    panel = page.get_by_label("需求体检")
    expect(panel).to_contain_text("还缺")
    expect(panel).to_contain_text("考核指标")
    page.get_by_label("要解决的难题").fill("石墨电极在高温下氧化掉渣，希望提高寿命")
    expect(panel).to_contain_text("没有数值")
    _with_the_check_up(page)
    page.get_by_label("考核指标").fill("耐温≥1200℃（必须）\n电极消耗降低 20% 以上")
    page.get_by_label("预算上限").fill("五十")
    page.get_by_label("技术许可").check()
    page.get_by_label("所在地区").fill("开封")
    page.get_by_role("button", name="发布").click()
    # Refused with everything still there.
    expect(page.get_by_role("alert")).to_contain_text("预算请填数字")
    expect(page.get_by_label("考核指标")).to_have_value("耐温≥1200℃（必须）\n电极消耗降低 20% 以上")
    expect(page.get_by_label("技术许可")).to_be_checked()
    page.get_by_label("预算上限").fill("50")
    page.get_by_role("button", name="发布").click()
    expect(page.get_by_role("heading", name="匹配的成果")).to_be_visible()
    expect(page.get_by_role("status").first).to_contain_text("已发布")
    _the_matches(page)
    page.goto("/my/needs")
    expect(page.get_by_role("link", name="石墨电极高温氧化掉渣")).to_be_visible()
    checked(page, "needs")


def _with_the_check_up(page: Page) -> None:
    """The suggested wording is taken over in one tap, is not published with its blanks, and can be undone."""
    page.get_by_role("button", name="用这个写法").click()
    problem = page.get_by_label("要解决的难题")
    expect(problem).to_have_value(re.compile("＿＿"))
    page.get_by_role("button", name="发布").click()
    expect(page.get_by_role("alert")).to_contain_text("没有填")
    page.get_by_role("button", name="恢复我原来的文字").click()
    expect(problem).to_have_value("石墨电极在高温下氧化掉渣，希望提高寿命")
    page.get_by_role("textbox", name="联系方式").fill("王工 0371-00000000")
    page.get_by_role("button", name="预览").click()
    shown = page.locator("#preview")
    expect(shown).to_contain_text("对方看不到")
    expect(shown).not_to_contain_text("王工")
    checked(page, "need-new")


def _the_matches(page: Page) -> None:
    first = page.locator("article.match").first
    expect(first).to_contain_text("石墨电极耐高温抗氧化涂层制备技术")
    expect(first).to_contain_text("成熟度 TRL 6–7")
    expect(page.get_by_role("link", name=HOSTILE, exact=True)).to_be_visible()
    expect(page.locator("aside")).to_contain_text("张教授")
    first.get_by_text("为什么，还要核实什么").click()
    row = first.get_by_role("row", name=re.compile("耐温"))
    expect(row).to_contain_text("满足")
    expect(row).to_contain_text("1350℃")
    first.get_by_text("申请对接").click()
    expect(first.get_by_role("button", name="发出请求")).to_be_visible()
    checked(page, "need-matches")


@pytest.mark.browser
def test_the_desk_on_a_phone(site: Site) -> None:
    world = site.world
    ids = [world.need(title=f"需求{number}", publish=number == 1)["id"] for number in (1, 2)]
    world.need(title=HOSTILE, publish=False)
    page = site.visit("/my/needs", "enterprise", phone=True)
    expect(page.get_by_role("link", name=HOSTILE)).to_be_visible()
    checked(page, "needs")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/my/needs/checkup*", hold)
    page.goto(f"/my/needs/{ids[1]}/edit")
    panel = page.get_by_label("需求体检")
    # What is said while it is asked is as legible as what is found.
    expect(panel).to_have_class(re.compile("htmx-request"))
    checked(page)
    held[0].continue_()
    page.unroute("**/my/needs/checkup*")
    expect(panel).to_contain_text("还缺")
    page.get_by_label("考核指标").fill("耐温≥1200℃")
    checked(page, "need-edit")
    page.get_by_role("button", name="存草稿").click()
    expect(page.get_by_role("status")).to_contain_text("草稿已保存")
    expect(page.get_by_text("耐温≥1200℃")).to_be_visible()
    checked(page, "need")
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="删除").click()
    expect(page.get_by_role("status")).to_contain_text("已删除")
    page.goto(f"/my/needs/{ids[0]}/matches")
    # Nothing is in the index: said plainly, with what to do.
    expect(page.get_by_text(re.compile("没有合适的成果|索引还在收录"))).to_be_visible()
    checked(page, "need-no-match")


def test_one_tap_moves(world: World, enterprise: TestClient) -> None:
    need = world.need(valid_until="2099-12-31")
    here = f"/my/needs/{need['id']}"
    token = {"csrf_token": hidden(enterprise.get(here).text, "csrf_token")}
    told = enterprise.post(f"{here}/state", data={**token, "version": "1", "move.state": "withdrawn"})
    assert (told.status_code, told.headers["location"]) == (303, "/my/needs?said=withdrawn")
    assert _state(world, need["id"]) == "withdrawn"
    # The page was old: nothing is done, and it says so.
    old = enterprise.post(f"{here}/state", data={**token, "version": "1", "move.state": "published"})
    assert old.headers["location"] == f"{here}?said=outdated"
    assert _state(world, need["id"]) == "withdrawn"
    enterprise.post(f"{here}/state", data={**token, "version": "2", "move.state": "published"})
    assert _state(world, need["id"]) == "published"
    # Half a year of 183 days from the last day, 2099-12-31: 31 + 28 + 31 + 30 + 31 + 30 = 181 days to 2100-06-30.
    enterprise.post(f"{here}/renewal", data={**token, "version": "3"})
    shown = world.client.get(f"/api/v1/needs/{need['id']}", headers=world["enterprise"]).json()
    assert shown["content"]["valid_until"] == "2100-07-02"
    gone = enterprise.post(f"{here}/delete", data={**token, "version": "4"})
    assert gone.headers["location"] == "/my/needs?said=deleted"
    assert enterprise.get(here).status_code == 404


def test_what_is_typed_survives_a_change_of_others(world: World, enterprise: TestClient) -> None:
    need = world.need(budget_high_cny=125_000, region_scope=[{"name": "河南省"}], tiers={"terms": 3})
    here = f"/my/needs/{need['id']}/edit"
    first = enterprise.get(here).text
    assert 'value="12.5"' in first
    token = {"csrf_token": hidden(first, "csrf_token")}
    typed = {**token, "version": "1", "content.title": "我填的名称", "wan.budget_high_cny": "8", "do": "save"}
    typed |= {"content.visibility": "1", "content.tiers.terms": "3", "scope[]": "河南省"}
    body = {"content": {**need["content"], "title": "别人改的名称"}}
    for name in ("published_on", "extra"):
        body["content"].pop(name)
    headers = {**world["enterprise"], "if-match": '"1"'}
    assert world.client.put(f"/api/v1/needs/{need['id']}", json=body, headers=headers).status_code == 200
    refused = enterprise.post(here, data=typed)
    assert refused.status_code == 412
    assert 'value="我填的名称"' in refused.text
    assert "别人改的名称" in refused.text
    again = enterprise.post(here, data={**typed, "version": hidden(refused.text, "version")})
    assert again.headers["location"] == f"/my/needs/{need['id']}/matches?said=published"
    shown = world.client.get(f"/api/v1/needs/{need['id']}", headers=world["enterprise"]).json()["content"]
    assert (shown["title"], shown["budget_high_cny"]) == ("我填的名称", 80_000)
    assert (shown["tiers"]["terms"], shown["region_scope"][0]["code"]) == (3, "410000")
    # Contact stays for the owner alone unless somebody opens it.
    assert shown["tiers"].get("contact", 4) == 4


def test_others_needs_are_nobodys_business(world: World) -> None:
    need = world.need("enterprise2", publish=False, title="别家的草稿")
    people = clients(world)
    for path in ("", "/edit", "/outlook", "/matches", "/institutions", "/workbook"):
        answer = people["enterprise"].get(f"/my/needs/{need['id']}{path}")
        assert answer.status_code == 404
        assert "别家的草稿" not in answer.text
    assert people["institution"].get("/my/needs").status_code == 403


def test_another_wording_is_searched_for(world: World, enterprise: TestClient) -> None:
    need = world.need(title="量子引力望远镜&q=1")
    world.index()
    shown = enterprise.get(f"/my/needs/{need['id']}/matches").text
    link = unescape(re.search(r'href="([^"]*)">换个说法再搜', shown)[1])
    assert ">量子引力望远镜&amp;q=1</textarea>" in enterprise.get(link).text.replace("\n", "")


def test_review_and_workbook(make_world: object) -> None:
    world: World = make_world(review=True)  # type: ignore[operator]
    client = clients(world)["enterprise"]
    form = client.get("/my/needs/new").text
    assert "提交审核" in form
    sent = {"csrf_token": hidden(form, "csrf_token"), "content.title": "需要审核的需求", "do": "publish"}
    answer = client.post("/my/needs/new", data=sent)
    assert answer.headers["location"].endswith("?said=submitted")
    need_id = answer.headers["location"].split("?")[0].split("/")[-1]
    assert _state(world, need_id) == "review"
    world.achievement()
    book = client.get(f"/my/needs/{need_id}/workbook")
    assert (book.status_code, book.content[:2]) == (200, b"PK")


def test_each_row_says_what_to_do_next(world: World) -> None:
    need = world.need(title="石墨电极抗氧化涂层")
    draft = world.need(title="只有名称", publish=False)
    world.achievement()
    world.index()
    while refresh(world.service):
        pass
    client = clients(world)["enterprise"]
    row = client.get(f"/my/needs/{need['id']}/outlook", headers={"hx-request": "true"}).text
    assert "<html" not in row
    # Level 1 is the best that the toy encoder's index reaches.
    assert "1 · 无相关" in row
    assert f'<a href="/my/needs/{need["id"]}/matches">还没有成果达到 3 级' in row
    assert "还缺" in row
    told = client.get(f"/my/needs/{draft['id']}/outlook").text
    assert "草稿只有本单位看得到" in told
    assert "<html" in told
