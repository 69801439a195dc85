"""Numbers as they are written in technical Chinese: 1,200  1×10^4  10的-6次方  5e3  50亿  三千  百分之五."""

import re
from typing import NamedTuple

from matcher.text.indicators.units import starts_unit

__all__ = ["ANCHOR", "Number", "read_number"]

_DIGITS = dict(zip("零一二三四五六七八九", range(10), strict=True)) | {"两": 2}
_STEPS = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"万": 10**4, "亿": 10**8}
_SHARES = {"百": 100, "千": 1000, "万": 10**4}
_HAN = "零一二两三四五六七八九十百千万亿"
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")

# Where a number may begin. A Han numeral is read only where a unit follows, see `read_number`.
ANCHOR = re.compile(rf"\d{{1,3}}(?:,\d{{3}}){{1,6}}(?![\d,])|\d+|[百千万]分之|[{_HAN}]{{1,12}}|双(?=85)")
_ARABIC = re.compile(r"(?:\d{1,3}(?:,\d{3}){1,6}(?![\d,])|\d{1,20}(?!\d))(?:\.\d{1,20})?")
_SHARE = re.compile(rf"([百千万])分之(?:([{_HAN}]{{1,8}})(?:点([{_HAN}]{{1,8}}))?|(\d{{1,6}}(?:\.\d{{1,6}})?))")
# 三分之一, 3分之2; 1/5 only behind words that a share follows (缩短1/5, 原来的1/3) and before no unit.
_PART = re.compile(r"([二三四五六七八九十]|\d{1,2})分之([一二两三四五六七八九]|\d{1,2})(?![零一二三四五六七八九十\d])")
_STROKE = re.compile(r"(?<=[少低短高升加小大减省约的到至在为了近超≥≤~])(\d)/([2-9]|10)(?![\d./A-Za-zμΩ℃°%英寸])")
_HAN_NUMBER = re.compile(rf"([{_HAN}]{{1,12}})(?:点([零一二两三四五六七八九]{{1,8}}))?")
_POWER = (
    r"(?:\^ ?\(?([+-]?\d{1,2})(?!\d)\)?"
    r"|的([+-]?\d{1,2}|负?[零一二两三四五六七八九十]{1,3})次[方幂]"
    r"|([⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,2}))"
)
_TIMES_TEN = re.compile(rf" ?[×xX*·] ?10(?:{_POWER}|(-\d{{1,2}}|[1-9]\d?)(?![\d.×*]))")
_TEN = re.compile(rf"10{_POWER}")
# 10-6 runs downwards, so it is no range but a power whose raised sign was lost.
_LOST_POWER = re.compile(r"10-([2-9])(?=Pa|mbar|[，。;,)\n]|$)")
_EXPONENT = re.compile(r"[eE]([+-]?\d{1,2})(?![\w.])")
_MAGNITUDE = re.compile(r" ?[余多]?(万亿|千万|百万|十万|万|亿|千|百)")
# What a power, an exponent or a magnitude begins with.
_GOES_ON = frozenset(" ×xX*·eE余多万亿千百十")
_MAGNITUDES = {"万亿": 1e12, "千万": 1e7, "百万": 1e6, "十万": 1e5, "万": 1e4, "亿": 1e8, "千": 1e3, "百": 1e2}


class Number(NamedTuple):
    """A value that ends at `end`; `magnitude` is the 万 or 亿 behind it (1 where there is none)."""

    value: float
    end: int
    magnitude: float = 1.0
    han: bool = False
    percent: bool = False


def _han_value(word: str) -> float | None:
    """三千二百 → 3200; None for what is no numeral (二二 is read digit by digit: 22)."""
    if all(char in _DIGITS for char in word):
        return float("".join(str(_DIGITS[char]) for char in word))
    total, section, digit = 0, 0, -1
    for char in word:
        if char in _DIGITS:
            digit = _DIGITS[char]
        elif char in _STEPS:
            section += (1 if digit < 0 else digit) * _STEPS[char]
            digit = -1
        else:
            section += max(digit, 0)
            if not section:
                return None
            total, section, digit = (total + section) * _LARGE[char], 0, -1
    return float(total + section + max(digit, 0))


