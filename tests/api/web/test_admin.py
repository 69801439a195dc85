"""Administration and review, as an administrator, an organiser and a manager meet them."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import update

from api.access.passwords import hash_password
from api.db.base import now
from api.db.tables import Account, Feed, FeedRun, RecordRow
from api.web.pages.admin.audit_details import details
from tests.api.web.site import PASSWORD, Site, checked, hidden
from tests.api.world import World

HOSTILE = "<script>alert(1)</script>石墨电极"


def agree(page: Page, said: list[str] | None = None) -> None:
    """Say yes to every question, and keep what was asked."""

    def answer(dialog: Any) -> None:
        if said is not None:
            said.append(dialog.message)
        dialog.accept()

    page.on("dialog", answer)


@pytest.mark.browser
def test_an_administrator_approves_reviews_and_revokes(make_site: Callable[..., Site]) -> None:
    site = make_site(review=True, open_registration=True)
    world = site.world
    entry = {"login": "zhao@example.cn", "display_name": "赵工", "password": PASSWORD, "kind": "enterprise"}
    entry["organisation_name"] = "enterprise单位有限公司"
    assert world.client.post("/api/v1/registrations", json=entry).status_code == 202
    need = world.need(
        title=HOSTILE, problem="高温下氧化掉渣，电耗高", tiers={"indicators": 2}, indicators_text="≥1200℃"
    )
    world.need(title="另一条需求")
    world.index()
    page, asked = site.visit("/admin", "administrator"), list[str]()
    agree(page, asked)
    checked(page, "admin")

    # The registration: an organisation of nearly that name is known, so nothing is chosen beforehand.
    page.get_by_role("link", name="注册申请待处理").click()
    expect(page.get_by_text("名称相近的")).to_be_visible()
    checked(page, "admin-registrations")
    page.get_by_label("新建单位").check()
    page.get_by_role("button", name="批准").click()
    expect(page.get_by_role("status")).to_contain_text("已批准")
    expect(page.get_by_role("heading", name="赵工")).to_be_visible()
    checked(page, "admin-person")

    # A key: its text once, and never again.
    page.goto("/my/keys")
    page.get_by_label("用途").fill("每日推送")
    page.get_by_role("button", name="新建密钥").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("用途")).to_have_value("每日推送")
    page.get_by_label("读取记录").check()
    checked(page, "my-keys")
    page.get_by_role("button", name="新建密钥").click()
    key = page.get_by_label("密钥", exact=True).input_value()
    checked(page, "key-made")
    calls = {"Authorization": f"Bearer {key}"}
    assert world.client.get("/api/v1/needs", headers=calls).status_code == 200
    page.get_by_role("button", name="已保存").click()
    assert key.split("_")[2] not in page.content()
    page.get_by_role("button", name="停用 每日推送").click()
    expect(page.get_by_role("status")).to_contain_text("已停用")
    assert "不能恢复" in asked[-1]
    assert world.client.get("/api/v1/needs", headers=calls).status_code == 401

    # Review: the public reads less than who reviews.
    page.goto("/review")
    checked(page, "review")
    page.get_by_role("link", name=HOSTILE).click()
    expect(page.get_by_role("heading", name=HOSTILE)).to_be_visible()
    expect(page.locator("section").first.get_by_text("≥1200℃")).to_be_visible()
    expect(page.get_by_text("没有写明：")).to_be_visible()
    checked(page, "review-record")
    page.get_by_role("link", name="公众所见").click()
    # The check-up beside it, which comes later, is for who reviews.
    expect(page.get_by_role("link", name="公众所见")).to_have_attribute("aria-current", "page")
    expect(page.locator("section").first.get_by_text("≥1200℃")).not_to_be_visible()
    page.get_by_role("button", name="通过并发布").click()
    expect(page.get_by_role("status")).to_contain_text("已发布")
    assert world.client.get(f"/api/v1/needs/{need['id']}").json()["state"] == "published"
    # The rest of the queue at once.
    page.get_by_label("全选本页").check()
    page.get_by_role("button", name="发布勾选的").click()
    expect(page.get_by_role("status")).to_contain_text("已发布 1 条")

    # An account is shut out: its sign-in ends.
    other = site.visit("/account", "enterprise")
    page.goto("/admin/people?name=enterprise")
    page.get_by_role("link", name="enterprise", exact=True).click()
    page.get_by_role("button", name="停用账号").click()
    expect(page.get_by_role("status")).to_contain_text("已停用")
    other.goto("/account")
    assert "/sign-in" in other.url


@pytest.mark.browser
def test_people_and_organisations(site: Site) -> None:
    page = site.visit("/admin/people", "administrator")
    agree(page)
    checked(page, "admin-people")
    page.get_by_role("button", name="新建账号").click()
    page.get_by_label("登录名").fill("qian@example.cn")
    page.get_by_label("单位", exact=True).fill("没有的单位")
    page.get_by_role("button", name="新建账号").click()
    expect(page.get_by_role("alert")).to_contain_text("没有这个单位")
    # While typing, names are offered.
    page.get_by_label("单位", exact=True).press_sequentially("x", delay=1)
    page.get_by_label("单位", exact=True).fill("enterprise2")
    expect(page.locator("#names option")).to_have_attribute("value", "enterprise2单位")
    page.get_by_label("单位", exact=True).fill("enterprise2单位")
    checked(page, "admin-person-new")
    page.get_by_role("button", name="新建账号").click()
    password = page.get_by_label("一次性密码").input_value()
    assert re.fullmatch(r"[a-z0-9]{4}(-[a-z0-9]{4}){4}", password)
    page.get_by_role("button", name="复制").click()
    expect(page.get_by_role("button", name="已复制")).to_be_visible()
    checked(page, "admin-password")
    page.goto("/admin/organisations/new")
    page.get_by_label("单位全称").fill("enterprise单位有限公司")
    page.get_by_role("button", name="登记单位").click()
    expect(page.get_by_role("alert")).to_contain_text("名称相近")
    checked(page, "admin-organisation-new")
    page.get_by_label("已核对").check()
    page.get_by_role("button", name="登记单位").click()
    expect(page.get_by_role("heading", name="enterprise单位有限公司")).to_be_visible()
    checked(page, "admin-organisation")
    page.get_by_role("button", name="停用单位").click()
    expect(page.get_by_role("status")).to_contain_text("已停用")
    page.goto("/admin/organisations")
    checked(page, "admin-organisations")
    page.goto("/admin/audit")
    expect(page.get_by_text("登录").first).to_be_visible()
    checked(page, "admin-audit")
    page.get_by_label("做了什么").select_option("create")
    page.get_by_label("谁（登录名）").fill("administrator")
    page.get_by_role("button", name="查找").click()
    expect(page.locator(".log li")).to_have_count(2)


@pytest.mark.browser
def test_engine_jobs_feeds_and_showcases(site: Site) -> None:
    world = site.world
    world.need()
    made = [world.achievement(title=f"抗氧化涂层之{number}") for number in (1, 2)]
    world.index()
    feed_id = a_feed(world, waiting=[item["id"] for item in made])
    page, asked = site.visit("/admin/engine", "administrator"), list[str]()
    agree(page, asked)
    checked(page, "admin-engine")
    page.get_by_role("button", name="重建索引").click()
    expect(page.get_by_text("排队中")).to_be_visible()
    checked(page, "admin-job")
    page.get_by_role("button", name="取消任务").click()
    expect(page.get_by_text("已取消").first).to_be_visible()
    page.goto("/admin/jobs")
    checked(page, "admin-jobs")

    page.goto("/admin/feeds")
    page.get_by_label("主机名").fill("kjc.example.edu.cn")
    page.get_by_role("button", name="允许访问").click()
    expect(page.get_by_role("button", name="移除 kjc.example.edu.cn")).to_be_visible()
    checked(page, "admin-feeds")
    page.get_by_role("link", name="每日成果").click()
    checked(page, "admin-feed")
    page.get_by_role("button", name="撤回 2 条").click()
    expect(page.get_by_role("status")).to_contain_text("已保存")
    assert "2 条" in asked[-1]
    assert world.client.get(f"/api/v1/feeds/{feed_id}/health", headers=world["institution"]).json()["waiting"] == 0
    states = {world.client.get(f"/api/v1/achievements/{item['id']}").status_code for item in made}
    assert states == {404}

    world.achievement(title="番茄种植技术", summary="大棚番茄")
    kept = [world.achievement(title=f"石墨涂层之{number}") for number in (1, 2)]
    world.index()
    page.goto("/admin/showcases/new")
    page.get_by_label("标题").fill("新材料推荐")
    page.get_by_label("网址中的名称").fill("New Materials")
    page.get_by_role("button", name="新建展示").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("网址中的名称").fill("new-materials")
    page.get_by_role("button", name="新建展示").click()
    for number in (1, 2):
        page.get_by_label("用自己的话找成果").fill("石墨涂层")
        page.get_by_role("button", name="搜索").click()
        page.get_by_role("button", name=f"加入 石墨涂层之{number}").click()
        expect(page.get_by_role("button", name=f"移出 石墨涂层之{number}")).to_be_visible()
    page.get_by_role("button", name="上移 石墨涂层之2").click()
    page.get_by_role("button", name="发布").click()
    expect(page.get_by_role("button", name="撤下")).to_be_visible()
    checked(page, "admin-showcase")
    shown = world.client.get("/api/v1/showcases/new-materials").json()["items"]
    assert [item["achievement"]["id"] for item in shown] == [kept[1]["id"], kept[0]["id"]]
    page.goto("/admin/showcases")
    checked(page, "admin-showcases")


def a_feed(world: World, *, waiting: list[str]) -> str:
    """A feed of the institution that brought these records, and found all of them missing at its last read."""
    with world.service.database.work() as session:
        feed = Feed(
            organisation_id=world.people["institution"].organisation_id,
            account_id=world.people["institution"].account_id,
            name="每日成果",
            kind="push",
            side="achievement",
            source="",
            mapping={},
        )
        session.add(feed)
        session.flush()
        run = FeedRun(
            feed_id=feed.id, kind="push", outcome="partly", created=0, changed=0, unchanged=0, withdrawn=0, rejected=1
        )
        run.finished_at, run.details = (
            now(),
            {"rejected": [{"place": "第 3 行", "external_id": "", "reason": "没有名称"}]},
        )
        session.add(run)
        session.flush()
        feed.pending = {"run_id": run.id, "ids": waiting}
        session.execute(update(RecordRow).where(RecordRow.id.in_(waiting)).values(feed_id=feed.id))
        return feed.id


@pytest.mark.browser
def test_a_manager_and_the_phone(make_site: Callable[..., Site]) -> None:
    site = make_site(allow_private_addresses=True, review=True, open_registration=True)
    world = site.world
    with world.service.database.work() as session:
        session.execute(update(Account).where(Account.login == "enterprise").values(manager=True))
    world.client.put("/api/v1/allowed-hosts/127.0.0.1:9", json={"unencrypted": True}, headers=world["administrator"])
    page = site.visit("/my/colleagues", "enterprise", phone=True)
    agree(page)
    page.get_by_label("登录名").fill("sun@example.cn")
    page.get_by_role("button", name="邀请").click()
    expect(page.get_by_label("一次性密码")).to_be_visible()
    checked(page, "colleague-made")
    page.get_by_role("button", name="已保存").click()
    page.get_by_role("button", name="停用 sun@example.cn").click()
    expect(page.get_by_role("status")).to_contain_text("已停用")
    checked(page, "my-colleagues")
    page.goto("/my/webhooks")
    page.get_by_label("接收地址").fill("http://127.0.0.1:9/hook")
    page.get_by_label("对接").check()
    page.get_by_role("button", name="登记").click()
    secret = page.get_by_label("签名密钥").input_value()
    assert len(secret) > 20
    page.get_by_role("button", name="已保存").click()
    assert secret not in page.content()
    page.get_by_role("button", name="发送测试消息").click()
    # Nothing listens on that port.
    expect(page.get_by_role("status")).to_contain_text("测试")
    checked(page, "my-webhook")
    # An enterprise is no administrator.
    page.goto("/admin/people")
    expect(page.get_by_role("heading")).to_contain_text("这个页面不是给您的身份用的")

    world.need(title=HOSTILE, problem="高温下氧化掉渣" * 30, contact="王工", visibility=2)
    entry = {"login": "li@example.cn", "password": PASSWORD, "kind": "institution", "organisation_name": "某某大学"}
    world.client.post("/api/v1/registrations", json=entry)
    a_feed(world, waiting=[world.achievement()["id"]])
    staff = site.visit("", "administrator", phone=True)
    for path, name in (
        ("/admin", "admin"),
        ("/admin/registrations", "admin-registrations"),
        ("/admin/people", "admin-people"),
        (f"/admin/people/{world.people['broker'].account_id}", "admin-person"),
        ("/admin/organisations", "admin-organisations"),
        (f"/admin/keys/{world.people['broker'].account_id}", "admin-keys"),
        ("/admin/feeds", "admin-feeds"),
        ("/admin/audit", "admin-audit"),
        ("/admin/engine", "admin-engine"),
        ("/review", "review"),
    ):
        staff.goto(path)
        checked(staff, name)
    staff.get_by_role("link", name=HOSTILE).click()
    checked(staff, "review-record")


def signed_in(world: World, person: str) -> str:
    """The world's client with the cookie of a person, and the token of its forms."""
    answer = world.client.post("/api/v1/session", json={"login": person, "password": PASSWORD})
    assert answer.status_code == 200, answer.text
    token: str = answer.json()["csrf_token"]
    return token


