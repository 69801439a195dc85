"""Numbers passed over at once are those that, read one by one, say nothing."""

import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from matcher.text.indicators import extract, statements
from matcher.text.indicators.dull import end_of_dull
from matcher.text.indicators.fold import fold

PIECES = [
    *"0123456789",
    *"      、、×*，，。;\n",
    *["12.5", "10", "1,200", "3.1.4", "10-6", "1×10^4", "1/5", "٣", "9" * 25],
    *[
        "mm",
        "℃",
        "%",
        "个",
        "年",
        "万",
        "多",
        "级",
        "(",
        ")",
        "±",
        "-",
        "~",
        "至",
        "和",
        "x",
        "/",
        "·",
        "^",
        "每",
        "m2",
    ],
    *[
        "≥",
        "≤",
        "为",
        "不低于",
        "以上",
        "左右",
        "之间",
        "φ",
        "Ra",
        "负",
        "第",
        "最大",
        "温度",
        "双85",
        "三千",
        "百分之",
    ],
]


def one_by_one(text: str) -> list[statements.Statement]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(statements, "end_of_dull", lambda _, at: at)
        return statements.read_statements(text)


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
@example("1、2、3、4、5、6、7、8mm")
@example("1、2、3、4、5、6mm")
@example("2×3×4×5×6×7×10^4mm")
@example("5 6 7mm")
@example("5，6 以上")
@example("5至 6 7")
@example("1 2  ℃，3   ℃")
@settings(max_examples=1500, deadline=None)
def test_the_statements_are_those_of_reading_number_by_number(text):
    folded = fold(text)
    assert statements.read_statements(folded) == one_by_one(folded)


@pytest.mark.parametrize(
    ("text", "at", "end"),
    [
        ("12.5 3 7mm", 0, 7),
        ("1、2、3、4、5、6、7、8mm", 0, 4),
        ("强度 5 6", 3, 3),
        ("5mm", 0, 0),
        ("5 ", 0, 0),
        ("5，以上", 0, 2),
        ("≥ 5 6 ", 2, 2),
        ("5×10 6", 0, 0),
    ],
)
def test_where_a_run_ends(text, at, end):
    assert end_of_dull(text, at) == end


@pytest.mark.slow
@pytest.mark.parametrize("piece", ["12.5 ", "1 ", "5、", "5×"])
def test_passing_over_saves_most_of_the_time(piece):
    text = piece * 20_000

    def seconds(read) -> float:
        start = time.process_time()
        assert not read(text)
        return time.process_time() - start

    assert min(seconds(extract) for _ in range(3)) < seconds(one_by_one) / 3
