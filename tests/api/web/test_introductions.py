"""Introductions: asked for, answered, worked on and signed through the pages, by both sides and the broker."""

import datetime as dt
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from api.days import china_day
from api.db.tables import Introduction, Organisation
from tests.api.outlook.standing import FITS, WANTS, work
from tests.api.web.people import clients
from tests.api.web.site import Site, checked, hidden
from tests.api.world import World

browser_test = pytest.mark.browser
TITLE = FITS["title"]
"""Of the achievement, and part of the need's."""
HOSTILE = "电极氧化<script>alert(1)</script>"


def asked(world: World, who: str, **need: Any) -> str:
    """An introduction of a new pair, asked for by somebody."""
    body = {"need_id": world.need(**need)["id"], "achievement_id": world.achievement()["id"]}
    answer = world.client.post("/api/v1/introductions", json=body, headers=world[who])
    assert answer.status_code == 201, answer.text
    made: str = answer.json()["id"]
    return made


def opened(world: World, who: str = "broker", **need: Any) -> str:
    """One that both sides have accepted."""
    made = asked(world, who, **need)
    for side in ("enterprise", "institution"):
        world.client.post(f"/api/v1/introductions/{made}/acceptance", headers=world[side])
    return made


def accept(site: Site, person: str, title: str) -> Page:
    """A side opens the introduction from its list and accepts."""
    page = site.visit("/introductions", person)
    section = page.locator("#answer")
    expect(section).to_contain_text(title)
    section.get_by_role("button", name="打开").click()
    expect(page.locator("#answer")).to_contain_text("请安排试样")
    expect(page.locator("#answer")).to_contain_text("对方看到：贵单位名称和联系方式")
    page.get_by_role("button", name="接受对接").click()
    return page


@browser_test
def test_from_a_lead_to_a_contract(site: Site) -> None:
    world = site.world
    world.need(**WANTS, contact="路女士，139-0000-5540")
    world.achievement(**FITS, contact="陶所长 0371-0000-2242")
    work(world)
    broker = site.visit("/broker/today", "broker")
    expect(broker.get_by_text("手上没有进行中的对接")).to_be_visible()
    broker.get_by_role("button", name="看线索").click()
    expect(broker.locator("#found")).to_contain_text(TITLE)
    checked(broker, "broker-leads")
    # Live, without a button.
    broker.get_by_label("标题中的词").fill("没有这个词")
    expect(broker.get_by_text("没有符合条件的线索")).to_be_visible()
    broker.get_by_label("标题中的词").fill("涂层")
    expect(broker.get_by_role("button", name="发起对接")).to_be_visible()
    # Every field does so; what cannot be used is told in words, without names of the API.
    broker.get_by_label("地区").fill("火星")
    expect(broker.locator("#found")).to_contain_text("不认识地区“火星”")
    expect(broker.locator("#found")).not_to_contain_text("query")
    broker.get_by_label("地区").fill("")
    broker.get_by_role("button", name="发起对接").click()
    expect(broker.get_by_role("heading", name="双方接受之后")).to_be_visible()
    expect(broker.get_by_role("link", name=TITLE)).to_have_count(2)
    checked(broker, "introduction-new")
    broker.get_by_label("给对方的说明").fill("请安排试样")
    broker.get_by_role("button", name="发起对接").click()
    expect(broker.get_by_role("status")).to_contain_text("对接请求已发出")
    expect(broker.get_by_text("双方都接受后在这里互相打开")).to_be_visible()
    place = broker.url.partition("?")[0]

    enterprise = accept(site, "enterprise", TITLE)
    expect(enterprise.get_by_role("status")).to_contain_text("对方也接受后")
    expect(enterprise.get_by_text("139-0000-5540")).to_have_count(0)
    institution = accept(site, "institution", TITLE)
    expect(institution.get_by_role("link", name="139-0000-5540")).to_have_attribute("href", "tel:13900005540")

    broker.goto(place)
    expect(broker.get_by_role("link", name="0371-0000-2242")).to_have_attribute("href", "tel:037100002242")
    broker.get_by_label("要做什么").fill("寄 5 公斤样品")
    broker.get_by_label("截止日期").fill(china_day().isoformat())
    broker.get_by_role("button", name="保存下一步").click()
    expect(broker.get_by_role("status")).to_contain_text("已保存")
    broker.get_by_label("留言").fill("周四上午十点开电话会。")
    broker.get_by_role("button", name="发送").click()
    expect(broker.locator("#thread .mine").last).to_contain_text("周四上午十点")
    checked(broker, "introduction-broker")
    broker.goto("/broker/today")
    due = broker.locator(".group-due")
    expect(due).to_contain_text("寄 5 公斤样品")
    checked(broker, "broker-today")
    due.get_by_role("button", name="洽谈").click()
    expect(broker.locator(".group-due .stage")).to_have_text("洽谈")
    broker.get_by_role("button", name="签约…").click()
    sign(broker)
    expect(broker.locator("#contract")).to_contain_text("12.5 万元")
    checked(broker, "introduction-signed")
    enterprise.goto(place)
    expect(enterprise.get_by_role("listitem").filter(has_text="签约").first).to_have_attribute("aria-current", "step")
    checked(enterprise, "introduction-enterprise")


