"""Time grows with the length of the text, never faster, whatever the text."""

import time

import pytest

from matcher.text.indicators import extract

_SHORT = 10_000
_TIMES = 4
# Four times the text may take eight times as long: double the linear share, for a busy machine.
_LOOSE = 2.0

HOSTILE = {
    "digits": "1",
    "numbers": "1 ",
    "lists": "5、",
    "sizes": "5×",
    "ranges": "5-",
    "powers": "1×10",
    "han numerals": "三千",
    "shares": "百分之",
    "brackets": "(",
    "spaces": " ",
    "line breaks": "\n ",
    "headings": "\n1、现有基础",
    "comparators": "≥",
    "bounded": "≥5mm，",
    "glued": "5mm/",
    "units": "mm·",
    "two-sided": "5≤a≤",
    "changes": "提高5%",
    "double 85": "双85",
    "long name": "强",
    "bare": "5mm ",
    "fractions": "到1/5",
    "words": "目前提高",
}


def seconds(text: str) -> float:
    best = float("inf")
    for _ in range(2):
        start = time.process_time()
        extract(text)
        best = min(best, time.process_time() - start)
    return best


@pytest.mark.slow
@pytest.mark.parametrize("piece", HOSTILE.values(), ids=HOSTILE.keys())
def test_time_is_linear_on_hostile_text(piece):
    short = (piece * _SHORT)[:_SHORT]
    few, many = seconds(short), seconds(short * _TIMES)
    assert many < _LOOSE * _TIMES * max(few, 0.02)


def test_one_long_number_and_one_long_line_are_harmless():
    start = time.process_time()
    assert extract("9" * 500_000) == ()
    assert extract("强度" * 250_000) == ()
    assert time.process_time() - start < 5
