"""Scores of extracted indicators against marks that a reader can count."""

import json
import math

import pytest

from matcher.errors import EvaluationError
from matcher.evaluate.indicators import (
    indicator_lines,
    indicator_row,
    match_marks,
    read_marked,
    score_indicators,
)
from matcher.text.indicators import extract


def mark(*values, kind="target", **more):
    span, parameter, op, low, high, unit, canonical, value = values
    return {
        "span": span,
        "parameter": parameter,
        "op": op,
        "low": low,
        "high": high,
        "unit": unit,
        "canonical_unit": canonical,
        "value_in_canonical": value,
        "kind": kind,
        **more,
    }


FIRST = {
    "id": "甲",
    "title": "轴",
    "content": "要求轴长不超过2m，硬度≥60HRC，效率提高30%以上。",
    "indicators": [
        mark("轴长不超过2m", "轴长", "<=", None, 2, "m", "mm", [None, 2000]),
        mark("硬度≥60HRC", "表面硬度", ">", 60, None, "HRC", "HRC", [60, None]),
        mark("效率提高30%以上", "效率", "change", 30, None, "%", "%", [30, None], direction="increase", op2=">="),
    ],
}
# One indicator that is found and was not marked (12V), one that was marked and is not found.
SECOND = {
    "id": "乙",
    "title": "灯",
    "content": "要求工作电压12V，寿命很长。",
    "indicators": [mark("寿命很长", "寿命", "=", 9, 9, "年", "h", [78840, 78840])],
}


@pytest.fixture
def marked(tmp_path):
    path = tmp_path / "marked.jsonl"
    path.write_text("\n".join(json.dumps(item, ensure_ascii=False) for item in (FIRST, SECOND)) + "\n", "utf-8")
    return path


def test_counts_and_rates(marked):
    scores = score_indicators(read_marked(marked))
    # Marks 4, found 4 (three of 甲, 12V of 乙), agreeing 3.
    assert (scores.records, scores.marked, scores.found, scores.matched) == (2, 4, 4, 3)
    assert scores.precision.value == pytest.approx(3 / 4)
    assert scores.recall.value == pytest.approx(3 / 4)
    assert scores.f1.value == pytest.approx(3 / 4)
    # ≥ was marked as >: one operator of three is wrong; 硬度 shares one of two words with 表面硬度 (F1 2/3).
    assert scores.operator.value == pytest.approx(2 / 3)
    assert scores.kind.value == pytest.approx(1)
    assert scores.name.value == pytest.approx((1 + 2 / 3 + 1) / 3)
    assert scores.f1.low <= scores.f1.value <= scores.f1.high


def test_the_report_is_chinese_and_the_row_is_json(marked):
    scores = score_indicators(read_marked(marked))
    assert next(scores.lines()) == "2 条文本，人工标注 4 个指标，识别 4 个，其中一致 3 个"
    row = json.loads(json.dumps(scores.as_row()))
    assert row["precision"]["value"] == 0.75


def test_undefined_rates_are_null(tmp_path):
    path = tmp_path / "none.jsonl"
    path.write_text(json.dumps({"id": 1, "content": "没有数字", "indicators": []}), "utf-8")
    scores = score_indicators(read_marked(path))
    assert math.isnan(scores.precision.value)
    assert scores.as_row()["f1"] == {"value": None, "low": None, "high": None}


def test_lines_carry_the_gold_field_names(marked):
    first, second = (json.loads(line) for line in indicator_lines(marked))
    assert [item["span"] for item in first["indicators"]] == ["轴长不超过2m", "硬度≥60HRC", "效率提高30%以上"]
    assert set(FIRST["indicators"][2]) <= set(first["indicators"][2])
    assert first["indicators"][0]["value_in_canonical"] == [None, 2000]
    assert (second["id"], len(second["indicators"])) == ("乙", 1)


def test_values_match_across_units_of_one_dimension_only(tmp_path):
    def agreeing(unit, canonical, value):
        record = {
            "id": 1,
            "content": "要求孔深达到3m",
            "indicators": [mark("孔深达到3m", "孔深", ">=", 3, None, unit, canonical, value)],
        }
        path = tmp_path / "one.jsonl"
        path.write_text(json.dumps(record), "utf-8")
        (text,) = read_marked(path)
        return len(match_marks(text.marks, extract(text.text)))

    assert agreeing("m", "mm", [3000, None]) == 1
    assert agreeing("m", "m", [3, None]) == 1
    assert agreeing("m", "mm", [3001, None]) == 0
    assert agreeing("kg", "kg", [3, None]) == 0


def test_each_mark_and_indicator_is_used_once(tmp_path):
    content = "要求常温1C放电，低温1C放电"
    spans = [mark("1C放电", "倍率", "=", 1, 1, "C", "C-rate", [1, 1], kind="condition") for _ in range(3)]
    path = tmp_path / "twice.jsonl"
    path.write_text(json.dumps({"id": 1, "content": content, "indicators": spans}), "utf-8")
    (text,) = read_marked(path)
    # The span stands twice in the text; a third mark of it shares the place of the second.
    assert [item.start for item in text.marks] == [content.index("1C"), content.rindex("1C"), content.rindex("1C")]
    assert len(match_marks(text.marks, extract(content))) == 2


def test_a_row_of_a_plain_bound_has_no_direction():
    (item,) = extract("要求壁厚≥3mm")
    assert "direction" not in indicator_row(item)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("{", "第 1 行"),
        ('\n{"id": 1}', "第 2 行"),
        ('{"id": 7, "content": "甲", "indicators": [{"span": "乙"}]}', "编号 7"),
        ("\n", "没有任何记录"),
    ],
)
def test_a_bad_file_is_named_with_its_line(tmp_path, lines, said):
    path = tmp_path / "bad.jsonl"
    path.write_text(lines, "utf-8")
    with pytest.raises(EvaluationError, match=said):
        read_marked(path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(EvaluationError, match=r"none\.jsonl"):
        list(indicator_lines(tmp_path / "none.jsonl"))


def test_nothing_to_score_is_an_error():
    with pytest.raises(EvaluationError, match="至少一条"):
        score_indicators([])


@pytest.mark.bench
def test_the_hand_marked_needs(bench):
    scores = score_indicators(read_marked(bench / "indicators" / "gold.jsonl"))
    assert scores.f1.value >= 0.80
    assert scores.precision.value >= 0.85
    assert scores.operator.value >= 0.90
