"""The spelling in which all value parsers compare, and Chinese numerals."""

import re
from functools import lru_cache

from matcher.text.normalize import normalize

__all__ = ["LONGEST_VALUE", "arabic", "chinese_number", "plain"]

LONGEST_VALUE = 200
"""A longer cell is a text, not a price, a date or a place."""

_DIGITS = {char: i for i, char in enumerate("零一二三四五六七八九")}
_DIGITS |= {char: i for i, char in enumerate("〇壹贰叁肆伍陆柒捌玖")} | {"两": 2}
_POWERS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_ANY = "".join([*_DIGITS, *_POWERS])
# Numerals are read only before what is counted (二氧化硅 and 三门峡 stay), and 1千万 or 数千万 begin with no numeral.
_COUNTED = re.compile(rf"(?<![\d.{_ANY}数几])[{''.join(_DIGITS)}十拾][{_ANY}]{{0,11}}(?=[万亿元圆年月日号级季])")


@lru_cache(maxsize=100_000)
def plain(text: str) -> str:
    """A short cell in one spelling: `normalize`, no spaces, lower case; "" for a text too long to be a value."""
    if len(text) > LONGEST_VALUE:
        return ""
    # Half a surrogate pair is no character; the Traditional-to-Simplified converter would refuse the whole text.
    return normalize(text.encode(errors="replace").decode()).replace(" ", "").lower()


def chinese_number(text: str) -> int:
    """A numeral below 10,000, by place (一百二十 → 120) or digit by digit (二〇二〇 → 2020).

    Raises:
        KeyError: a character that is no numeral.
    """
    if not any(char in _POWERS for char in text):
        return int("".join(str(_DIGITS[char]) for char in text) or "0")
    total, digit = 0, 0
    for char in text:
        if char in _POWERS:
            total += (digit or (1 if total == 0 else 0)) * _POWERS[char]
            digit = 0
        else:
            digit = _DIGITS[char]
    return total + digit


def arabic(text: str) -> str:
    """Write Chinese numerals that count something in Arabic digits: 五十万元 → 50万元, 二〇二〇年三月 → 2020年3月."""
    return _COUNTED.sub(lambda found: str(chinese_number(found.group())), text)
