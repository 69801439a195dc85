"""Health: figures a reader can redo, and nothing of records the reader may not know of."""

from api.feeds.health import reason_kind
from tests.api.feeds.farm import HEADINGS, Farm, csv_of


def health(farm: Farm, feed_id: str, person: str) -> dict[str, object]:
    answer = farm.world.client.get(f"/api/v1/feeds/{feed_id}/health", headers=farm.world[person])
    assert answer.status_code == 200, answer.text
    found: dict[str, object] = answer.json()
    return found


def test_fill_rates_and_reasons(farm: Farm) -> None:
    rows = [("A1", "涂层一", "简介", ""), ("A2", "涂层二", "", "张三"), ("A3", "涂层三", "", ""), ("A4", "", "", "")]
    feed = farm.folder(csv_of(rows, (*HEADINGS, "完成人")))
    before = health(farm, feed["id"], "institution")
    assert (before["status"], before["records"], before["fill"]) == ("waiting", 0, {})
    farm.read(feed)
    found = health(farm, feed["id"], "institution")
    assert (found["status"], found["records"], found["failures"], found["age_minutes"]) == ("ok", 3, 0, 0)
    fill = found["fill"]
    assert isinstance(fill, dict)
    # One of three has a summary, one of three a team; all have a title and their owner's name.
    assert {name: share for name, share in fill.items() if share} == {
        "title": 1.0,
        "org": 1.0,
        "summary": 0.333,
        "team": 0.333,
    }
    assert found["reasons"] == {"…是空的，也没有正文可用，请填写名称": 1}
    assert found["next_due_at"] is not None


def test_an_organiser_reads_health_but_counts_only_what_it_may_know_of(farm: Farm) -> None:
    rows = [("A1", "涂层一", "简介", "公开"), ("A2", "涂层二", "简介", "仅本人")]
    feed = farm.folder(csv_of(rows, (*HEADINGS, "可见范围")))
    farm.read(feed)
    assert [health(farm, feed["id"], who)["records"] for who in ("institution", "organiser", "administrator")] == [
        2,
        1,
        1,
    ]
    for who, status in (("institution2", 404), ("enterprise", 404), ("broker", 403), ("anonymous", 401)):
        answer = farm.world.client.get(f"/api/v1/feeds/{feed['id']}/health", headers=farm.world[who])
        assert answer.status_code == status, who


def test_reasons_lose_their_values() -> None:
    assert reason_kind("编号“K-17”与文件 list.csv 工作表“甲”第 12 行重复") == "编号…与文件 … 工作表…第 … 行重复"
    assert reason_kind("第 3 行与第 4 行") == reason_kind("第 5 行与第 66 行")
    assert "张三" not in reason_kind("“完成人”为“张三”：不可用")
