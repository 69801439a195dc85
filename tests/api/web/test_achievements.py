"""The institution's desk: from a spreadsheet to a published achievement and who asks, and what can go wrong."""

import re
from typing import Any

import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import FilePayload, Page, expect

from tests.api.outlook import standing
from tests.api.outlook.standing import FITS, NEAR_IT, SERVES_IT
from tests.api.web.filled import filled
from tests.api.web.people import clients
from tests.api.web.site import Site, checked, hidden
from tests.api.web.test_imports import work
from tests.api.world import World

HOSTILE = "<script>alert(1)</script>涂层"
# The second says nothing but its name; the third is hostile.
TABLE = f"""编号,成果名称,成果简介,技术指标,成熟度,合作方式,价格
K1,石墨电极耐高温抗氧化涂层制备技术,在石墨电极表面制备复合涂层,耐温1350℃,通过中试,技术许可,50-80万元
K2,石墨电极涂层检测方法,,,,,
K3,{HOSTILE},石墨电极涂层,,,,
"""


@pytest.fixture
def institution(world: World) -> TestClient:
    return clients(world)["institution"]


def _shown(world: World, record_id: str) -> dict[str, object]:
    answer = world.client.get(f"/api/v1/achievements/{record_id}", headers=world["institution"])
    assert answer.status_code == 200
    shown: dict[str, object] = answer.json()
    return shown


@pytest.mark.browser
def test_from_a_spreadsheet_to_who_asks(site: Site) -> None:
    world = site.world
    world.need(title="石墨电极抗氧化涂层", problem="石墨电极高温下氧化掉渣", indicators_text="耐温≥1200℃（必须）")
    page = site.visit("/my/achievements", "institution")
    expect(page.get_by_text("还没有成果")).to_be_visible()
    page.get_by_role("button", name="导入成果表格").click()
    page.get_by_label("选择表格文件").set_input_files(
        FilePayload(name="成果.csv", mimeType="text/csv", buffer=TABLE.encode("gb18030"))
    )
    page.get_by_role("button", name="上传并导入").click()
    expect(page.get_by_text("排队中，马上开始")).to_be_visible()
    work(world, page.url.split("/")[-1].split("?")[0])
    page.get_by_role("link", name="看导入的记录").click()
    _the_list(page)
    _edit_one(page)
    standing.work(world)
    _who_asks(page)


def _the_list(page: Page) -> None:
    """Three drafts, what each lacks, and what all of them lack most."""
    expect(page.get_by_role("link", name=HOSTILE, exact=True)).to_be_visible()
    totals = page.locator("article.totals")
    expect(totals).to_contain_text("3 项成果")
    # Of three one states indicators.
    expect(totals.get_by_role("listitem").filter(has_text="应用范围")).to_contain_text("3 项没写")
    bare = page.locator("article.mine").filter(has_text="石墨电极涂层检测方法")
    expect(bare).to_contain_text("最该补：成果简介")
    checked(page, "achievements")
    page.get_by_role("link", name="先补最差的").click()
    expect(page.locator("article.mine").first).to_contain_text("石墨电极涂层检测方法")
    checked(page, "achievements-worst")


def _edit_one(page: Page) -> None:
    """What is read of the indicators is told while typing; a wrong price loses nothing; then it is published."""
    page.get_by_role("link", name="石墨电极耐高温抗氧化涂层制备技术").click()
    page.get_by_role("button", name=re.compile("继续填写")).first.click()
    numbers = page.locator("#numbers")
    expect(numbers).to_contain_text("耐温 1350 ℃")
    page.get_by_role("textbox", name="技术指标").fill("耐温1350℃\n电极消耗降低20%以上")
    expect(numbers).to_contain_text("电极消耗 降低 至少 20 %")
    expect(page.get_by_label("成熟度（从）")).to_have_value("7")
    expect(page.get_by_text("由“通过中试”推定")).to_be_visible()
    page.get_by_label("价格下限").fill("五十")
    page.get_by_label("类型 1").fill("发明专利")
    page.get_by_role("button", name="再加一项").click()
    expect(page.get_by_label("类型 2")).to_be_visible()
    page.get_by_label("号码 2").fill("ZL2")
    page.get_by_role("button", name="发布").click()
    expect(page.get_by_role("alert")).to_contain_text("请")
    expect(page.get_by_label("号码 2")).to_have_value("ZL2")
    page.get_by_label("类型 2").fill("实用新型专利")
    page.get_by_label("价格下限").fill("50")
    checked(page, "achievement-edit")
    page.get_by_role("button", name="发布").click()
    expect(page.get_by_role("status").first).to_contain_text("已发布")


def _who_asks(page: Page) -> None:
    page.reload()
    lead = page.locator("article.match").first
    expect(lead).to_contain_text("石墨电极抗氧化涂层")
    expect(lead.get_by_role("button", name=re.compile("申请对接"))).to_be_visible()
    expect(page.get_by_text("实用新型专利 ZL2")).to_be_visible()
    expect(page.locator("#easier")).to_contain_text("应用范围参加匹配")
    page.get_by_label("以谁的身份看").select_option(label="没有登录的访客")
    expect(page.locator("dl.facts")).to_contain_text("对方看不到")
    checked(page, "achievement")