def _with_decimals(whole: str, decimals: str | None) -> float | None:
    value = _han_value(whole)
    if value is None or not decimals:
        return value
    return value + float("0." + "".join(str(_DIGITS[char]) for char in decimals if char in _DIGITS))


def _power(groups: tuple[str | None, ...]) -> int:
    caret, words, raised, *damaged = groups
    if words and words.lstrip("负")[:1] in _HAN:
        sign = -1 if words.startswith("负") else 1
        return sign * int(_han_value(words.lstrip("负")) or 0)
    written = caret or words or (raised or "").translate(_SUPERSCRIPTS) or (damaged[0] if damaged else "")
    return int(written or 0)


def _share(part: float, whole: float, end: int) -> Number | None:
    """A part of a whole in per cent, None where it is more than the whole."""
    return Number(float(f"{100 * part / whole:.12g}"), end, percent=True) if 0 < part < whole else None


def _read_fraction(text: str, at: int) -> Number | None:
    if text.startswith("/", at + 1):
        stroke = _STROKE.match(text, at)
        return None if stroke is None else _share(float(stroke[1]), float(stroke[2]), stroke.end())
    if not text.startswith("分之", at + 1) and not text.startswith("分之", at + 2):
        return None
    found = _PART.match(text, at)
    if found is None:
        return None
    whole, part = (float(word) if word.isdigit() else (_han_value(word) or 0.0) for word in found.groups())
    return _share(part, whole, found.end())


def _read_magnitude(text: str, at: int) -> tuple[float, int]:
    found = _MAGNITUDE.match(text, at)
    # 千 and 百 also begin units (千瓦, 百帕); the unit wins.
    if found is None or (found[1] in "千百" and starts_unit(text, found.start(1))):
        return 1.0, at
    return _MAGNITUDES[found[1]], found.end()


def _read_power_of_ten(text: str, at: int) -> Number | None:
    if lost := _LOST_POWER.match(text, at):
        return Number(float(f"1e-{lost[1]}"), lost.end())
    ten = _TEN.match(text, at)
    return None if ten is None else Number(float(10 ** _power(ten.groups())), ten.end())


def _read_arabic(text: str, at: int) -> Number | None:
    if text.startswith("10", at) and (power := _read_power_of_ten(text, at)) is not None:
        return power
    found = _ARABIC.match(text, at)
    if found is None:
        return None
    value = float(found[0].replace(",", ""))
    if text[found.end() : found.end() + 1] not in _GOES_ON:
        return Number(value, found.end())
    if times := _TIMES_TEN.match(text, found.end()):
        # A lost superscript (2×1015) is read as a power only behind a one-digit coefficient.
        if times[4] is None or value < 10:
            return Number(float(f"{value * 10.0 ** _power(times.groups()):.12g}"), times.end())
    elif exponent := _EXPONENT.match(text, found.end()):
        return Number(value * float(10 ** int(exponent[1])), exponent.end())
    magnitude, end = _read_magnitude(text, found.end())
    return Number(value * magnitude, end, magnitude)


def _read_han(text: str, at: int) -> Number | None:
    found = _HAN_NUMBER.match(text, at)
    if found is None:
        return None
    word, end = found[1], found.end()
    if not found[2]:
        # 三千瓦 is 三 + 千瓦, 五百帕 is 五 + 百帕: give the last step back where it begins a unit.
        while len(word) > 1 and word[-1] in "千百" and starts_unit(text, found.start() + len(word) - 1):
            word = word[:-1]
            end = found.start() + len(word)
    if word in {"千", "百", "万", "亿"}:
        return None
    value = _with_decimals(word, found[2])
    return None if value is None else Number(value, end, han=True)


def read_number(text: str, at: int) -> Number | None:
    """The number that begins at `at` of a folded text, or None; looks at a bounded number of characters."""
    char = text[at : at + 1]
    if char.isdigit():
        return (_read_fraction(text, at) or _read_arabic(text, at)) if char.isascii() else None
    if share := _SHARE.match(text, at):
        parts = _with_decimals(share[2], share[3]) if share[2] else float(share[4])
        return None if parts is None else Number(parts * 100 / _SHARES[share[1]], share.end(), han=True, percent=True)
    return _read_fraction(text, at) or _read_han(text, at)
