"""Changes and their reasons, each made by hand from two small runs."""

import csv
import dataclasses
import datetime as dt
import io
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest
from rich.console import Console

from matcher.batch import Run, RunPair
from matcher.batch.diff import Cause, Change, Kind, compare
from matcher.batch.difffile import write_diff
from matcher.batch.diffview import render_diff
from matcher.batch.manifest import FORMAT, RunManifest
from matcher.batch.plan import RunPlan
from matcher.errors import ConfigError
from matcher.records import Achievement, Need, Tier

PLAN = RunPlan(
    today=dt.date(2025, 6, 1),
    top=3,
    block=64,
    corpus="c",
    encoder="bundled:x:1",
    levels="l1",
    reranker="",
    lexicon="w1",
    settings={"candidates": "200", "window_chars": "200", "query_windows": "4", "hard_gates": "region,trl"},
    libraries={"numpy": "2.0"},
)
NEEDS = {"N": Need(id="N", title="脱壳破损", problem="破损多。", org="甲厂", contact="1")}
ACHIEVEMENTS = {i: Achievement(id=i, title=f"成果{i}", summary=f"简介{i}", org="一大") for i in "ABCDE"}


def pair(achievement: str, need_rank: int | None, lead: int | None = 1, score: float = 2.4, **given) -> RunPair:
    level = given.pop("level", round(score))
    return RunPair(
        need_id="N", achievement_id=achievement, need_rank=need_rank, achievement_rank=lead, level=level,
        level_probs=(0.1, 0.4, 0.3, 0.2), fit=(score - 1) / 3, score=score, failed=given.pop("failed", ()),
    )  # fmt: skip


def made(*pairs: RunPair, needs=NEEDS, achievements=ACHIEVEMENTS, confidential=None, **plan: object) -> Run:
    manifest = RunManifest(
        format=FORMAT, command="", created_at=dt.datetime(2025, 6, 1, tzinfo=dt.UTC),
        plan=dataclasses.replace(PLAN, **plan), inputs=(), files=(), counts={}, confidential=confidential or {},
    )  # fmt: skip
    return Run(Path(), manifest, needs, achievements, pairs)


def with_achievement(name: str, **given: object) -> dict[str, Achievement]:
    return {**ACHIEVEMENTS, name: dataclasses.replace(ACHIEVEMENTS[name], **given)}


def told(changes: Sequence[Change]) -> dict[str, tuple[Kind, list[tuple[Cause, str]]]]:
    return {change.achievement.id: (change.kind, [(why.cause, why.detail) for why in change.why]) for change in changes}


OLD = (pair("A", 1, score=3.0), pair("B", 2, score=2.6), pair("C", 3, score=2.4))


def test_two_equal_runs_differ_in_nothing() -> None:
    assert compare(made(*OLD), made(*OLD)) == ()


def test_a_newcomer_pushes_down_and_out() -> None:
    records = {i: record for i, record in ACHIEVEMENTS.items() if i != "D"}
    before = made(*OLD, achievements=records)
    after = made(OLD[0], pair("D", 2, score=2.8), dataclasses.replace(OLD[1], need_rank=3))
    assert told(compare(before, after)) == {
        "D": (Kind.CAME, [(Cause.RECORD, "成果新增")]),
        "B": (Kind.FELL, [(Cause.RIVALS, "排到前面：“成果D”")]),
        "C": (Kind.WENT, [(Cause.RIVALS, "排到前面：“成果D”")]),
    }
    # And the other way round.
    assert told(compare(after, before)) == {
        "D": (Kind.WENT, [(Cause.RECORD, "成果已不在表中")]),
        "B": (Kind.ROSE, [(Cause.RIVALS, "不再在前面：“成果D”")]),
        "C": (Kind.CAME, [(Cause.RIVALS, "不再在前面：“成果D”")]),
    }