@pytest.fixture
def office(make_world: Callable[..., World]) -> World:
    """A service whose people all have a password, with a review."""
    world = make_world(review=True, open_registration=True)
    with world.service.database.work() as session:
        session.execute(update(Account).values(password_hash=hash_password(PASSWORD)))
    return world


def test_a_record_changed_meanwhile_is_read_again(office: World) -> None:
    need = office.need(title="石墨电极")
    token = signed_in(office, "organiser")
    page = office.client.get(f"/review/needs/{need['id']}")
    version = hidden(page.text, "version")
    changed = {"content": {"title": "石墨电极（改）"}}
    headers = {**office["enterprise"], "If-Match": '"1"'}
    assert office.client.put(f"/api/v1/needs/{need['id']}", json=changed, headers=headers).status_code == 200
    sent = {"csrf_token": token, "version": version}
    answer = office.client.post(f"/review/needs/{need['id']}/publish", data=sent)
    assert answer.status_code == 412
    assert "记录刚刚被修改" in answer.text
    assert "石墨电极（改）" in answer.text
    # Several at once: what changed is told, what did not goes through.
    other = office.need(title="另一条")
    picks = [f"needs:{need['id']}:1", f"needs:{other['id']}:1"]
    answer = office.client.post("/review/publish", data={"csrf_token": token, "side": "needs", "pick": picks})
    assert "已发布 1 条" in answer.text
    assert office.client.get(f"/api/v1/needs/{other['id']}").json()["state"] == "published"
    back = {"csrf_token": token, "version": "2"}
    answer = office.client.post(f"/review/needs/{need['id']}/return", data=back, follow_redirects=False)
    assert answer.status_code == 303
    mine = office.client.get(f"/api/v1/needs/{need['id']}", headers=office["enterprise"])
    assert mine.json()["state"] == "draft"
    assert office.client.get("/review/nothing/1").status_code == 404