def sign(page: Page) -> None:
    """A contract of 12.5 万元, after an amount that is none and a day to come."""
    contract = page.locator("#sign")
    contract.get_by_label("合同类别").select_option("技术开发")
    contract.get_by_label("成交额（万元）").fill("十二万")
    page.get_by_role("button", name="登记签约").click()
    expect(page.get_by_role("alert").first).to_contain_text("请填写金额的数字")
    expect(contract.get_by_label("合同类别")).to_have_value("技术开发")
    contract.get_by_label("成交额（万元）").fill("12.5 万元")
    contract.get_by_label("签约日期").fill((china_day() + dt.timedelta(days=2)).isoformat())
    page.get_by_role("button", name="登记签约").click()
    expect(page.get_by_role("alert").first).to_contain_text("晚于今天")
    contract.get_by_label("签约日期").fill(china_day().isoformat())
    contract.get_by_label("含作价入股").check()
    page.get_by_role("button", name="登记签约").click()
    expect(page.get_by_role("status")).to_contain_text("已保存")
    expect(page.locator("#contract")).to_contain_text("含作价入股")


@browser_test
def test_the_desk_on_a_telephone(site: Site) -> None:
    world = site.world
    late = opened(world, title=HOSTILE, contact="路女士 13900005540")
    asked(world, "broker", title="等待答复的需求")
    unclaimed = asked(world, "enterprise", title="没有经纪人的需求")
    with world.service.database.work() as session:
        row = session.get_one(Introduction, late)
        row.next_action, row.due_on = "回访样品结果", china_day() - dt.timedelta(days=3)
    page = site.visit("/broker/today", "broker", phone=True)
    overdue = page.locator(".group-overdue")
    expect(overdue).to_contain_text("已逾期 3 天")
    checked(page, "broker-today")
    # Enter sends the day that was filled in, not that of a button.
    overdue.get_by_text("改期").click()
    overdue.get_by_label("截止日期").fill((china_day() + dt.timedelta(days=5)).isoformat())
    overdue.get_by_label("要做什么").press("Enter")
    expect(page.get_by_text((china_day() + dt.timedelta(days=5)).isoformat())).to_be_visible()
    planned = page.locator(".intro-card").filter(has_text="回访样品结果")
    planned.get_by_text("改期").click()
    planned.get_by_role("button", name="明天").click()
    expect(page.locator(".group-overdue")).to_have_count(0)
    expect(page.get_by_text((china_day() + dt.timedelta(days=1)).isoformat())).to_be_visible()
    page.goto(f"/broker/call/{late}")
    expect(page.get_by_role("link", name="13900005540")).to_have_attribute("href", "tel:13900005540")
    expect(page.get_by_role("heading", name="要问需求方")).to_be_visible()
    checked(page, "broker-call")
    page.goto("/broker/board")
    column = page.locator("#contacted")
    column.get_by_role("button", name="洽谈").click()
    expect(page.locator("#negotiating")).to_contain_text(HOSTILE)
    checked(page, "broker-board")
    # 其他 says nothing by itself: a note is asked for, then it is lost.
    page.locator("#negotiating").get_by_text("未成", exact=True).click()
    # Enter in the note chooses no reason.
    page.locator("#negotiating").get_by_label("补充说明").press("Enter")
    expect(page.locator("#negotiating")).to_contain_text(HOSTILE)
    page.locator("#negotiating").get_by_role("button", name="其他").click()
    expect(page.get_by_role("alert").first).to_have_text("选“其他”时请在“补充说明”里写明原因。")
    page.get_by_label("补充说明").fill("厂里停产了")
    page.get_by_role("button", name="其他").click()
    expect(page.get_by_text("厂里停产了").first).to_be_visible()
    checked(page, "introduction-lost")
    page.goto("/broker/leads?view=unclaimed")
    checked(page, "broker-unclaimed")
    page.get_by_role("button", name="认领").click()
    expect(page.get_by_role("status")).to_contain_text("已认领")
    assert unclaimed in page.url
    page.goto("/introductions")
    checked(page, "introductions-broker")
    page.goto("/broker/leads")
    expect(page.get_by_role("heading", name="线索")).to_be_visible()
    checked(page, "broker-leads")


