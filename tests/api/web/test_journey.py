"""The enterprise's way from a first visit to a partner's telephone number, with the institution's answer.

The other journeys: test_introductions (broker), test_fairs (organiser), test_achievements (institution), test_admin.
"""

import pytest
from playwright.sync_api import expect

from tests.api.web.site import PASSWORD, Site, checked

pytestmark = pytest.mark.browser


def test_an_enterprise_from_a_first_visit_to_a_telephone_number(site: Site) -> None:
    site.world.achievement(
        title="石墨电极耐高温抗氧化涂层制备技术",
        summary="在石墨电极表面制备复合涂层，1350℃下 100 小时不氧化。",
        indicators_text="耐温1350℃",
        contact="张教授 0371-12345678",
    )
    site.world.index()
    page = site.visit("/")
    page.get_by_role("textbox").first.fill("石墨电极高温氧化掉渣")
    page.get_by_role("button", name="找成果").click()
    expect(page.get_by_role("link", name="石墨电极耐高温抗氧化涂层制备技术")).to_be_visible()
    # Whoever wants to go on signs in and comes back to what was typed.
    page.goto("/my/needs/new?text=石墨电极高温氧化掉渣")
    page.get_by_label("登录名").fill("enterprise")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.get_by_label("考核指标").fill("耐温≥1200℃")
    page.get_by_role("button", name="发布").click()
    expect(page.get_by_role("heading", name="匹配的成果")).to_be_visible()
    site.world.index()
    page.reload()
    first = page.locator("article.match").first
    first.get_by_text("申请对接").click()
    first.get_by_role("button", name="发出请求").click()
    expect(page.get_by_role("status")).to_contain_text("对接请求已发出")
    assert "12345678" not in page.content()
    where = page.url.partition("?")[0]
    checked(page)

    other = site.visit("/introductions", "institution")
    other.locator("#answer").get_by_role("button", name="打开").click()
    other.get_by_role("button", name="接受对接").click()
    expect(other.get_by_role("status")).to_contain_text("已接受")

    page.goto(where)
    expect(page.get_by_text("0371-12345678")).to_be_visible()
    checked(page)
