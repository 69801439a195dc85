"""The bureau's dashboard: an organiser sets the year's target, finds where supply is missing, and takes it along."""

import csv
import io
from typing import Any

import openpyxl
import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import Page, expect

from api.days import china_day
from api.routes.bodies.statistics import OverviewOut
from api.web.languages import Language
from api.web.pages.bureau import figures
from api.web.pages.bureau.quarters import quarters
from tests.api.outlook.standing import FITS, STRANGE, WANTS, work
from tests.api.web.people import clients
from tests.api.web.site import Site, checked, hidden
from tests.api.world import World

API = "/api/v1"
HOSTILE = "<script>alert(1)</script>超导量子芯片的低温封装"


def _act(world: World, who: str, introduction: str, path: str, **body: Any) -> None:
    found = world.client.get(f"{API}/introductions/{introduction}", headers=world[who]).json()
    headers = {**world[who], "If-Match": f'"{found["version"]}"'}
    answer = world.client.post(f"{API}/introductions/{introduction}/{path}", json=body or None, headers=headers)
    assert answer.status_code == 200, answer.text


def _a_year_of_work(world: World) -> str:
    """One need that is served and came to a contract of 325 万元, one nobody can serve, whose id is returned."""
    need, _ = world.need(**WANTS), world.achievement(**STRANGE)
    fits = world.achievement(**FITS)
    unserved = world.need(title=HOSTILE, problem="量子比特引线在 10 mK 下的热负载过高", region={"name": "河南省开封市"})
    work(world)
    asked = world.client.post(
        f"{API}/introductions",
        json={"need_id": need["id"], "achievement_id": fits["id"]},
        headers=world["broker"],
    )
    assert asked.status_code == 201, asked.text
    introduction = asked.json()["id"]
    for who in ("enterprise", "institution"):
        _act(world, who, introduction, "acceptance")
    contract = {"kind": "技术开发", "amount_cny": 3_250_000, "signed_on": china_day().isoformat()}
    _act(world, "broker", introduction, "stage", stage="signed", contract=contract)
    return str(unserved["id"])


@pytest.mark.browser
def test_an_organiser_sets_the_target_and_finds_the_gap(site: Site) -> None:
    unserved = _a_year_of_work(site.world)
    page = site.visit("/bureau", "organiser")
    expect(page.locator(".lead")).to_contain_text("已签技术合同 1 份，成交额 325 万元")
    expect(page.locator("[data-chart=chart-months] canvas")).to_be_visible()
    _set_the_target(page)
    # The contract of today stands in the quarter that is not over.
    row = page.get_by_role("table", name="按季度").get_by_role("row").filter(has_text="（到今天）")
    expect(row.get_by_role("cell")).to_have_text(["1", "325", "1", "2", "2"])
    checked(page, "bureau")
    page.get_by_role("link", name="供需缺口").click()
    expect(page.locator(".lead")).to_contain_text("2 条需求中，1 条没有合适成果，占 50%")
    # The pointer brings up a tooltip, which the policy must not refuse.
    page.locator("[data-chart=chart-gap] canvas").hover(position={"x": 900, "y": 60})
    page.locator("[data-chart=chart-gap] canvas").hover(position={"x": 905, "y": 62})
    checked(page, "bureau-gap")
    # The field of the need nobody can serve, wherever the encoder of the tests puts it.
    row = page.locator("article tr:has(.short)").first
    name = row.get_by_role("link").inner_text()
    row.get_by_role("link").click()
    expect(page.get_by_role("heading", name=f"没有合适成果的需求：{name}（1 条）")).to_be_visible()
    waits = page.locator("#unserved")
    expect(waits.get_by_role("link", name=HOSTILE)).to_have_attribute("href", f"/need/{unserved}")
    expect(waits).to_contain_text("问院所")
    expect(waits).to_contain_text("今天发布")
    expect(waits).not_to_contain_text(" 级")
    with page.expect_download() as taken:
        waits.get_by_role("link", name="下载 CSV").click()
    lines = list(csv.reader(io.StringIO(taken.value.path().read_bytes().decode("utf-8-sig"))))
    assert [line[0] for line in lines] == ["需求名称", HOSTILE]
    assert taken.value.suggested_filename.startswith("没有合适成果的需求-")
    # On paper the tables stand open and the charts are as wide as the page.
    page.goto("/bureau")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    expect(page.get_by_role("table", name="按月的技术合同")).to_be_visible()
    assert page.evaluate("document.querySelector('[data-chart=chart-months] canvas').clientWidth") == 640


def _set_the_target(page: Page) -> None:
    form = page.get_by_role("button", name="保存目标")
    page.get_by_label("技术合同成交额（万元）").fill("很多")
    page.get_by_label("技术合同份数").fill("4")
    form.click()
    expect(page.get_by_role("alert")).to_contain_text("成交额请填数字")
    # Nothing that was typed is lost.
    expect(page.get_by_label("技术合同份数")).to_have_value("4")
    page.get_by_label("技术合同成交额（万元）").fill("20 亿元")
    form.click()
    expect(page.get_by_role("status")).to_contain_text("已保存")
    expect(page.get_by_role("listitem").filter(has_text="技术合同成交额")).to_contain_text("目标 20 亿元，完成 0.2%")
    expect(page.get_by_role("listitem").filter(has_text="技术合同份数")).to_contain_text("目标 4，完成 25%")