@browser_test
def test_a_side_declines_and_somebody_was_faster(site: Site) -> None:
    world = site.world
    declined, changed = asked(world, "broker", title="要婉拒的"), opened(world, title="改过的")
    page = site.visit(f"/introductions/{declined}", "institution", phone=True)
    checked(page, "introduction-asked")
    page.get_by_text("婉拒，选一个原因").click()
    page.get_by_role("button", name="其他").click()
    expect(page.get_by_role("alert").first).to_contain_text("其他")
    page.get_by_role("button", name="太早期").click()
    expect(page.get_by_role("status")).to_contain_text("已婉拒")
    expect(page.get_by_text("这是贵单位婉拒的")).to_be_visible()
    page.goto(f"/introductions/{changed}")
    page.get_by_label("要做什么").fill("我写的下一步")
    url = f"/api/v1/introductions/{changed}"
    version = world.client.get(url, headers=world["broker"]).headers["etag"]
    moved = world.client.post(
        f"{url}/stage", json={"stage": "negotiating"}, headers={**world["broker"], "If-Match": version}
    )
    assert moved.status_code == 200
    page.get_by_role("button", name="保存下一步").click()
    # The newest is shown, nothing typed is lost, and it can be sent again.
    expect(page.get_by_role("alert").first).to_contain_text("刚才有人改过")
    expect(page.locator(".stages .now")).to_have_text("洽谈")
    expect(page.get_by_label("要做什么")).to_have_value("我写的下一步")
    page.get_by_role("button", name="保存下一步").click()
    expect(page.locator(".intro-now")).to_contain_text("我写的下一步")
    page.goto("/introductions")
    checked(page, "introductions")


def test_asked_twice_leads_to_the_first(world: World) -> None:
    made = asked(world, "enterprise")
    item = world.client.get(f"/api/v1/introductions/{made}", headers=world["enterprise"]).json()
    client = clients(world)["enterprise"]
    pair = {"need_id": item["need"]["id"], "achievement_id": item["achievement"]["id"]}
    token = hidden(client.get("/introductions/new", params=pair).text, "csrf_token")
    told = client.post("/introductions", data={**pair, "note": "", "csrf_token": token})
    assert told.status_code == 409
    assert f'href="/introductions/{made}"' in told.text
    assert made not in told.text.replace(f"/introductions/{made}", "")


def test_an_old_page_does_not_undo_a_refusal(world: World) -> None:
    """Accepting opens what is closed for good: a page drawn before a colleague declined does not do it."""
    made = asked(world, "enterprise")
    client = clients(world)["institution"]
    token = {"csrf_token": hidden(client.get(f"/introductions/{made}").text, "csrf_token")}
    reason = {"reason_code": "price"}
    world.client.post(f"/api/v1/introductions/{made}/refusal", json=reason, headers=world["institution"])
    old = client.post(f"/introductions/{made}/acceptance", data={**token, "was": "waiting"})
    assert old.status_code == 409
    assert "已在别处婉拒" in old.text
    now = client.post(f"/introductions/{made}/acceptance", data={**token, "was": "declined"})
    assert now.headers["location"].endswith("?said=accepted")