def test_no_change_without_the_token_and_none_for_others(office: World) -> None:
    person = office.people["broker"].account_id
    signed_in(office, "administrator")
    assert office.client.post(f"/admin/people/{person}/disable").status_code == 403
    token = signed_in(office, "organiser")
    for path in ("/admin", "/admin/people", "/admin/audit", "/admin/engine", f"/admin/keys/{person}"):
        assert office.client.get(path).status_code == 403, path
    assert office.client.post(f"/admin/people/{person}/disable", data={"csrf_token": token}).status_code == 403
    assert office.client.get("/api/v1/needs", headers=office["broker"]).status_code == 200
    # Organisers register organisations and keep showcases.
    assert office.client.get("/admin/organisations").status_code == 200
    assert office.client.get("/admin/showcases").status_code == 200


def test_a_secret_is_on_no_second_page(office: World) -> None:
    token = signed_in(office, "administrator")
    person = office.people["broker"].account_id
    answer = office.client.post(f"/admin/people/{person}/password", data={"csrf_token": token})
    assert answer.headers["cache-control"] == "no-store"
    found = re.search(r'id="secret"[^>]*value="([^"]+)"', answer.text)
    assert found is not None
    assert found[1] not in office.client.get(f"/admin/people/{person}").text
    # A key that never expires, and one of another account.
    sent = {"csrf_token": token, "entry.name": "永久", "entry.scopes[]": ["matching"], "days": "never"}
    assert "不过期" in office.client.post("/my/keys", data=sent).text
    (key,) = [
        item
        for item in office.client.get(f"/api/v1/accounts/{person}/keys", headers=office["administrator"]).json()
        if item["live"]
    ]
    answer = office.client.post(f"/admin/keys/{person}/{key['id']}/revoke", data={"csrf_token": token})
    assert "密钥已停用" in answer.text
    assert office.client.get("/api/v1/needs", headers=office["broker"]).status_code == 401


