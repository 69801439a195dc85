"""`matcher fair …` as typed, on a run folder written here."""

import datetime as dt
import json
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from matcher.batch.base import MATCHES
from matcher.batch.folder import Receipt
from matcher.batch.manifest import FORMAT, MANIFEST, RunManifest, mark_of
from matcher.batch.pairs import RunPair, write_pairs
from matcher.batch.run import run_batch
from matcher.cli import app
from matcher.cli.fairing import doubts
from matcher.config import Settings
from matcher.embed.hashing import HashingEncoder
from matcher.errors import ConfigError, PlanError
from matcher.fair.read import read_fair
from matcher.fair.save import read_plan
from matcher.rank.levels import LevelModel
from matcher.rank.models import Models
from matcher.records import Achievement, Need

TOML = """
name = "小对接会"
[[day]]
date = 2025-11-18
[[day.session]]
name = "上午"
start = "09:00"
end = "10:00"
[[table]]
name = "A"
count = 2
"""


@pytest.fixture(scope="module")
def made_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run of two needs and three achievements: its folder is real, its pairs are written over."""
    run = tmp_path_factory.mktemp("fair") / "run"
    run_batch(
        run,
        needs=[Need(id="N1", title="换热器结垢", org="甲公司"), Need(id="N2", title="花生脱壳", org="乙公司")],
        achievements=[
            Achievement(id="A1", title="在线清洗", org="子大学", team=("张",), contact="王老师"),
            Achievement(id="A2", title="脱壳机", org="丑大学", team=("李",)),
            Achievement(id="A3", title="除垢剂", org="寅大学", team=("赵",)),
        ],
        models=Models(HashingEncoder(), LevelModel.load(), None),
        settings=Settings(rerank=0),
        receipt=Receipt(command="matcher batch", inputs=(), rejected=0),
        top=3,
    )
    fits = {("N1", "A1"): 0.9, ("N1", "A3"): 0.6, ("N2", "A2"): 0.8}
    rows = [
        RunPair(
            need_id=need,
            achievement_id=achievement,
            need_rank=1,
            achievement_rank=1,
            level=3,
            level_probs=(1 - fit, 0.0, fit, 0.0),
            fit=fit,
            score=1 + 2 * fit,
            failed=(),
        )
        for (need, achievement), fit in fits.items()
    ]
    with (run / MATCHES).open("w", encoding="utf-8-sig", newline="") as file:
        write_pairs(file, [(row, "", "") for row in rows])
    manifest = json.loads((run / MANIFEST).read_text(encoding="utf-8"))
    mark = mark_of(run / MATCHES, MATCHES)
    for one in manifest["files"]:
        if one["name"] == MATCHES:
            one.update({key: getattr(mark, key) for key in one})
    (run / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    assert RunManifest.read(run / MANIFEST).format == FORMAT
    return run


@pytest.fixture
def folder(tmp_path: Path, made_run: Path) -> Path:
    """`fair.toml` beside the run."""
    (tmp_path / "fair.toml").write_text(TOML, encoding="utf-8")
    (tmp_path / "run").symlink_to(made_run)
    return tmp_path


@pytest.fixture
def typed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Run a command in the folder; what it printed. Errors come out as they are."""
    monkeypatch.chdir(folder)
    monkeypatch.setenv("MATCHER_BROWSER", "none")
    monkeypatch.setenv("MATCHER_ENCODER", "hashing")

    def run(*words: str) -> str:
        result = CliRunner().invoke(app, ["fair", *words])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.stdout + result.stderr

    return run


def test_plan_and_check(typed: Callable[..., str], folder: Path) -> None:
    told = typed("plan", "fair.toml", "--run", "run", "--out", "plan")
    assert "小对接会：3 场会面，用去 6 个桌次的 50%；2 家企业、3 个团队有会面。" in told
    assert "已证明最优" in told
    # 0.9 + 0.6 + 0.8, and a promised meeting for each of two enterprises at 3 each.
    assert "总分 8.3（会面价值 2.3，意愿 0.0，保底 6.0）" in told
    assert "没有冲突" in typed("check", "fair.toml", "--run", "run", "--plan", "plan")
    first = (folder / "plan" / "plan.json").read_bytes()
    typed("plan", "fair.toml", "--run", "run", "--out", "again")
    assert (folder / "again" / "plan.json").read_bytes() == first


