"""Public pages of a need and an achievement: what each visitor reads, and the ways on; showcases."""

import pytest
from playwright.sync_api import expect

from tests.api.web.people import clients
from tests.api.web.site import Site, checked
from tests.api.world import World

RECIPE = "只有我们知道的配方"


def test_closed_groups_are_named_and_nothing_of_them_is_shown(world: World) -> None:
    made = world.achievement(
        title="耐高温涂层",
        summary="陶瓷涂层",
        indicators_text="耐温1357℃",
        confidential_detail=RECIPE,
        contact="李工 13800001234",
        tiers={"indicators": 2, "owner": 3},
    )
    people = clients(world)
    path = f"/achievement/{made['id']}"
    stranger, enterprise, owner = (people[name].get(path).text for name in ("anonymous", "enterprise", "institution"))
    assert "登录后或对接被接受后可见：技术指标、单位名称" in stranger
    assert "对接被双方接受后可见：保密内容、联系方式" in stranger
    assert "对接被双方接受后可见：单位名称" in enterprise
    assert "耐温1357℃" in enterprise
    for text in (stranger, enterprise):
        assert RECIPE not in text
        assert "13800001234" not in text
        assert "institution单位" not in text
        # Closed is not the same as not stated.
        assert "<dt>完成单位</dt>" not in text
        assert "回避" not in text
    assert "耐温1357℃" not in stranger
    assert RECIPE in owner
    assert "这是本单位的成果" in owner


def test_what_is_not_there_or_not_for_the_visitor(world: World) -> None:
    hidden = world.need(visibility=2)
    draft = world.need(publish=False)
    people = clients(world)
    for record_id in (hidden["id"], draft["id"], "nothing"):
        assert people["anonymous"].get(f"/need/{record_id}").status_code == 404
    assert people["institution"].get(f"/need/{hidden['id']}").status_code == 200
    assert people["institution"].get(f"/need/{draft['id']}").status_code == 404
    # Partners are for those who bring others together.
    assert people["enterprise"].get(f"/need/{hidden['id']}/partners").status_code == 403
    assert people["anonymous"].get(f"/need/{hidden['id']}/similar").headers["location"].startswith("/sign-in")


def test_which_need_asks_is_chosen_on_purpose(world: World) -> None:
    achievement = world.achievement()
    client = clients(world)["enterprise"]
    world.need(title="第一条")
    assert "请选择需求" not in client.get(f"/achievement/{achievement['id']}").text
    world.need(title="第二条")
    assert '<option value="">请选择需求</option>' in client.get(f"/achievement/{achievement['id']}").text


@pytest.mark.browser
def test_a_broker_sees_who_fits_and_a_showcase_is_read(site: Site) -> None:
    world = site.world
    need = world.need(title="石墨电极抗氧化涂层", problem="高温下氧化掉渣，耐温≥1200℃", budget_high_cny=500000)
    made = world.achievement(title="石墨电极抗氧化涂层制备技术", summary="耐温1350℃", team=["张教授"])
    world.need("enterprise2", title="石墨电极抗氧化涂料")
    world.index()
    page = site.visit(f"/need/{need['id']}", "broker")
    expect(page.get_by_text("50 万元")).to_be_visible()
    expect(page.get_by_role("table").first).to_contain_text("张教授")
    expect(page.get_by_role("link", name="石墨电极抗氧化涂料")).to_be_visible()
    checked(page, "need-broker")
    start = page.get_by_role("button", name="发起对接")
    assert start.get_attribute("href") == f"/introductions/new?need_id={need['id']}&achievement_id={made['id']}"
    page.goto(f"/achievement/{made['id']}")
    expect(page.get_by_role("heading", name="石墨电极抗氧化涂层", exact=True)).to_be_visible()

    headers = world["organiser"]
    created = {"slug": "coatings", "title": "涂层专场<b>", "introduction": "今年的新成果"}
    assert world.client.post("/api/v1/showcases", json=created, headers=headers).status_code == 201
    for step, method, body in (
        (f"items/{made['id']}", "put", {"note": "值得一看"}),
        ("state", "post", {"published": True}),
    ):
        version = world.client.get("/api/v1/showcases/coatings", headers=headers).headers["etag"]
        answer = getattr(world.client, method)(
            f"/api/v1/showcases/coatings/{step}", json=body, headers={**headers, "if-match": version}
        )
        assert answer.status_code == 200, answer.text
    phone = site.visit("/showcases", phone=True)
    checked(phone, "showcases")
    phone.get_by_role("link", name="涂层专场<b>").click()
    expect(phone.get_by_text("值得一看")).to_be_visible()
    checked(phone, "showcase")
    phone.get_by_role("link", name="石墨电极抗氧化涂层制备技术").click()
    expect(phone.get_by_role("button", name="登录后申请对接")).to_be_visible()
    phone.goto(f"/need/{need['id']}")
    checked(phone, "need")
