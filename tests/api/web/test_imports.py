"""Spreadsheets: uploaded, watched, and what came of them."""

import io
import zipfile

import pytest
from playwright.sync_api import expect

from api.db.tables import Job
from api.jobs.child import perform
from api.jobs.claims import claim
from api.work.kinds import KINDS
from tests.api.web.people import clients
from tests.api.web.site import Site, checked, hidden
from tests.api.world import World

# The third row has neither name nor content; the fourth is marked as a state secret; 心情 is no known heading.
TABLE = """编号,需求名称,需求内容,考核指标,预算资金,心情,有效期
X1,石墨电极抗氧化涂层,高温下氧化掉渣,耐温≥1200℃,50万元,急,2027-13-45
X2,<script>alert(1)</script>降耗,电耗太高,,面议,,
X3,,,,,,
"""


def work(world: World, job_id: str) -> None:
    """What the worker does with a job."""
    with world.service.database.work() as session:
        assert claim(session, job_id) is not None
    perform(world.service, job_id, KINDS)


@pytest.mark.browser
def test_a_spreadsheet_becomes_needs(site: Site) -> None:
    page = site.visit("/imports", "enterprise")
    checked(page, "imports")
    page.get_by_label("选择表格文件").set_input_files(
        [{"name": "需求.csv", "mimeType": "text/csv", "buffer": TABLE.encode("gb18030")}]
    )
    page.get_by_role("button", name="上传并导入").click()
    expect(page.get_by_text("排队中，马上开始")).to_be_visible()
    work(site.world, page.url.split("/")[-1].split("?")[0])
    # The page looks again by itself.
    expect(page.get_by_role("listitem").filter(has_text="新增")).to_have_text("2新增")
    expect(page.get_by_role("listitem").filter(has_text="拒收")).to_have_text("1拒收")
    # What was let in with a hole is said before the table.
    expect(page.get_by_role("status")).to_contain_text("有 1 个格子没有读懂，按没有填处理：有效期：2027-13-45")
    row = page.get_by_role("row", name="预算资金")
    expect(row).to_contain_text("按列名")
    expect(page.get_by_role("row", name="心情")).to_contain_text("原样保留")
    checked(page, "import")
    with page.expect_download() as download:
        page.get_by_role("button", name="下载 拒收.xlsx").click()
    assert download.value.suggested_filename == "拒收.xlsx"
    page.get_by_role("link", name="看导入的记录").click()
    expect(page.get_by_role("link", name="<script>alert(1)</script>降耗")).to_be_visible()
    page.goto("/imports")
    expect(page.get_by_text("新增 2 · 修改 0 · 未变 0")).to_be_visible()


def bomb() -> bytes:
    """A workbook of 120 kB whose sheet is 120 MB of blanks."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/worksheets/sheet1.xml", "w") as out,
    ):
        for _ in range(12):
            out.write(b" " * 10_000_000)
    return made.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [("说明.docx", b"PK\x03\x04 no table"), ("宏.xlsm", b"MZ"), ("图.png", b"\x89PNG\r\n"), ("压缩.xlsx", None)],
)
def test_what_cannot_be_read_is_said_kindly(world: World, name: str, content: bytes | None) -> None:
    client = clients(world)["enterprise"]
    token = hidden(client.get("/imports").text, "csrf_token")
    files = {"files": (name, bomb() if content is None else content, "application/octet-stream")}
    sent = client.post("/imports", data={"csrf_token": token, "side": "need", "publish": ""}, files=files)
    if sent.status_code == 303:
        path = sent.headers["location"].split("?")[0]
        work(world, path.split("/")[-1])
        shown = client.get(path).text
        assert "没有导入" in shown
        assert "重新上传" in shown
    else:
        shown = sent.text
        assert sent.status_code in {413, 422}
    assert name in shown
    assert "Traceback" not in shown
    assert str(world.service.settings.data_dir) not in shown
    assert world.client.get("/api/v1/needs?mine=true", headers=world["enterprise"]).json()["items"] == []


def test_no_file_too_much_and_others_jobs(make_world: object) -> None:
    world: World = make_world(max_upload_mb=1)  # type: ignore[operator]
    people = clients(world)
    client = people["institution"]
    token = hidden(client.get("/imports").text, "csrf_token")
    none = client.post("/imports", data={"csrf_token": token, "side": "auto"})
    assert none.status_code == 422
    assert "请先选择" in none.text
    large = client.post("/imports", data={"csrf_token": token}, files={"files": ("大.csv", b"a,b\n" * 300_000)})
    assert large.status_code == 413
    assert "1 MB" in large.text
    sent = client.post("/imports", data={"csrf_token": token}, files={"files": ("表.csv", "成果名称\n涂层\n".encode())})
    assert sent.status_code == 303, sent.text
    path = sent.headers["location"].split("?")[0]
    assert people["enterprise"].get(path).status_code == 404
    with world.service.database.reading() as session:
        assert session.get(Job, path.split("/")[-1]) is not None
    assert people["broker"].get("/imports").status_code == 403
