"""The checker finds every kind of fault, and leans on nothing that makes plans."""

import ast
import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from matcher.fair.base import Plan, Wish
from matcher.fair.sheets import MetRow

Make = Callable[..., object]
PACKAGE = Path(__file__).resolve().parents[2] / "matcher" / "fair"
TABLES = '[[table]]\nname = "A"\ncount = 2\nhall = "东"\n[[table]]\nname = "B"\nhall = "西"\n'


@pytest.fixture
def fair(make: Make, graded: Make, day: Make) -> object:
    """Two enterprises with two meetings each; one assistant belongs to both teams of one organisation."""
    return make(
        day(3, gap=5) + TABLES,
        {"N1": "甲", "N2": "乙"},
        {"A1": ("子大学", "张", "王"), "A2": ("子大学", "李", "王"), "A3": ("丑大学", "赵")},
        [graded("N1", "A1", 4), graded("N2", "A2", 4), graded("N1", "A3", 3), graded("N2", "A3", 2)],
    )


def moved(plan: Plan, names: tuple[str, str], **where: int) -> Plan:
    """The plan with the meeting of an enterprise and an organisation elsewhere."""
    meetings = tuple(
        replace(m, **where) if (plan.enterprise(m).name, plan.team(m).org) == names else m for m in plan.meetings
    )
    return replace(plan, meetings=meetings)


def with_toml(fair: object, more: str) -> object:
    """What the checker is told, `fair.toml` having got stricter since."""
    from matcher.fair.read import settings_of

    settings = fair.fair.settings.model_dump(by_alias=True)
    extra = settings_of(
        f'name = "x"\n[[day]]\ndate = 2025-11-18\n[[day.session]]\nname = "上午"\nstart = "09:00"\n'
        f'end = "12:00"\n[[table]]\nname = "B"\n{more}',
        "x",
    ).model_dump(by_alias=True)
    for key in ("absent", "limit", "blocked", "kind_wanted", "walking", "table_closed", "same_person"):
        settings[key] = (*settings[key], *extra[key])
    return replace(fair.fair, settings=type(fair.fair.settings).model_validate(settings))


def findings(fair: object, plan: Plan, told: object = None) -> str:
    from matcher.fair.check import check_plan

    return "\n".join(check_plan(plan, told or fair.fair, fair.needs, fair.achievements, fair.pairs))


def test_the_plan_itself_is_clean(fair: object) -> None:
    plan = fair.plan()
    assert len(plan.meetings) == 3
    assert findings(fair, plan) == ""


def test_conflicts_are_found(fair: object) -> None:
    plan = fair.plan()
    everything = {(plan.enterprise(m).name, plan.team(m).org): m for m in plan.meetings}
    first = everything["甲", "子大学"]
    assert "企业 甲 在" in findings(fair, moved(plan, ("甲", "丑大学"), slot=first.slot, table=2))
    same_table = moved(plan, ("甲", "丑大学"), slot=first.slot, table=first.table)
    assert f"桌位 {plan.table(first).name} 在" in findings(fair, same_table)
    shared = moved(plan, ("乙", "子大学"), slot=first.slot, table=2)
    assert "人员 子大学/王 在" in findings(fair, shared)