def test_who_may_and_what_is_told_when_not(world: World) -> None:
    people = clients(world)
    pair = {"need_id": world.need()["id"], "achievement_id": world.achievement()["id"]}
    shown = people["enterprise"].get("/introductions/new", params=pair)
    assert shown.status_code == 200
    assert "对方接受之后" in shown.text
    token = {"csrf_token": hidden(shown.text, "csrf_token")}
    made = people["enterprise"].post("/introductions", data={**pair, **token})
    assert made.status_code == 303
    place = made.headers["location"].partition("?")[0]
    again = people["enterprise"].post("/introductions", data={**pair, **token})
    assert again.status_code == 409
    assert "已有对接" in again.text
    assert f"/my/needs/{pair['need_id']}/matches" in again.text
    # Strangers are told nothing, not even that it exists.
    assert people["enterprise2"].get(place).status_code == 404
    assert people["institution2"].get(place).status_code == 404
    staff = people["organiser"].get(place)
    assert staff.status_code == 200
    assert "保存下一步" not in staff.text
    assert people["enterprise"].get("/broker/today").status_code == 403
    assert people["organiser"].get("/broker/board").status_code == 403
    assert people["organiser"].post(f"{place}/claim", data=token).status_code == 403
    for name in ("organiser", "administrator"):
        leads = people[name].get("/broker/leads")
        assert leads.status_code == 200
        assert "发起对接" not in leads.text
    # A side that has not accepted cannot move it, whatever it sends.
    other = hidden(people["institution"].get(place).text, "csrf_token")
    refused = people["institution"].post(
        f"{place}/stage", data={"csrf_token": other, "stage.stage": "contacted", "version": "1"}
    )
    assert refused.status_code == 403
    assert people["broker"].get("/broker/leads", params={"region": "没有这个地方"}).status_code == 422
    empty = people["enterprise"].get("/introductions/new", params={"need_id": "../x", "achievement_id": "1"})
    assert empty.status_code == 422


def test_contacts_stay_closed_before_acceptance(world: World) -> None:
    people = clients(world)
    with world.service.database.work() as session:
        session.get_one(Organisation, world.people["enterprise"].organisation_id).contact = "0371-11112222"
    made = asked(world, "broker", contact="13912345678")
    for name in ("institution", "broker"):
        for path in (f"/introductions/{made}", f"/broker/call/{made}"):
            text = people[name].get(path).text
            assert "13912345678" not in text
            assert "11112222" not in text


@pytest.mark.parametrize(("tier", "quoted"), [(2, True), (3, False)])
def test_a_call_sheet_asks_nothing_that_tells_what_the_other_side_may_not_read(
    world: World, tier: int, quoted: bool
) -> None:
    need = world.need(**WANTS, indicators_text="抗折强度不低于42MPa", tiers={"indicators": tier})
    achievement = world.achievement(**FITS)
    work(world)
    body = {"need_id": need["id"], "achievement_id": achievement["id"]}
    made = world.client.post("/api/v1/introductions", json=body, headers=world["broker"]).json()["id"]
    sheet = clients(world)["broker"].get(f"/broker/call/{made}").text
    holder = sheet[sheet.index("成果方：") :]
    asked_of_holder = holder[holder.index("要问") : holder.index("不能对另一方说")]
    assert ("42MPa" in asked_of_holder) is quoted
    of_need = sheet[: sheet.index("成果方：")]
    assert ("技术指标" in of_need[of_need.index("不能对另一方说") :]) is not quoted
    seen = world.client.get(f"/api/v1/needs/{need['id']}", headers=world["broker"]).json()
    assert ("indicators" in seen["restricted"]) is not quoted
    assert world.client.get(f"/api/v1/needs/{need['id']}", headers=world["enterprise"]).json()["restricted"] == []