@pytest.mark.browser
def test_on_a_phone_and_a_new_platform(site: Site) -> None:
    page = site.visit("/bureau", "administrator", phone=True)
    expect(page.get_by_text("还没有签约的技术合同").first).to_be_visible()
    checked(page, "bureau-new")
    page.goto("/bureau/gap")
    expect(page.get_by_text("看不出缺口")).to_be_visible()
    _a_year_of_work(site.world)
    for path, name in (("/bureau", "bureau"), ("/bureau/gap", "bureau-gap"), ("/bureau/freshness", "bureau-freshness")):
        page.goto(path)
        expect(page.locator("canvas").first).to_be_visible()
        checked(page, name)
    expect(page.get_by_text("2 条需求都已评估")).to_be_visible()


@pytest.fixture
def people(world: World) -> dict[str, TestClient]:
    return clients(world)


def test_only_for_the_bureau(people: dict[str, TestClient]) -> None:
    for path in ("/bureau", "/bureau/gap", "/bureau/freshness", "/bureau/files/gap-map.csv"):
        found = {name: client.get(path).status_code for name, client in people.items()}
        allowed = {name for name, status in found.items() if status == 200}
        assert allowed == {"organiser", "administrator"}, (path, found)
        assert found["anonymous"] == 303


def test_files_are_the_tables_and_nothing_else(people: dict[str, TestClient]) -> None:
    client = people["organiser"]
    answer = client.get("/bureau/files/overview.csv", params={"year": 2024})
    assert "2024" in answer.headers["content-disposition"]
    lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert ["年度目标", "技术合同份数：完成", "0.00"] in lines
    for what in ("overview", "gap-map", "unserved", "freshness"):
        answer = client.get(f"/bureau/files/{what}.xlsx")
        assert openpyxl.load_workbook(io.BytesIO(answer.content)).sheetnames, what
    for name in ("overview.json", "targets.csv", "overview", "..csv"):
        assert client.get(f"/bureau/files/{name}").status_code == 404, name


def test_a_target_that_somebody_else_changed_is_not_overwritten(people: dict[str, TestClient]) -> None:
    client, other = people["organiser"], people["administrator"]
    html = client.get("/bureau").text
    token, seen = hidden(html, "csrf_token"), hidden(html, "seen")
    year = china_day().year
    theirs = {"csrf_token": hidden(other.get("/bureau").text, "csrf_token"), "seen": "", "targets.needs": "50"}
    assert other.post(f"/bureau/targets/{year}", data=theirs).status_code == 303
    mine = {"csrf_token": token, "seen": seen, "wan": "1.5亿", "targets.needs": "60"}
    refused = client.post(f"/bureau/targets/{year}", data=mine)
    assert refused.status_code == 409
    assert "刚被他人改过" in refused.text
    # The newest above, mine in the form.
    assert "目标 50" in refused.text
    assert 'value="60"' in refused.text
    assert client.post(f"/bureau/targets/{year}", data=mine | {"seen": hidden(refused.text, "seen")}).status_code == 303
    shown = client.get("/bureau").text
    assert "目标 1.5 亿元" in shown
    assert 'value="15000"' in shown


def test_wrong_targets_and_years_are_told(people: dict[str, TestClient]) -> None:
    client = people["organiser"]
    token = hidden(client.get("/bureau").text, "csrf_token")
    for field, typed in (("wan", "-5"), ("wan", "1e9"), ("targets.needs", "三"), ("targets.needs", "-1")):
        answer = client.post("/bureau/targets/2026", data={"csrf_token": token, "seen": "", field: typed})
        assert answer.status_code == 422, (field, typed)
        assert f'value="{typed}"' in answer.text
        assert 'role="alert"' in answer.text
    too_much = client.post("/bureau/targets/2026", data={"csrf_token": token, "seen": "", "wan": "99999999亿"})
    assert too_much.status_code == 422
    assert 'role="alert"' in too_much.text
    for path in ("/bureau?year=abc", "/bureau?year=1", "/bureau/gap?field=X9"):
        assert client.get(path).status_code == 422, path


def test_figures_as_a_report_has_them() -> None:
    amounts = {800: "800 元", 32_500_000: "3,250 万元", 325_000: "32.5 万元", 2e9: "20 亿元", 123_456_789: "1.23 亿元"}
    assert {cny: figures.amount(cny) for cny in amounts} == amounts
    assert figures.amount(32_500_000, Language.ENGLISH) == "¥32.5 million"
    shares = {0: "0%", 0.0004: "<0.1%", 0.016: "1.6%", 0.434: "43%", 0.999: "99%", 1: "100%", 1.234: "123%"}
    assert {share: figures.percent(share) for share in shares} == shares


def test_quarters_are_sums_of_their_months(world: World) -> None:
    found = OverviewOut.model_validate(
        world.client.get(f"{API}/statistics/overview", params={"year": 2025}, headers=world["organiser"]).json()
    )
    for month, total in enumerate(found.contracts.months, start=1):
        total.count, total.amount_cny = month, month * 10_000
    found.introductions.by_month = [1] * 12
    found.needs.new_by_month = list(range(12))
    found.achievements.new_by_month = [0] * 11 + [5]
    # In August two quarters are over; the third has July and August: 7 + 8 contracts, 6 + 7 needs.
    made = quarters(found, 8, year_over=False)
    assert [one.ended for one in made] == [True, True, False]
    assert [one.contracts for one in made] == [6, 15, 15]
    assert [one.contracts_cny for one in made] == [60_000, 150_000, 150_000]
    assert [one.introductions for one in made] == [3, 3, 2]
    assert [one.needs for one in made] == [3, 12, 13]
    whole = quarters(found, 12, year_over=True)
    assert [one.achievements for one in whole] == [0, 0, 0, 5]
    assert all(one.ended for one in whole)
    # In December the last quarter is still going on; nothing is told of a year to come.
    assert not quarters(found, 12, year_over=False)[-1].ended
    assert quarters(found, 0, year_over=False) == []