def test_a_changed_record_moves_its_own_pair_and_passes_others() -> None:
    records = with_achievement("C", summary="新简介", keywords=("脱壳",), contact="2", source="x")
    after = made(OLD[0], pair("C", 2, score=2.9), dataclasses.replace(OLD[1], need_rank=3), achievements=records)
    assert told(compare(made(*OLD), after)) == {
        "C": (Kind.ROSE, [(Cause.RECORD, "成果：简介、关键词")]),
        "B": (Kind.FELL, [(Cause.RIVALS, "排到前面：“成果C”")]),
    }


def test_both_records_of_a_pair_are_named() -> None:
    needs = {"N": dataclasses.replace(NEEDS["N"], problem="破损很多。")}
    records = with_achievement("A", title="成果甲")
    changes = compare(made(OLD[0]), made(pair("A", 1, score=3.4), needs=needs, achievements=records))
    assert told(changes) == {
        "A": (Kind.ROSE, [(Cause.RECORD, "需求：需求内容"), (Cause.RECORD, "成果：名称")]),
    }


def test_a_changed_confidential_text_is_named_without_being_told() -> None:
    changes = compare(
        made(OLD[0], confidential={"N": "12ab"}), made(pair("A", 1, score=2.7), confidential={"N": "3c4d"})
    )
    assert told(changes) == {"A": (Kind.FELL, [(Cause.RECORD, "需求：保密详情")])}


def test_models_and_settings_that_grade_are_named() -> None:
    after = made(
        pair("A", 1, score=3.4), levels="l2", reranker="cross:y@20",
        settings={**PLAN.settings, "window_chars": "150"}, lexicon="w2", libraries={"numpy": "2.1"},
    )  # fmt: skip
    assert told(compare(made(OLD[0]), after)) == {
        "A": (
            Kind.ROSE,
            [
                (Cause.MODEL, "分级模型 l1→l2"),
                (Cause.MODEL, "重排模型 不用→cross:y@20"),
                (Cause.SETTINGS, "MATCHER_WINDOW_CHARS 200→150"),
                (Cause.SETTINGS, "词表 w1→w2"),
                (Cause.SETTINGS, "numpy 2.0→2.1"),
            ],
        )
    }


def test_a_grade_that_did_not_move_has_not_changed_for_the_model() -> None:
    after = made(dataclasses.replace(OLD[1], need_rank=1), dataclasses.replace(OLD[0], need_rank=2), levels="l2")
    assert told(compare(made(*OLD[:2]), after)) == {
        "A": (Kind.FELL, [(Cause.RIVALS, "排到前面：“成果B”")]),
        "B": (Kind.ROSE, [(Cause.RIVALS, "不再在前面：“成果A”")]),
    }


def test_a_grade_that_moved_by_itself_moved_with_the_corpus() -> None:
    changes = compare(made(*OLD), made(pair("A", 1, score=3.1), *OLD[1:], corpus="d"))
    assert [(change.kind, change.why[0].cause) for change in changes] == [(Kind.ROSE, Cause.RIVALS)]
    assert "稀有" in changes[0].why[0].detail
    # A thousandth is no news.
    assert compare(made(*OLD), made(pair("A", 1, score=3.001), *OLD[1:])) == ()


def test_a_shorter_list_cuts_off() -> None:
    after = made(*OLD[:2], top=2)
    before = made(*OLD[:2], pair("C", 3, lead=None))
    assert told(compare(before, after)) == {"C": (Kind.WENT, [(Cause.SETTINGS, "--top 3→2")])}
    assert told(compare(after, before)) == {"C": (Kind.CAME, [(Cause.SETTINGS, "--top 2→3")])}


def test_conditions_that_are_no_longer_met_are_named() -> None:
    records = with_achievement("B", status="已转化")
    after = made(OLD[0], pair("B", None, None, failed=("validity",)), achievements=records)
    assert told(compare(made(*OLD[:2]), after)) == {
        "B": (Kind.WENT, [(Cause.RECORD, "成果：状态"), (Cause.RECORD, "不再符合：有效期")]),
    }
    later = made(OLD[0], pair("B", None, None, failed=("validity",)), today=dt.date(2025, 7, 1))
    assert told(compare(made(*OLD[:2]), later)) == {
        "B": (Kind.WENT, [(Cause.SETTINGS, "不再符合：有效期（判断日期 2025-06-01→2025-07-01）")]),
    }
    assert told(compare(later, made(*OLD[:2])))["B"] == (
        Kind.CAME,
        [(Cause.SETTINGS, "现在符合：有效期（判断日期 2025-07-01→2025-06-01）")],
    )