def test_the_approval_takes_a_known_organisation(office: World) -> None:
    entry = {"login": "zhou@example.cn", "password": PASSWORD, "kind": "institution"}
    office.client.post("/api/v1/registrations", json={**entry, "organisation_name": "institution单位"})
    token = signed_in(office, "administrator")
    page = office.client.get("/admin/registrations").text
    assert "已有同名单位" in page
    item_id = re.search(r"/admin/registrations/([^/]+)/approve", page)
    assert item_id is not None
    path, field = f"/admin/registrations/{item_id[1]}/approve", item_id[1]
    sent = {"csrf_token": token, f"{field}.role": "institution", f"{field}.login": "zhou@example.cn"}
    assert "请选择申请人属于哪个单位" in office.client.post(path, data=sent).text
    other = {**sent, f"{field}-choice": "other", f"{field}-organisation": "institution 单位"}
    answer = office.client.post(path, data=other)
    assert answer.status_code == 422
    assert "名称相近的有：institution单位" in answer.text
    # Of another kind than the role: the API's sentence beside the form.
    wrong = {**sent, f"{field}-choice": office.people["enterprise"].organisation_id}
    assert "只能属于院所" in office.client.post(path, data=wrong).text
    right = {**sent, f"{field}-choice": office.people["institution"].organisation_id}
    assert "institution单位" in office.client.post(path, data=right).text


