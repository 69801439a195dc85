"""One's own feeds: made, read, confirmed, and what is refused."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from api.feeds.chore import pull_due
from tests.api.feeds.farm import csv_of, rows_of
from tests.api.web.people import clients
from tests.api.web.site import Site, checked, hidden
from tests.api.world import World


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Where folders of feeds are."""
    folder = tmp_path / "feeds"
    (folder / "kfu").mkdir(parents=True)
    return folder


@pytest.mark.browser
def test_a_folder_from_setting_up_to_confirming_withdrawals(make_site: object, root: Path) -> None:
    site: Site = make_site(feed_root=root)  # type: ignore[operator]
    # 22 rows, the last without a name and a text.
    (root / "kfu" / "list.csv").write_bytes(csv_of([*rows_of(range(22)), ("X", "", "")]))
    page = site.visit("/my/feeds", "institution")
    page.get_by_role("button", name="新建供数").first.click()
    page.get_by_label("名称").fill("科技处成果库")
    page.get_by_label("我们定期读取一个文件夹").check()
    page.get_by_label("网址或文件夹").fill("../kfu")
    page.get_by_label("来源是全量清单").check()
    checked(page, "feed-new")
    page.get_by_role("button", name="新建供数").click()
    expect(page.get_by_role("alert")).to_contain_text("相对路径")
    expect(page.get_by_label("来源是全量清单")).to_be_checked()
    page.get_by_label("网址或文件夹").fill("kfu")
    page.get_by_role("button", name="新建供数").click()
    expect(page.get_by_role("status")).to_contain_text("已新建")
    pull_due(site.world.service)
    page.reload()
    expect(page.get_by_text("成果 · 22 条记录")).to_be_visible()
    expect(page.get_by_role("heading", name="最近被退回的原因")).to_be_visible()
    # Two of 22 are left: 20 would go, more than half and more than ten.
    (root / "kfu" / "list.csv").write_bytes(csv_of(rows_of(range(2))))
    page.get_by_role("button", name="立即读取").click()
    expect(page.get_by_role("status")).to_contain_text("已安排")
    pull_due(site.world.service)
    page.reload()
    expect(page.get_by_role("heading", name="20 条记录等待确认撤回")).to_be_visible()
    checked(page, "feed")
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="撤回 20 条").click()
    expect(page.get_by_role("heading", name="等待确认撤回")).to_have_count(0)
    listed = site.world.client.get(
        "/api/v1/achievements?mine=true&state=withdrawn&limit=100", headers=site.world["institution"]
    )
    assert len(listed.json()["items"]) == 20
    page.set_viewport_size({"width": 390, "height": 844})
    checked(page, "feed")
    page.goto("/my/feeds")
    checked(page, "feeds")


def test_settings_switch_and_end(world: World) -> None:
    client = clients(world)["institution"]
    token = {"csrf_token": hidden(client.get("/my/feeds/new").text, "csrf_token")}
    given = {"feed.name": "推送", "feed.kind": "push", "feed.side": "achievement", "feed.publish": "false"}
    made = client.post("/my/feeds/new", data={**token, **given})
    here = made.headers["location"].split("?")[0]
    shown = client.get(here).text
    assert "怎样推送" in shown
    assert "存为草稿" in shown
    changed = client.post(f"{here}/edit", data={**token, "version": "1", "feed.name": "改名", "feed.publish": "true"})
    assert changed.headers["location"] == f"{here}?said=saved"
    old = client.post(f"{here}/edit", data={**token, "version": "1", "feed.name": "又改名"})
    assert old.status_code == 412
    assert 'value="又改名"' in old.text
    off = client.post(f"{here}/switch", data={**token, "version": "2", "active": "false"})
    assert off.headers["location"] == f"{here}?said=disabled"
    stale = client.post(f"{here}/delete", data={**token, "version": "2"})
    assert stale.headers["location"] == f"{here}?said=outdated"
    gone = client.post(f"{here}/delete", data={**token, "version": "3"})
    assert gone.headers["location"] == "/my/feeds?said=deleted"
    assert client.get(here).status_code == 404


def test_what_is_refused(world: World) -> None:
    people = clients(world)
    client = people["institution"]
    token = {"csrf_token": hidden(client.get("/my/feeds/new").text, "csrf_token")}
    given = {**token, "feed.name": "网址", "feed.kind": "url", "feed.side": "achievement"}
    # A host that nobody allowed, a line without a sign, a field that does not exist.
    for more, said in (
        ({"feed.source": "https://elsewhere.example/list.csv"}, "elsewhere.example"),
        ({"feed.source": "https://x.example/l.csv", "mapping": "项目名"}, "列名=字段"),
        ({"feed.source": "https://x.example/l.csv", "mapping": "项目名=名称\n心情=心情"}, "心情"),
    ):
        refused = client.post("/my/feeds/new", data={**given, **more})
        assert refused.status_code in {403, 422}, refused.text
        assert said in refused.text
        assert 'value="网址"' in refused.text
    made = client.post("/my/feeds/new", data={**given, "feed.kind": "push"}).headers["location"].split("?")[0]
    assert people["enterprise"].get(made).status_code == 404
    assert people["enterprise"].get("/my/feeds").status_code == 200
    assert people["broker"].get("/my/feeds").status_code == 403
