"""From a first visit to a choice: the home page, the search as it is typed, filters, the comparison, nothing found."""

import gzip
import io
import re
from typing import Any

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect
from starlette.testclient import TestClient

from api.matching.live import Matching
from api.web.pages.search.asked import Asked, FilterError
from matcher.records import Side
from tests.api.web.people import clients
from tests.api.web.site import Site, checked, hidden
from tests.api.world import World

HOSTILE = "<script>alert(1)</script>石墨电极涂层"
NEED = "石墨电极抗氧化涂层，耐温≥1200℃"
MOST_BYTES = 150_000


def fill(world: World) -> dict[str, Any]:
    """Two coatings, one hostile, others of other fields; and a need."""
    coating = world.achievement(
        title="石墨电极耐高温抗氧化涂层制备技术",
        summary="在石墨电极表面制备抗氧化涂层，耐温1350℃，100 小时不氧化。",
        indicators_text="耐温1350℃",
        trl={"low": 6, "high": 7},
        transfer_modes=["技术许可"],
        region={"name": "河南省郑州市"},
    )
    world.achievement(title=HOSTILE, summary="石墨电极涂层 <img src=x onerror=alert(2)>", transfer_modes=["技术转让"])
    for at in range(12):
        world.achievement(
            title=f"水稻育秧盘自动播种机第{at}型", summary="每小时播种 800 盘", transfer_modes=["技术转让"]
        )
    world.need(title="石墨电极抗氧化", problem="高温下氧化掉渣")
    world.index()
    return coating


@pytest.mark.browser
def test_from_home_to_a_comparison(site: Site) -> None:
    coating = fill(site.world)
    page = site.visit("/")
    expect(page.get_by_text("项可对接的成果")).to_be_visible()
    checked(page, "home")
    page.get_by_label("用自己的话写下您的技术难题").fill("石墨电极")
    page.get_by_role("button", name="找成果").click()
    expect(page.get_by_role("heading", name=HOSTILE)).to_be_visible()
    _typing(page)
    _filtering(page)
    page.get_by_text("为什么，还要核实什么").first.click()
    expect(page.get_by_role("table").first).to_contain_text("满足")
    checked(page, "search")
    page.get_by_role("checkbox", name=re.compile("^对比.*耐高温")).check()
    page.get_by_role("checkbox", name=re.compile("^对比.*script")).check()
    page.get_by_role("button", name="并排对比 (2/4)").click()
    table = page.get_by_role("table")
    expect(table.get_by_role("row", name=re.compile("^耐温"))).to_contain_text(re.compile("满足.*未说明", re.DOTALL))
    expect(table.get_by_role("row", name=re.compile("^合作方式"))).to_contain_text("技术许可")
    checked(page, "compare")
    page.get_by_role("link", name=re.compile("^移出.*script")).click()
    expect(page.get_by_role("table").get_by_role("columnheader")).to_have_count(2)
    page.get_by_role("link", name=coating["content"]["title"], exact=True).click()
    expect(page.get_by_role("button", name="登录后申请对接")).to_be_visible()
    checked(page, "achievement")


def _typing(page: Page) -> None:
    """What is typed is searched for when typing stops, and the address can be handed on."""
    box = page.get_by_label("用自己的话写下您的技术难题")
    box.fill("石墨电极抗氧化涂层，耐温≥1200℃")
    page.wait_for_url(re.compile(r"q=[^&]*1200"))
    expect(box).to_be_focused()
    expect(page.locator(".match").first).to_contain_text("耐高温抗氧化")
    # Later, and only then, other wordings.
    expect(page.get_by_role("heading", name="换个说法")).to_be_visible()


def _filtering(page: Page) -> None:
    """A filter stays in the address, can be taken back by its chip and by going back."""
    page.get_by_role("checkbox", name=re.compile("^技术许可")).check()
    page.wait_for_url(re.compile("modes="))
    # The second passes as well: it says nothing of maturity, but something else of cooperation.
    expect(page.get_by_role("heading", name=HOSTILE)).to_have_count(0)
    expect(page.get_by_role("checkbox", name=re.compile("^技术许可"))).to_be_focused()
    page.get_by_role("link", name=re.compile("去掉筛选：技术许可")).click()
    expect(page.get_by_role("heading", name=HOSTILE)).to_be_visible()
    assert "modes=" not in page.url
    page.go_back()
    expect(page.get_by_role("link", name=re.compile("去掉筛选：技术许可"))).to_be_visible()
    page.go_forward()
    expect(page.get_by_role("heading", name=HOSTILE)).to_be_visible()
    expect(page.locator(".match")).to_have_count(10)
    page.get_by_role("button", name="再看 10 项").click()
    expect(page.locator(".match")).to_have_count(14)


