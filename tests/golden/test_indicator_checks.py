"""Verdicts on hand-written pairs of every unit and relation, and what must not change a verdict."""

import itertools
import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.rank.checks import check_indicators
from matcher.records import Achievement, CheckState, IndicatorCheck, Need
from matcher.text.indicators import Op, extract

TABLE = Path(__file__).parent / "indicator_checks.tsv"
RECORDS = Path(__file__).parent / "record_checks.tsv"
DIMENSIONS = Path(__file__).parents[2] / "matcher" / "text" / "indicators" / "dimensions.tsv"
# Canonical units that no indicator has: without a spelling, settled to others, or never an indicator by themselves.
UNREACHED = {"Wb", "C", "kg/h", "degree", "人"}


def cells(table: Path) -> list[list[str]]:
    lines = table.read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if not line.startswith("#")][1:]


ROWS = [(need, achievement, verdict, margin) for need, achievement, verdict, margin in cells(TABLE)]


def checked(need: str, achievement: str) -> tuple[IndicatorCheck, ...]:
    return check_indicators(
        Need(id="n", title="陶瓷换热管", problem=need),
        Achievement(id="a", title="陶瓷换热管制备", summary=achievement),
    )


@pytest.mark.parametrize(("need", "achievement", "verdict", "margin"), ROWS, ids=[f"{r[0]}|{r[1]}" for r in ROWS])
def test_verdict_and_margin(need, achievement, verdict, margin):
    (check,) = checked(f"要求{need}。", f"{achievement}。")
    assert check.state.value == verdict, check.reason
    if margin:
        assert check.margin == pytest.approx(float(margin), rel=1e-6, abs=1e-12)


@pytest.mark.parametrize("row", cells(RECORDS), ids=lambda row: f"{row[1]}|{row[3]}")
def test_the_verdict_on_records_written_to_mislead(row):
    title, problem, their_title, summary, verdict = row
    (check,) = check_indicators(
        Need(id="n", title=title, problem=problem), Achievement(id="a", title=their_title, summary=summary)
    )
    assert check.state.value == verdict, check.reason


def test_the_spans_are_verbatim():
    for need, achievement, _, _ in ROWS:
        (check,) = checked(f"要求{need}。", f"{achievement}。")
        assert f"要求{need}。"[check.need.start : check.need.end] == check.need.text
        if check.achievement is not None:
            assert f"{achievement}。"[check.achievement.start : check.achievement.end] == check.achievement.text


def test_a_met_target_asks_nothing_and_every_other_asks():
    for need, achievement, verdict, _ in ROWS:
        (check,) = checked(f"要求{need}。", f"{achievement}。")
        assert (check.question == "") == (verdict == "met")


def test_every_relation_is_in_the_table():
    """Each operator of a need meets each operator of an achievement."""
    met = Counter()
    for need, achievement, _, _ in ROWS:
        asked, stated = extract(f"要求{need}。"), extract(f"{achievement}。", achieved=True)
        met.update((one.op, other.op) for one in asked[-1:] for other in stated[-1:])
    missing = [pair for pair in itertools.product(Op, Op) if pair not in met]
    assert missing == []


def test_every_unit_is_in_the_table():
    read = set()
    for need, achievement, _, _ in ROWS:
        found = (*extract(f"要求{need}。"), *extract(f"{achievement}。", achieved=True))
        read |= {item.canonical_unit for item in found}
    parts = read | {part for unit in read for part in re.split(r"[/·]", unit)}
    lines = [line for line in DIMENSIONS.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    assert {line.split("\t")[0] for line in lines if line} - parts - UNREACHED == set()


# Spellings of one quantity's units with their size in the first.
FAMILIES = [
    ("抗拉强度", [("MPa", 1.0), ("GPa", 1000.0), ("kPa", 0.001), ("N/mm2", 1.0)]),
    ("壁厚", [("mm", 1.0), ("cm", 10.0), ("μm", 0.001), ("毫米", 1.0)]),
    ("使用寿命", [("小时", 1.0), ("天", 24.0), ("h", 1.0)]),
    ("含水率", [("%", 1.0), ("‰", 0.1), ("ppm", 0.0001)]),
    ("额定功率", [("kW", 1.0), ("W", 0.001), ("千瓦", 1.0)]),
    ("药剂成本", [("元/吨", 1.0), ("万元/吨", 10000.0), ("元/kg", 1000.0)]),
]
SIGNS = ["≥", "≤", "为", "约"]


def spelled(value: float, size: float) -> str:
    return f"{value / size:.12f}".rstrip("0").rstrip(".")


@given(
    family=st.sampled_from(FAMILIES),
    units=st.tuples(st.integers(0, 3), st.integers(0, 3)),
    values=st.tuples(st.integers(1, 999), st.integers(1, 999)),
    signs=st.tuples(st.sampled_from(SIGNS), st.sampled_from(SIGNS)),
)
def test_the_unit_does_not_change_the_verdict(family, units, values, signs):
    name, spellings = family
    plain = spellings[0]
    (before,) = checked(f"要求{name}{signs[0]}{values[0]}{plain[0]}。", f"{name}{signs[1]}{values[1]}{plain[0]}。")
    asked, stated = (spellings[at % len(spellings)] for at in units)
    (after,) = checked(
        f"要求{name}{signs[0]}{spelled(values[0], asked[1])}{asked[0]}。",
        f"{name}{signs[1]}{spelled(values[1], stated[1])}{stated[0]}。",
    )
    assert after.state is before.state
    # 万 is multiplied into the value: such a margin is in 元.
    if before.margin is not None and "万" not in asked[0]:
        assert after.margin == pytest.approx(before.margin / asked[1], rel=1e-6, abs=1e-9)


@given(
    row=st.sampled_from([row for row in ROWS if row[2] == "unknown"]),
    other=st.sampled_from(["像高为3px", "显气孔率为12%", "热分解温度为300℃", "驻波比为1.2", "显色指数为90"]),
    first=st.booleans(),
)
def test_an_unrelated_property_decides_nothing(row, other, first):
    need, achievement = f"要求{row[0]}。", f"{row[1]}。"
    sentences = [f"{other}。", achievement] if first else [achievement, f"{other}。"]
    (check,) = checked(need, "".join(sentences))
    assert check.state is CheckState.UNKNOWN


def alone(need: str) -> bool:
    """Whether the sentence can stand anywhere: a size that a neighbour could take for its condition cannot."""
    return "℃下" not in need and "循环" not in need


PLAIN = [row for row in ROWS if alone(row[0]) and alone(row[1])]


@given(st.lists(st.sampled_from(PLAIN), min_size=2, max_size=4, unique_by=lambda row: row[0]), st.randoms())
def test_the_order_of_sentences_changes_nothing(chosen, shuffler):
    shuffled = list(chosen)
    shuffler.shuffle(shuffled)

    def verdicts(picked):
        checks = checked("".join(f"要求{row[0]}。" for row in picked), "".join(f"{row[1]}。" for row in picked))
        return Counter((check.need.text, check.state, check.margin) for check in checks)

    assert verdicts(chosen) == verdicts(shuffled)