def test_check_finds_what_fair_toml_has_come_to_forbid(typed: Callable[..., str], folder: Path) -> None:
    typed("plan", "fair.toml", "--run", "run", "--out", "plan")
    (folder / "fair.toml").write_text(TOML + '[[absent]]\nwho = "乙公司"\n', encoding="utf-8")
    with pytest.raises(PlanError, match=r"乙公司 在 11-18 09:.0 不在场"):
        typed("check", "fair.toml", "--run", "run", "--plan", "plan")


def test_replan_says_what_moved(typed: Callable[..., str], folder: Path) -> None:
    typed("plan", "fair.toml", "--run", "run", "--out", "plan")
    told = typed("replan", "fair.toml", "--run", "run", "--plan", "plan", "--out", "new", "--cancel", "丑大学")
    assert "→ 取消：丑大学 李团队 已退出（临时取消）" in told
    assert "共变动 1 场已确认的会面" in told
    assert "已退出 1 个" in told
    assert len(read_plan(folder / "new").meetings) == 2
    late = typed("replan", "fair.toml", "--run", "run", "--plan", "plan", "--out", "new", "--late", "甲公司=09:40")
    assert "甲公司 在原时段不能到场" in late
    lost = typed("replan", "fair.toml", "--run", "run", "--plan", "plan", "--out", "new", "--table-lost", "A1")
    assert "A1 在原时段不能使用" in lost
    none = typed("replan", "fair.toml", "--run", "run", "--plan", "plan", "--out", "new")
    assert "共变动 0 场" in none


def test_leaders_of_one_name_are_listed(typed: Callable[..., str], folder: Path) -> None:
    needs = {"N1": Need(id="N1", title="x", org="甲公司", valid_until=dt.date(2025, 1, 1))}
    known = {
        "A1": Achievement(id="A1", title="x", org="子大学", team=("张",), contact="13800001234"),
        "A2": Achievement(id="A2", title="x", org='丑"大学', team=("张",), contact="13800005678"),
        "A3": Achievement(id="A3", title="x", org="寅大学", team=("赵",)),
    }
    fair = read_fair(folder / "fair.toml", max_bytes=10**6)
    lines = doubts(fair, needs, known)
    assert lines[0].startswith("已过期：1 条需求、0 项成果的有效期在对接会第一天之前")
    assert lines[1].startswith("疑似同一人 1 组")
    named = tomllib.loads("\n".join(lines[2:]))
    assert named == {"same_person": [{"names": ["子大学/张", '丑"大学/张']}]}


def test_no_table_open_at_all_is_told_before_planning(typed: Callable[..., str], folder: Path) -> None:
    closed = "".join(f'[[table_closed]]\ntable = "{name}"\n' for name in ("A1", "A2"))
    (folder / "fair.toml").write_text(TOML + closed, encoding="utf-8")
    with pytest.raises(ConfigError, match="所有桌位在所有时段都不开放"):
        typed("plan", "fair.toml", "--run", "run", "--out", "plan")
    assert not (folder / "plan").exists()


def test_replan_holds_only_what_is_confirmed(typed: Callable[..., str], folder: Path) -> None:
    typed("plan", "fair.toml", "--run", "run", "--out", "plan")
    (folder / "确认.csv").write_text("会面编号\nM001\n", encoding="utf-8")
    typed("replan", "fair.toml", "--run", "run", "--plan", "plan", "--out", "new", "--confirmed", "确认.csv")
    assert [m.code for m in read_plan(folder / "new").meetings if m.confirmed] == ["M001"]
    (folder / "确认.csv").write_text("会面编号\nM999\n", encoding="utf-8")
    with pytest.raises(PlanError, match="M999 不在排期"):
        typed("replan", "fair.toml", "--run", "run", "--plan", "plan", "--out", "new", "--confirmed", "确认.csv")