@pytest.mark.browser
def test_on_a_phone_and_nothing_fits(site: Site) -> None:
    coating = fill(site.world)
    page = site.visit("/search?q=量子引力望远镜", "enterprise", phone=True)
    expect(page.get_by_role("heading", name="没有合适的成果")).to_be_visible()
    # What to do comes first, then other wordings, then three of the nearest; the others are folded away.
    expect(page.get_by_role("heading", name="换个说法")).to_be_visible()
    near = page.locator("#found > .match")
    expect(near).to_have_count(3)
    assert page.get_by_role("heading", name="换个说法").bounding_box()["y"] < near.first.bounding_box()["y"]
    expect(page.get_by_text("其余最接近的：7")).to_be_visible()
    checked(page, "search-none")
    publish = page.get_by_role("button", name="用这段文字发布")
    assert (
        publish.get_attribute("href")
        == "/my/needs/new?text=%E9%87%8F%E5%AD%90%E5%BC%95%E5%8A%9B%E6%9C%9B%E8%BF%9C%E9%95%9C"
    )
    page.get_by_role("button", name="订阅这个搜索").click()
    expect(page.get_by_role("status").first).to_contain_text("已订阅")
    mine = site.world.client.get("/api/v1/subscriptions", headers=site.world["enterprise"]).json()["items"]
    assert [item["text"] for item in mine] == ["量子引力望远镜"]
    page.goto(f"/search?q={NEED}")
    page.get_by_text("筛选", exact=True).click()
    page.get_by_placeholder("其他地区，如 郑州").fill("火星")
    page.get_by_placeholder("其他地区，如 郑州").press("Tab")
    expect(page.get_by_role("alert")).to_contain_text("不认识地区“火星”")
    page.get_by_role("link", name=re.compile("去掉筛选：火星")).click()
    expect(page.locator(".match").first).to_contain_text("耐高温抗氧化")
    checked(page, "search")
    page.goto(f"/compare?q={NEED}&id={coating['id']}")
    checked(page, "compare")
    page.goto("/")
    checked(page, "home")
    page.goto(f"/achievement/{coating['id']}")
    page.get_by_role("button", name="申请对接").click()
    expect(page).to_have_url(re.compile("/introductions/new"))
    page.go_back()
    # An own need is at hand to ask with.
    expect(page.get_by_label("用哪一条需求去对接")).to_contain_text("石墨电极抗氧化")
    expect(page.get_by_role("heading", name="相近的成果")).to_be_visible()
    checked(page, "achievement")


def weight(client: TestClient, path: str) -> int:
    """Bytes that a browser transfers for a page with its files, compressed as the server sends them."""
    html = client.get(path).text
    files = re.findall(r'<(?:link|script|img)[^>]*(?:href|src)="(/static/[^"]+)"', html)
    total = 0
    for address in {path, *files}:
        with client.stream("GET", address, headers={"accept-encoding": "gzip"}) as answer:
            assert answer.status_code == 200, address
            total += sum(len(part) for part in answer.iter_raw())
    return total


def test_the_first_search_page_is_light(world: World) -> None:
    fill(world)
    client = clients(world)["anonymous"]
    page = client.get("/search", params={"q": NEED}).text
    assert page.count('class="match"') == 10
    total = weight(client, f"/search?q={NEED}")
    assert total <= MOST_BYTES, total
    # The sum counts what it says: more than the page alone, which gzip makes no larger than this.
    assert total > len(gzip.compress(page.encode())) // 2


def test_a_page_never_waits_for_the_engine(world: World, monkeypatch) -> None:
    fill(world)
    people = clients(world)
    with monkeypatch.context() as closed:
        closed.setattr(Matching, "is_open", property(lambda _: False))

        def never(_: Matching) -> None:
            raise AssertionError("asked while it was loading")

        closed.setattr(Matching, "use", never)
        page = people["anonymous"].get("/search", params={"q": NEED}).text
        assert "正在准备模型" in page
        assert 'hx-trigger="load delay:1s"' in page
        assert '<noscript><meta http-equiv="refresh"' in page
        again = people["anonymous"].get(
            "/search", params={"q": NEED, "waited": "1"}, headers={"hx-request": "true", "hx-current-url": "x"}
        )
        assert "waited=2" in again.text
        # Asking on its own does not make steps to go back on.
        assert "hx-push-url" not in again.headers
        assert "waited" not in again.headers["hx-replace-url"]
        assert "告诉平台管理员" in people["anonymous"].get("/search", params={"q": NEED, "waited": "120"}).text
        assert "正在准备模型" in people["anonymous"].get("/compare", params={"q": NEED, "id": "a"}).text
        assert people["anonymous"].get("/search/workbook", params={"q": NEED}).status_code == 303
        assert people["anonymous"].get("/search/wordings", params={"q": NEED}).status_code == 200
        assert people["anonymous"].get("/").status_code == 200
    assert 'class="match"' in people["anonymous"].get("/search", params={"q": NEED}).text


