import csv
import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from matcher.corpus.check import CheckReport, as_dict, check
from matcher.corpus.checkview import render
from matcher.records import Side

BODY = "现有风机在高转速时噪声偏大，影响车间工人健康，希望在不降低风量的前提下降低噪声。"


@pytest.fixture
def report(tmp_path: Path) -> CheckReport:
    rows = [
        ("编号", "需求名称", "需求内容", "预算", "本项目主要考核指标", "自定义"),
        ("1", "风机降噪", BODY, "20万元", "噪声不高于80分贝", "甲"),
        ("2", "风机降噪", BODY, "看情况", "", ""),
        ("3", "减震", "减轻冲床对地面的振动。", "", "", ""),
        ("3", "除尘", "降低打磨工位的粉尘浓度。", "", "", ""),
    ]
    with (tmp_path / "a.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return check([tmp_path / "a.csv"], max_bytes=10**6)


def test_fill_rates(report: CheckReport) -> None:
    fill = {item.field: (item.filled, item.total) for item in report.fill[Side.NEED]}
    assert Side.ACHIEVEMENT not in report.fill
    assert fill["title"] == (3, 3)
    assert fill["budget_low_cny"] == (1, 3)
    assert fill["indicators_text"] == (1, 3)
    assert fill["org"] == (0, 3)
    assert next(item.rate for item in report.fill[Side.NEED] if item.field == "budget_low_cny") == pytest.approx(1 / 3)


def test_copies(report: CheckReport) -> None:
    (cluster,) = report.clusters
    assert {cluster.canonical, *(member.id for member in cluster.members)} == {"1", "2"}
    assert report.copies == 1


def test_as_dict_is_plain_json(report: CheckReport) -> None:
    found = json.loads(json.dumps(as_dict(report), ensure_ascii=False))
    assert (found["needs"], found["achievements"]) == (3, 0)
    assert found["rejected"][0]["row"] == 5
    assert found["rejected"][0]["cells"]["需求名称"] == "除尘"
    columns = {column["heading"]: column for column in found["tables"][0]["columns"]}
    assert columns["预算"]["not_understood"] == 1
    assert columns["预算"]["examples"] == ["看情况"]
    assert columns["自定义"]["recognised_by"] == "none"
    assert columns["本项目主要考核指标"] == {
        "heading": "本项目主要考核指标",
        "field": "indicators_text",
        "recognised_by": "tail",
        "filled": 1,
        "not_understood": 0,
        "examples": [],
    }
    assert found["fill"]["need"]["title"] == {"filled": 3, "total": 3, "rate": 1.0}


def test_the_view_says_everything_a_person_needs(report: CheckReport) -> None:
    out = io.StringIO()
    Console(file=out, width=140).print(render(report))
    text = out.getvalue()
    for said in (
        "4 行，读入 3 条，退回 1 行",
        "未识别，原样保留",
        "按相近列名推断",
        "1 个值未能识别，原文保留（如“看情况”）",
        "重复发布：1 组",
        "编号“3”",
        "合计：需求 3 条，成果 0 条；重复发布 1 条（1 组）；退回 1 行。",
    ):
        assert said in text


def test_markup_in_a_cell_is_shown_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("需求名称,密级,[red]列\n甲,[bold]绝密[/],1\n乙,,\n", encoding="utf-8")
    out = io.StringIO()
    Console(file=out, width=140).print(render(check([path], max_bytes=10**6)))
    assert "[red]列" in out.getvalue()
    assert "[bold]绝密[/]" in out.getvalue()


def test_formula_errors_are_shown(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("成果名称,价格\n甲,50万元\n乙,#DIV/0!\n", encoding="utf-8")
    found = check([path], max_bytes=10**6)
    assert found.formula_errors == 1
    assert as_dict(found)["tables"][0]["formula_errors"] == 1  # type: ignore[index]
    out = io.StringIO()
    Console(file=out, width=140).print(render(found))
    assert "第 3 行的“价格”是公式错误 #DIV/0!，该格未读入。" in out.getvalue()