@pytest.mark.browser
def test_the_desk_on_a_phone(site: Site) -> None:
    world = site.world
    ids = [world.achievement(title=f"成果{number}", publish=number == 1)["id"] for number in (1, 2)]
    _declined(world, world.need()["id"], ids[0], "price")
    world.need(**NEAR_IT)
    world.achievement(**FITS)
    standing.work(world)
    page = site.visit("/my/achievements", "institution", phone=True)
    checked(page, "achievements")
    page.goto(f"/my/achievements/{ids[0]}")
    expect(page.locator("article.match").first).to_be_visible()
    checked(page, "achievement")
    page.goto(f"/my/achievements/{ids[1]}/edit")
    checked(page, "achievement-edit")
    page.goto("/my/refusals")
    expect(page.get_by_text("请给出价格区间")).to_be_visible()
    page.get_by_role("link", name="看是哪几次").click()
    expect(page.get_by_role("listitem").filter(has_text="成果1")).to_be_visible()
    checked(page, "refusals")
    page.goto("/my/asked")
    expect(page.get_by_role("button", name=re.compile("我能做"))).to_be_visible()
    checked(page, "asked")


def _declined(world: World, need_id: str, achievement_id: str, reason: str) -> None:
    body = {"need_id": need_id, "achievement_id": achievement_id}
    made = world.client.post("/api/v1/introductions", json=body, headers=world["institution"])
    assert made.status_code == 201, made.text
    refusal = {"reason_code": reason, "note": HOSTILE}
    path = f"/api/v1/introductions/{made.json()['id']}/refusal"
    assert world.client.post(path, json=refusal, headers=world["enterprise"]).status_code == 200


def test_every_field_comes_back_as_it_was(world: World, institution: TestClient) -> None:
    content: dict[str, Any] = {
        "title": "涂层技术",
        "summary": "简介",
        "indicators_text": "耐温1350℃",
        "application_scope": "电弧炉",
        "prior_use": "某厂试用",
        "confidential_detail": "配方",
        "keywords": ["涂层", "电极"],
        "fields": ["先进材料"],
        "industry_codes": ["C30"],
        "org": "某研究所",
        "team": ["张教授"],
        "contact": "张老师 0371-1",
        "region": {"name": "河南省郑州市"},
        "trl": {"low": 6, "high": 7},
        "transfer_modes": ["技术许可"],
        "price": {"kind": "floor", "low_cny": 125_000, "high_cny": 800_000},
        "ip_items": [{"type": "发明专利", "number": "ZL1", "status": "已授权"}, {"type": "软件著作权"}],
        "level": "国内领先",
        "last_confirmed_on": "2026-01-02",
        "valid_until": "2099-12-31",
        "source": "登记",
        "source_url": "https://example.org/1",
        "visibility": 2,
        "tiers": {"terms": 3, "team": 3},
    }
    record = world.achievement(publish=False, **content)
    here = f"/my/achievements/{record['id']}/edit"
    sent = filled(institution.get(here).text, "writing")
    # 125,000 CNY are 12.5 times 10,000.
    assert (sent["wan.low_cny"], sent["wan.high_cny"]) == (["12.5"], ["80"])
    answer = institution.post(here, data={**sent, "do": "save"})
    assert answer.headers["location"] == f"/my/achievements/{record['id']}?said=draft"
    before, after = record["content"], _shown(world, record["id"])["content"]
    assert isinstance(after, dict)
    differing = {name for name in before if before[name] != after[name]}
    # The form says a tier for every group; before only two were said, the others are the defaults.
    assert differing <= {"tiers"}
    assert {**before["tiers"], **after["tiers"]} == after["tiers"]
    assert (after["tiers"]["terms"], after["tiers"]["team"]) == (3, 3)


def test_amounts_readiness_and_rights(world: World, institution: TestClient) -> None:
    form = institution.get("/my/achievements/new").text
    token = {"csrf_token": hidden(form, "csrf_token")}
    typed = {**token, "content.title": "一项成果", "do": "save"}
    # Numbers alone are an indication, one end of the readiness is both; emptied rows of rights go.
    more = {"wan.high_cny": "80", "content.trl.low": "6", "ip.0.type": "", "ip.1.type": "发明专利"}
    made = institution.post("/my/achievements/new", data={**typed, **more})
    record_id = made.headers["location"].split("?")[0].split("/")[-1]
    content = _shown(world, record_id)["content"]
    assert isinstance(content, dict)
    assert (content["price"]["kind"], content["price"]["low_cny"]) == ("indicative", None)
    assert content["price"]["high_cny"] == 800_000
    assert (content["trl"]["low"], content["trl"]["high"]) == (6, 6)
    assert [item["type"] for item in content["ip_items"]] == ["发明专利"]
    for name, value, said in (
        ("wan.low_cny", "八十", "价格请填数字"),
        ("ip.0.number", "ZL1", "请写知识产权的类型"),
        ("content.source_url", "ftp://x", "content"),
    ):
        refused = institution.post("/my/achievements/new", data={**typed, name: value})
        assert refused.status_code == 422, name
        assert said in refused.text
        assert f'value="{value}"' in refused.text