def test_the_audit_log_speaks_in_words() -> None:
    said = details({"from": "contacted", "to": "lost", "reason": "price"}, str)
    assert said == [("原阶段", "已联系"), ("新阶段", "未成"), ("原因", "价格")]
    contract = {"kind": "技术开发", "amount_cny": 300_000.0, "signed_on": "2026-03-01", "number": ""}
    # What is empty says nothing.
    assert details(contract, str) == [("类别", "技术开发"), ("成交额", "30 万元"), ("签约日期", "2026-03-01")]
    opened = {
        "introduction": "01m8ky44a000dw7npxt9sa52pr",
        "organisation": None,
        "account": "01m8ky01qd2kk72tv9sczwce9r",
    }
    assert details(opened, str) == [("因对接", "…sa52pr"), ("对账号", "…zwce9r")]
    # The same code is a side of an introduction, and a list of a fair.
    assert details({"part": "need"}, str) == [("哪一方", "需求方")]
    assert details({"part": "needs"}, str) == [("哪一方", "需求名单")]


def test_the_same_within_a_minute_is_one_line_of_the_log(office: World) -> None:
    for _ in range(3):
        signed_in(office, "organiser")
    signed_in(office, "administrator")
    asked = {"action": "sign-in", "account_id": office.people["organiser"].account_id}
    page = office.client.get("/admin/audit", params=asked).text
    log = page[page.index('<ol class="log">') :]
    times = [
        int(found[1]) if (found := re.search(r"同一分钟内 (\d+) 次", line)) else 1 for line in log.split("<li>")[1:]
    ]
    # Two lines where the minute ended in between.
    assert sum(times) == 3
    assert len(times) <= 2
