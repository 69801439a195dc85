"""Signing in, the language, and what every page keeps."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect
from sqlalchemy import update

from api.db.tables import Account
from tests.api.web.people import clients
from tests.api.web.site import PASSWORD, Site, checked, hidden
from tests.api.world import World


@pytest.mark.browser
def test_sign_in_and_out(site: Site) -> None:
    page = site.visit("/account")
    assert "/sign-in" in page.url
    checked(page, "sign-in")
    page.get_by_label("登录名").fill("enterprise")
    page.get_by_label("密码").fill("wrong")
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("alert")).to_contain_text("登录名或密码不对")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    # Back where the visitor was going.
    expect(page.get_by_role("heading", name="我的账号")).to_be_visible()
    checked(page, "account")
    page.get_by_role("button", name="退出").first.click()
    expect(page.get_by_role("status")).to_contain_text("已退出")


@pytest.mark.browser
def test_the_language_stays(site: Site) -> None:
    page = site.visit("/sign-in")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.goto("/register")
    expect(page.get_by_role("heading", name="Ask for an account")).to_be_visible()
    page.get_by_role("button", name="中文").click()
    expect(page.get_by_role("heading", name="申请账号")).to_be_visible()


@pytest.mark.parametrize(
    "back", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/a\tb"]
)
def test_nobody_is_sent_to_another_site(world: World, back: str) -> None:
    client = clients(world)["anonymous"]
    answer = client.post("/sign-in", data={"entry.login": "enterprise", "entry.password": PASSWORD, "back": back})
    assert (answer.status_code, answer.headers["location"]) == (303, "/my/needs")
    assert client.post("/language", data={"to": "en", "back": back}).headers["location"] == "/"


def test_a_one_time_password_lets_nobody_past_the_change(world: World) -> None:
    client = clients(world)["enterprise"]
    with world.service.database.work() as session:
        session.execute(update(Account).values(must_change_password=True))
    assert client.get("/my/needs").headers["location"] == "/account/password"
    page = client.get("/account/password")
    said = {"entry.current_password": PASSWORD, "entry.new_password": "another-long-password", "again": "another-long"}
    token = {"csrf_token": hidden(page.text, "csrf_token")}
    assert client.post("/account/password", data=said | token).status_code == 422
    changed = client.post("/account/password", data=said | token | {"again": "another-long-password"})
    assert changed.status_code == 303
    assert client.get("/my/needs").status_code == 200


def test_whoever_has_no_account_is_told_whom_to_ask(make_world: Callable[..., World]) -> None:
    page = make_world(contact="县科技局成果科 0371-00000000").client.get("/sign-in")
    assert "平台联系方式：县科技局成果科 0371-00000000" in page.text
