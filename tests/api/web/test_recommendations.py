"""Subscriptions and what they found."""

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from api.db.tables import Recommendation, Subscription
from tests.api.web.people import clients
from tests.api.web.site import Site, checked, hidden
from tests.api.world import World


def recommend(world: World, achievement_id: str, title: str) -> None:
    """A finding of every subscription, as the service writes it down."""
    with world.service.database.work() as session:
        for subscription in session.scalars(select(Subscription)):
            session.add(
                Recommendation(
                    subscription_id=subscription.id,
                    record_id=achievement_id,
                    version=1,
                    text_key=title,
                    level=3,
                    fit=0.72,
                    reason=f"共同要点：{title}",
                )
            )


@pytest.mark.browser
def test_subscribe_judge_pause_and_end(site: Site) -> None:
    world = site.world
    need = world.need(title="石墨电极抗氧化")
    found = world.achievement(title="<script>alert(1)</script>涂层")
    page = site.visit(f"/recommendations?need={need['id']}", "enterprise")
    expect(page.get_by_text("还没有推荐")).to_be_visible()
    page.get_by_role("button", name="订阅", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("已订阅")
    recommend(world, found["id"], "涂层")
    page.goto("/recommendations")
    card = page.locator("article.found")
    expect(card).to_contain_text("<script>alert(1)</script>涂层")
    expect(card).to_contain_text("把握较大 72%")
    checked(page, "recommendations")
    card.get_by_text("不要", exact=True).click()
    card.get_by_role("button", name="太早期").click()
    expect(page.locator("article.found")).to_contain_text("已标为不要：太早期")
    page.get_by_role("button", name="暂停").click()
    expect(page.get_by_text("已暂停")).to_be_visible()
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="删除").click()
    expect(page.get_by_text("还没有订阅")).to_be_visible()


def test_texts_and_what_is_wrong_with_them(world: World) -> None:
    client = clients(world)["broker"]
    token = {"csrf_token": hidden(client.get("/recommendations?text=耐磨").text, "csrf_token")}
    wish = {**token, "sub.min_level": "3", "sub.digest": "daily", "sub.looks_for": "need"}
    empty = client.post("/recommendations/subscriptions", data=wish)
    assert empty.status_code == 422
    assert "二选一" in empty.text or "二者选一" in empty.text
    made = client.post("/recommendations/subscriptions", data={**wish, "sub.text": "耐磨 <b>涂层</b>"})
    assert made.headers["location"] == "/recommendations?said=subscribed"
    shown = client.get("/recommendations").text
    assert "耐磨 &lt;b&gt;涂层" in shown
    assert "每天 8 点" in shown
    achievement = world.achievement()
    recommend(world, achievement["id"], "涂层")
    with world.service.database.reading() as session:
        (one,) = session.scalars(select(Recommendation))
    judged = client.post(f"/recommendations/{one.id}/verdict", data=token)
    assert judged.status_code == 422
    client.post(f"/recommendations/{one.id}/verdict", data={**token, "verdict": "wanted"})
    assert "已标为想要" in client.get("/recommendations").text
    assert clients(world)["enterprise"].get("/recommendations").text.count('class="found"') == 0