def test_noshow_names_the_stand_in(typed: Callable[..., str], folder: Path) -> None:
    typed("plan", "fair.toml", "--run", "run", "--out", "plan")
    plan = read_plan(folder / "plan")
    meeting = next(m for m in plan.meetings if plan.team(m).org == "子大学")
    at = f"{plan.slot(meeting).start:%H:%M}"
    # 甲公司 meets the team of 寅大学 in another slot already, and nobody else matches it.
    assert "甲公司 落单，此时没有空闲又匹配的对象" in typed("noshow", "子大学", "--at", at)
    assert "没有会面，无需补位" in typed("noshow", "子大学", "--at", "09:50")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--late", "甲公司"), "--late 的“甲公司”不对"),
        (("--late", "甲公司=九点"), "“九点”不是时间"),
        (("--table-lost", "Z"), "--table-lost 的“Z”不是任何桌位"),
        (("--now", "昨天"), "--now 的“昨天”不是时间"),
    ],
)
def test_options_that_cannot_work(typed: Callable[..., str], words: tuple[str, str], told: str) -> None:
    typed("plan", "fair.toml", "--run", "run", "--out", "plan")
    with pytest.raises(ConfigError, match=told):
        typed("replan", "fair.toml", "--run", "run", "--plan", "plan", "--out", "new", *words)


def test_plan_writes_what_people_hold_in_their_hands(typed: Callable[..., str], folder: Path) -> None:
    told = typed("plan", "fair.toml", "--run", "run", "--out", "plan")
    assert "2 个表格，0 个 PDF，4 个网页，5 个日历" in told
    assert {path.name for path in (folder / "plan").iterdir()} == {
        "plan.json",
        "对接安排.xlsx",
        "结果登记.xlsx",
        "网页",
        "日历",
    }


def test_a_replan_into_the_same_folder_keeps_what_was_filled_in(typed: Callable[..., str], folder: Path) -> None:
    typed("plan", "fair.toml", "--run", "run", "--out", "plan")
    before = (folder / "plan" / "结果登记.xlsx").read_bytes()
    told = typed("replan", "fair.toml", "--run", "run", "--plan", "plan", "--out", "plan", "--cancel", "丑大学")
    assert "原来的表格已改名为 结果登记-旧.xlsx 保留" in told
    assert (folder / "plan" / "结果登记-旧.xlsx").read_bytes() == before


def test_a_browser_that_is_not_there_is_told_before_planning(
    typed: Callable[..., str], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MATCHER_BROWSER", "/no/such/browser")
    with pytest.raises(ConfigError, match="MATCHER_BROWSER 指定的浏览器"):
        typed("plan", "fair.toml", "--run", "run", "--out", "plan")
    assert not (folder / "plan").exists()


def test_results_are_summed_up_and_a_bad_row_ends_with_3(
    typed: Callable[..., str], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed("plan", "fair.toml", "--run", "run", "--out", "plan")
    filled = "会面编号,结果,合同类型,成交额（万元）\nM001,签约,技术许可,120\nM002,未到场(团队),,\n"
    (folder / "结果.csv").write_text(filled, encoding="utf-8")
    told = typed("results", "结果.csv", "--plan", "plan", "--out", "done")
    assert "合同：1 份，120 万元" in told
    assert "已登记：2 场，未登记 1 场" in told
    assert {path.name for path in (folder / "done").iterdir()} == {"结果汇总.xlsx", "反馈.xlsx", "到场记录.xlsx"}
    (folder / "结果.csv").write_text(filled + "M003,很好,,\n", encoding="utf-8")
    result = CliRunner().invoke(app, ["fair", "results", "结果.csv", "--plan", "plan", "--out", "done"])
    assert result.exit_code == 3
    assert "结果.csv第 4 行：“结果”列的“很好”不认识" in result.stdout + result.stderr
    assert "合同：1 份，120 万元" in result.stdout
