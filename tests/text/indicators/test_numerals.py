"""Numbers as they are written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.text.indicators.fold import fold
from matcher.text.indicators.numerals import read_number


@pytest.mark.parametrize(
    ("text", "value", "rest"),
    [
        ("12.5mm", 12.5, "mm"),
        ("1,200件", 1200, "件"),
        ("1×10^4", 1e4, ""),
        ("1.5×10⁻³Pa", 1.5e-3, "Pa"),
        ("2×10-6", 2e-6, ""),
        ("2×1015ions", 2e15, "ions"),
        ("5×100mm", 5, "×100mm"),
        ("10的-6次方", 1e-6, ""),
        ("10的负六次方", 1e-6, ""),
        ("10-6Pa", 1e-6, "Pa"),
        ("2.5e3", 2500, ""),
        ("50亿CFU", 5e9, "CFU"),
        ("1000余万元", 1e7, "元"),
        ("5千瓦", 5, "千瓦"),
        ("5千次", 5000, "次"),
        ("三千小时", 3000, "小时"),
        ("三千瓦", 3, "千瓦"),
        ("二十五天", 25, "天"),
        ("一百零八", 108, ""),
        ("两万五千", 25000, ""),
        ("百分之五", 5, ""),
        ("百分之九十五点五", 95.5, ""),
        ("千分之三", 0.3, ""),
        ("四分之一", 25, ""),
        ("3分之2", 200 / 3, ""),
        ("十分之三以上", 30, "以上"),
        ("5×10^-6", 5e-6, ""),
    ],
)
def test_a_number(text, value, rest):
    folded = fold(text)
    number = read_number(folded, 0)
    assert number is not None
    assert (number.value, folded[number.end :]) == (pytest.approx(value), rest)


@pytest.mark.parametrize("text", ["千米", "万", "米", "", "²"])
def test_no_number(text):
    assert read_number(fold(text), 0) is None


def han(value: int) -> str:
    """An independent spelling of 1..9999."""
    digits = "零一二三四五六七八九"
    out, zero = "", False
    for power, step in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = value // power % 10
        if digit:
            out += ("零" if zero and out else "") + digits[digit] + step
            zero = False
        else:
            zero = True
    return out


@given(st.integers(1, 9999))
def test_han_numerals_read_back(value):
    number = read_number(han(value) + "。", 0)
    assert number is not None
    assert number.value == value


@given(st.floats(0, 1e12, allow_nan=False).map(lambda value: round(value, 3)))
def test_plain_numbers_read_back(value):
    written = f"{value:.3f}"
    number = read_number(written, 0)
    assert number is not None
    assert number.value == float(written)


@given(st.text(alphabet="0123456789.,×x*^10e+-的次方百千万亿分之点一二三", max_size=40))
def test_any_number_like_text_is_read_without_an_error(text):
    number = read_number(text, 0)
    assert number is None or 0 < number.end <= len(text)