def test_conditions_that_exclude_are_a_setting() -> None:
    settings = {**PLAN.settings, "hard_gates": ""}
    before = made(OLD[0], pair("B", None, None, failed=("trl",)))
    after = made(OLD[0], pair("B", 2, failed=("trl",)), settings=settings)
    assert told(compare(before, after)) == {
        "B": (Kind.CAME, [(Cause.SETTINGS, "MATCHER_HARD_GATES region,trl→无")]),
    }


def test_only_the_achievements_list_may_move() -> None:
    needs = {**NEEDS, "M": Need(id="M", title="别的")}
    first = [pair("A", 1, 1), dataclasses.replace(pair("A", 1, 2), need_id="M")]
    second = [pair("A", 1, 2), dataclasses.replace(pair("A", 1, 1), need_id="M")]
    changes = compare(made(*first, needs=needs), made(*second, needs=needs))
    assert {change.need.id: (change.kind, change.why[0].detail) for change in changes} == {
        "N": (Kind.FELL, "排到前面：“别的”"),
        "M": (Kind.ROSE, "不再在前面：“脱壳破损”"),
    }


def test_the_largest_moves_come_first() -> None:
    after = made(pair("A", 1, score=3.1), pair("B", 2, score=2.9), pair("D", 3, score=2.5))
    # D comes with (2.5 − 1) / 3 = 0.50 and C goes with 0.47, B moves by 0.1, A by 0.03.
    assert [change.achievement.id for change in compare(made(*OLD), after)] == ["D", "C", "B", "A"]


@pytest.fixture
def changes() -> tuple[Change, ...]:
    closed = with_achievement("B", title="机密题目", org="机密单位", visibility=Tier.RESTRICTED)
    after = made(pair("A", 1, score=3.4), pair("D", 2, score=2.9), achievements=closed)
    return compare(made(*OLD, achievements=closed), after)


@pytest.mark.parametrize("name", ["diff.xlsx", "diff.csv"])
def test_the_file_lists_all_of_them_and_nothing_that_is_not_public(changes, name: str, tmp_path: Path) -> None:
    write_diff(tmp_path / name, changes)
    if name.endswith("csv"):
        rows = list(csv.reader((tmp_path / name).open(encoding="utf-8-sig", newline="")))
    else:
        sheet = openpyxl.load_workbook(tmp_path / name)["变化"]
        rows = [["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
    assert rows[0][:4] == ["变化", "需求", "企业", "成果"]
    # A has only the smallest of moves: (3.4 − 3.0) / 3.
    assert [(row[0], row[-1]) for row in rows[1:]] == [("新增", "D"), ("消失", "B"), ("消失", "C"), ("上升", "A")]
    assert dict(zip(rows[0], rows[4], strict=True))["现把握"] == "80.0%"
    assert "机密" not in str(rows)
    with pytest.raises(ConfigError, match=r"\.txt.*diff\.xlsx|diff\.txt"):
        write_diff(tmp_path / "diff.txt", changes)


def test_the_terminal_shows_counts_and_the_most_important(changes) -> None:
    console = Console(width=140, record=True, file=io.StringIO())
    console.print(render_diff(changes, 2))
    shown = console.export_text()
    went = next(line for line in shown.splitlines() if line.startswith("│ 消失"))
    # B and C went, and B with its 2.6 was of level 3.
    assert [cell.strip() for cell in went.split("│")[1:4]] == ["消失", "2", "1"]
    assert "机密" not in shown
    console.print(render_diff((), 3))
    assert "没有差别（3 对）" in console.export_text()