def test_what_is_typed_survives_a_change_of_others(world: World, institution: TestClient) -> None:
    record = world.achievement()
    here = f"/my/achievements/{record['id']}/edit"
    first = institution.get(here).text
    typed = {**filled(first, "writing"), "content.title": ["我填的名称"], "do": "save"}
    body = {"content": {"title": "别人改的名称"}}
    headers = {**world["institution"], "if-match": '"1"'}
    assert world.client.put(f"/api/v1/achievements/{record['id']}", json=body, headers=headers).status_code == 200
    refused = institution.post(here, data=typed)
    assert refused.status_code == 412
    assert 'value="我填的名称"' in refused.text
    assert "别人改的名称" in refused.text
    again = institution.post(here, data={**typed, "version": hidden(refused.text, "version")})
    assert again.headers["location"] == f"/my/achievements/{record['id']}?said=published"


def test_one_tap_moves(world: World, institution: TestClient) -> None:
    record = world.achievement(valid_until="2099-12-31")
    here = f"/my/achievements/{record['id']}"
    token = {"csrf_token": hidden(institution.get(here).text, "csrf_token")}
    told = institution.post(f"{here}/state", data={**token, "version": "1", "move.state": "withdrawn"})
    assert told.headers["location"] == "/my/achievements?said=withdrawn"
    old = institution.post(f"{here}/renewal", data={**token, "version": "1"})
    assert old.headers["location"] == f"{here}?said=outdated"
    gone = institution.post(f"{here}/delete", data={**token, "version": "2"})
    assert gone.headers["location"] == "/my/achievements?said=deleted"
    assert institution.get(here).status_code == 404


def test_who_asks_near_my_work(world: World, institution: TestClient) -> None:
    assert "还没有已发布的成果" in institution.get("/my/asked").text
    need, near = world.need(**NEAR_IT, trl_min=7), world.achievement(**FITS)
    standing.work(world)
    shown = institution.get("/my/asked").text
    assert "需求要求成熟度不低于 TRL 7，成果未写成熟度" in shown
    ask = f"/introductions/new?need_id={need['id']}&amp;achievement_id={near['id']}"
    assert f'href="{ask}"' in shown
    body = {"need_id": need["id"], "achievement_id": near["id"]}
    assert world.client.post("/api/v1/introductions", json=body, headers=world["institution"]).status_code == 201
    # At work already: not offered again.
    again = institution.get("/my/asked").text
    assert "已在对接" in again
    assert ask not in again
    # Somebody serves it by now: said honestly.
    world.achievement("institution2", **SERVES_IT)
    standing.work(world)
    assert "目前没有接近本单位成果、又无人满足的需求" in institution.get("/my/asked").text


def test_all_drafts_at_once(world: World, institution: TestClient) -> None:
    ids = [world.achievement(title=f"成果{number}", publish=False)["id"] for number in range(3)]
    shown = institution.get("/my/achievements").text
    assert "全部发布（3）" in shown
    drafts = [f"{record_id}:1" for record_id in ids]
    assert all(f'value="{draft}"' in shown for draft in drafts)
    headers = {**world["institution"], "if-match": '"1"'}
    body = {"content": {"title": "别人刚改的"}}
    assert world.client.put(f"/api/v1/achievements/{ids[1]}", json=body, headers=headers).status_code == 200
    others = world.achievement("institution2", publish=False)["id"]
    sent = {"csrf_token": hidden(shown, "csrf_token"), "draft[]": [*drafts, f"{others}:1", "../needs/x:1"]}
    told = institution.post("/my/achievements/publication", data=sent)
    assert told.headers["location"] == "/my/achievements?said=published-some"
    assert [_shown(world, record_id)["state"] for record_id in ids] == ["published", "draft", "published"]
    theirs = world.client.get(f"/api/v1/achievements/{others}", headers=world["institution2"]).json()
    assert theirs["state"] == "draft"


def test_others_achievements_are_nobodys_business(world: World) -> None:
    record = world.achievement("institution2", publish=False, title="别家的草稿")
    people = clients(world)
    for path in ("", "/edit", "/filling", "/leads", "/enterprises"):
        answer = people["institution"].get(f"/my/achievements/{record['id']}{path}")
        assert answer.status_code == 404, path
        assert "别家的草稿" not in answer.text
    assert people["enterprise"].get("/my/achievements").status_code == 403
    assert people["enterprise"].get("/my/refusals").status_code == 200
    assert people["broker"].get("/my/refusals").status_code == 403


def test_with_whose_eyes(world: World, institution: TestClient) -> None:
    record = world.achievement(team=["张教授"], contact="张老师 0371-1", tiers={"team": 2})
    here = f"/my/achievements/{record['id']}"
    for reader, seen in (("", ("张教授", "张老师 0371-1")), ("?reader=2", ("张教授",)), ("?reader=1", ())):
        text = institution.get(here + reader).text
        for secret in ("张教授", "张老师 0371-1"):
            assert (secret in text) == (secret in seen), (reader, secret)