def test_typing_counts_no_filters_again(world: World) -> None:
    fill(world)
    client = clients(world)["anonymous"]
    typed = client.get("/search", params={"q": NEED}, headers={"hx-request": "true", "hx-trigger": "q"})
    chosen = client.get("/search", params={"q": NEED}, headers={"hx-request": "true", "hx-trigger": "search"})
    assert 'id="sieve"' not in typed.text
    assert 'id="sieve" hx-swap-oob' in chosen.text
    assert "<html" not in typed.text + chosen.text
    assert typed.headers["hx-replace-url"] == chosen.headers["hx-push-url"] == Asked(NEED).address()


def test_wrong_filters_are_told_and_nothing_typed_is_lost(world: World) -> None:
    fill(world)
    client = clients(world)["anonymous"]
    for wrong, told in (("region=火星", "不认识地区“火星”"), ("trl_from=99", "9"), ("modes=白送", "技术转让")):
        answer = client.get(f"/search?q={NEED}&{wrong}")
        assert answer.status_code == 422, wrong
        assert told in answer.text
        assert NEED in answer.text
    assert client.get(f"/search?q={NEED}&side=nothing").status_code == 200
    long = client.get("/search", params={"q": "涂" * 5001})
    assert long.status_code == 422
    assert "5000" in long.text
    # What a chip leaves out.
    dropped = client.get("/search?q=a&modes=技术许可&modes=技术转让&drop=modes:技术许可")
    assert dropped.headers["location"] == Asked("a", chosen=(("modes", "技术转让"),)).address()


def test_the_workbook_holds_what_was_found(world: World) -> None:
    coating = fill(world)
    people = clients(world)
    for name in ("anonymous", "enterprise"):
        answer = people[name].get("/search/workbook", params={"q": NEED, "modes": "技术许可"})
        assert answer.status_code == 200
        book = load_workbook(io.BytesIO(answer.content), read_only=True)
        cells = {str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row}
        assert coating["content"]["title"] in cells
        assert not any("水稻" in cell for cell in cells)


def test_subscribing_needs_somebody(world: World) -> None:
    people = clients(world)
    refused = people["anonymous"].post("/search/subscriptions", data={"q": NEED})
    assert (refused.status_code, refused.headers["location"]) == (303, "/sign-in")
    # Without its token nothing is taken.
    assert people["enterprise"].post("/search/subscriptions", data={"q": NEED}).status_code == 403


def test_subscribing_twice_watches_once(world: World) -> None:
    client = clients(world)["enterprise"]
    token = {"csrf_token": hidden(client.get("/search").text, "csrf_token")}
    for more in ({}, {}, {"modes": "技术许可"}):
        told = client.post("/search/subscriptions", data={"q": NEED, **token, **more})
        assert told.status_code == 303
        assert "said=subscribed" in told.headers["location"]
    mine = world.client.get("/api/v1/subscriptions", headers=world["enterprise"]).json()["items"]
    assert sorted(bool(item["filters"]) for item in mine) == [False, True]


def test_what_comes_back_from_an_address() -> None:
    from starlette.datastructures import QueryParams

    asked = Asked.of(QueryParams("q= 涂层 &side=need&plan=G2&plan=G3&plan=G2&trl_from=4&trl_from=5&other=1&cursor=c"))
    assert asked == Asked("涂层", Side.NEED, (("plan", "G2"), ("plan", "G3"), ("trl_from", "5")), "c")
    assert Asked.of(QueryParams(asked.address().partition("?")[2])) == Asked("涂层", Side.NEED, asked.chosen)
    assert asked.without("plan", "G2").chosen == (("plan", "G3"), ("trl_from", "5"))
    assert asked.without("plan").chosen == (("trl_from", "5"),)
    body = Asked("涂层", chosen=(("region", "开封"), ("stated", "true"))).body()
    assert (body.filters.regions, body.filters.stated, body.limit) == (["4102"], True, 10)
    with pytest.raises(FilterError, match="高于"):
        Asked("涂层", chosen=(("trl_from", "8"), ("trl_to", "3"))).filters()