def test_walking_absence_closing_kind_and_limits_are_found(fair: object) -> None:
    plan = moved(fair.plan(), ("甲", "子大学"), slot=0, table=0)
    plan = moved(plan, ("甲", "丑大学"), slot=1, table=2)
    plan = moved(plan, ("乙", "子大学"), slot=2, table=0)
    assert findings(fair, plan) == ""
    walk = with_toml(fair, '[[walking]]\nhall = "东"\nother = "西"\nminutes = 6\n')
    assert "从 东 到 西 要走 6 分钟" in findings(fair, plan, walk)
    assert "甲 在 11-18 09:25 不在场" in findings(
        fair, plan, with_toml(fair, '[[absent]]\nwho = "甲"\nfrom = "09:30"\n')
    )
    assert "王 在 11-18 09:00 不在场" in findings(
        fair, plan, with_toml(fair, '[[absent]]\nwho = "子大学/王"\nto = "09:10"\n')
    )
    assert "B 在 11-18 09:25 不开放" in findings(fair, plan, with_toml(fair, '[[table_closed]]\ntable = "B"\n'))
    assert "双方不能都用" in findings(fair, plan, with_toml(fair, '[[kind_wanted]]\nwho = "乙"\nkinds = ["线上"]\n'))
    assert "企业 甲 有 2 次会面，上限是 1" in findings(
        fair, plan, with_toml(fair, '[[limit]]\nwho = "甲"\nmeetings = 1\n')
    )
    assert "人员 子大学/王 有 2 次会面，上限是 1" in findings(
        fair, plan, with_toml(fair, '[[limit]]\nwho = "子大学/王"\nmeetings = 1\n')
    )
    assert "设置要求回避" in findings(fair, plan, with_toml(fair, '[[blocked]]\nenterprise = "甲"\norg = "丑大学"\n'))


def test_wishes_met_and_levels_are_found(fair: object, wish: Make) -> None:
    plan = fair.plan()
    refused = replace(fair.fair, wishes=(wish("甲", "A1", Wish.NO),))
    assert "一方表示不见，却排在了一起" in findings(fair, plan, refused)
    assert "已经见过面" in findings(fair, plan, replace(fair.fair, met=(MetRow("甲", "子大学/张", "x"),)))
    must = replace(fair.fair, wishes=(wish("乙", "丑大学", Wish.MUST),))
    assert "的必见“乙—丑大学”没有排上，也没有说明原因" in findings(fair, plan, must)
    strict = replace(fair.fair, settings=fair.fair.settings.model_copy(update={"min_level": 4}))
    assert "没有达到 4 级" in findings(fair, plan, strict)


def test_times_tables_and_records_are_found(fair: object) -> None:
    plan = fair.plan()
    slots = plan.problem.slots
    late = replace(slots[0], start=dt.datetime(2025, 11, 18, 20), end=dt.datetime(2025, 11, 18, 20, 30))
    odd = replace(plan, problem=replace(plan.problem, slots=(late, *slots[1:])))
    assert "不在任何场次之内" in findings(fair, odd)
    assert "时长不是 20 分钟" in findings(fair, odd)
    renamed = tuple(replace(table, name="没有的桌") for table in plan.problem.tables)
    assert "没有桌位 没有的桌" in findings(fair, replace(plan, problem=replace(plan.problem, tables=renamed)))
    swapped = tuple(replace(p, records=("N2",)) if p.name == "甲" else p for p in plan.problem.parties)
    assert "需求 N1 不是这家企业的" in findings(fair, replace(plan, problem=replace(plan.problem, parties=swapped)))


def test_broken_promises_are_found(fair: object) -> None:
    plan = fair.plan()
    assert "甲 没有会面，也没有说明原因" in findings(fair, replace(plan, meetings=()))
    fewer = tuple(m for m in plan.meetings if plan.enterprise(m).name != "乙")
    assert "乙 有达到 3 级的匹配，只排了 0 次" in findings(fair, replace(plan, meetings=fewer))
    assert "目标值不符" in findings(fair, replace(plan, objective=replace(plan.objective, worth=1)))
    twice = tuple(replace(m, code="M001") for m in plan.meetings)
    assert "会面编号 M001 出现了 3 次" in findings(fair, replace(plan, meetings=twice))


def test_the_checker_uses_nothing_that_makes_plans() -> None:
    allowed = {"base", "settings", "read", "facts", "check_promises"}
    for name in ("check.py", "check_promises.py", "facts.py"):
        tree = ast.parse((PACKAGE / name).read_text(encoding="utf-8"))
        used = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}
        inside = {module.removeprefix("matcher.fair.") for module in used if module.startswith("matcher.fair")}
        assert inside <= allowed, name
