"""Amounts of money in CNY: what price and budget share."""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from matcher.corpus.values.plain import arabic, plain

__all__ = ["Money", "money_text", "parse_money", "unit_of_heading"]

_HEADING_UNITS = {"亿": 10**8, "千万": 10**7, "百万": 10**6, "十万": 10**5, "万": 10**4, "千": 10**3, "元": 1}
_SCALES = _HEADING_UNITS | {"百亿": 10**10, "十亿": 10**9, "w": 10**4, "k": 10**3, "": 1}
_SCALE = "(百亿|十亿|亿|千万|百万|十万|万|千|w(?![a-z])|k(?![a-z]))?"
_CURRENCY = "(?:元|圆|块钱|人民币|rmb|cny)"
_NUMBER = r"(?<![\d.])(\d{1,12}(?:,\d{3})*(?:\.\d{1,6})?)"
_AMOUNT = _NUMBER + rf"\+?{_SCALE}\+?({_CURRENCY})?"
_TO = r"(?:-+|~+|—+|–|―|−|至|到)"
_RANGE = re.compile(_NUMBER + rf"{_SCALE}({_CURRENCY})?{_TO}(?:¥|rmb|人民币)?" + _AMOUNT)
_SINGLE = re.compile(_AMOUNT)
_NOISE = re.compile(r"[()\[\]【】\s]")
_FOREIGN = re.compile(r"美元|美金|美刀|usd|\$|欧元|€|eur|英镑|£|日元|日币|jpy|港币|港元|hkd|新?台币|卢布|韩元")
_OF_SALES = re.compile(r"[%‰]|提成|分成|比例|销售额|营业额")
_ENTRY_FEE = re.compile(r"入门费|首付|基本费|固定费|转让费|许可费")
_PER_UNIT = re.compile(
    r"[元万亿千k]/(?!独占|排他|普通|转让|许可)|每(?!个?专利|件专利|项)|/(?:吨|年|月|日|天|台|套|亩|件|个|只|次|人|株|斤|米|kg|t|m)"
)
_FLOOR = re.compile(r"不低于|不少于|不小于|至少|最低|起(?!草)|以上|≥|>|(?<!不)(?:大于|高于|超过|多于)|\+(?!\d)")
_CEILING = re.compile(r"不超过|不高于|不大于|不多于|以内|以下|之内|≤|<|最多|最高|至多|上限|(?<!不)(?:小于|低于|少于)")
_ABOUT = re.compile(r"约|左右|大概|参考|上下|预计|估|拟|≈|暂定|~(?!\d*[万亿])")
_OPEN = re.compile(r"面议|面谈|协商|议价|洽谈|电议|商议|待定|可谈|可议|另议|商定|协议|详谈|negotiable")
# A bare 0 is what forms leave where nothing was entered.
_FREE = re.compile(r"免费|无偿|0(?:\.0+)?万?元")
_MOST_CNY = 1e13
_MOST_AMOUNTS = 3


@dataclass(frozen=True, slots=True)
class Money:
    """Bounds in CNY (None: open), and how they were said: about, floor, ceiling, or up for negotiation."""

    low_cny: float | None
    high_cny: float | None
    about: bool = False
    negotiable: bool = False


def unit_of_heading(heading: str) -> float | None:
    """CNY per bare number under a heading such as 预算资金（万元）; None when the heading names no unit."""
    found = re.search(r"(亿|千万|百万|十万|万|千)?元|[(:,/、]\s*(亿|万)\s*\)?$", plain(heading))
    if found is None or _FOREIGN.search(plain(heading)):
        return None
    return float(_HEADING_UNITS[found.group(1) or found.group(2) or "元"])


def _cny(number: str, scale: str) -> float:
    return float(Decimal(number.replace(",", "")) * _SCALES[scale])


def _amounts(text: str) -> list[tuple[float, float]]:
    """All (low, high) in the text; numbers without scale or currency are something else."""
    found: list[tuple[float, float]] = []
    at = 0
    for match in _RANGE.finditer(text):
        low, low_scale, low_mark, high, high_scale, high_mark = match.groups()
        if not (high_scale or high_mark):
            continue
        found += _singles(text[at : match.start()])
        at = match.end()
        top = _cny(high, high_scale or "")
        # 30-80万 means 30万, and 80-30万 is the same range; 5000-1万 can only mean 5000 元.
        bottom = _cny(low, (low_scale or "") if low_scale or low_mark else high_scale or "")
        bottom = plain_low if bottom > top and 1000 <= (plain_low := _cny(low, "")) < top else bottom
        found.append((min(bottom, top), max(bottom, top)))
    return found + _singles(text[at:])


def _singles(text: str) -> list[tuple[float, float]]:
    return [
        (amount, amount)
        for number, scale, mark in _SINGLE.findall(text)
        if scale or mark
        for amount in [_cny(number, scale)]
    ]


def _bare(text: str, unit_cny: float) -> list[tuple[float, float]]:
    """Amounts of a cell that holds nothing but numbers in the unit of its heading."""
    core = text
    for mark in (_FLOOR, _CEILING, _OPEN, _ABOUT):
        core = mark.sub("", core)
    match = re.fullmatch(rf"[¥=≈,，、]*{_NUMBER}(?:{_TO}{_NUMBER})?[,，、]*", core)
    if match is None:
        return []
    numbers = [float(Decimal(found.replace(",", "")) * Decimal(unit_cny)) for found in match.groups() if found]
    return [(min(numbers), max(numbers))]


@lru_cache(maxsize=100_000)
def parse_money(text: str, unit_cny: float | None = None) -> Money | None:
    """Read an amount, a range or 面议.

    Args:
        text: a cell such as 30-80万, 不低于100万元, 面议.
        unit_cny: CNY per bare number, from the heading; without it a bare number is not understood.

    Returns:
        None for prices per piece or share of sales, foreign currency, and whatever else is not an amount.
    """
    cell = _NOISE.sub("", arabic(plain(text)))
    if not cell or _FOREIGN.search(cell):
        return None
    if _FREE.fullmatch(cell):
        return Money(0.0, 0.0)
    negotiable = _OPEN.search(cell) is not None
    share = _OF_SALES.search(cell) is not None
    amounts: list[tuple[float, float]] = []
    if not _PER_UNIT.search(cell) and (not share or _ENTRY_FEE.search(cell)):
        amounts = _amounts(cell) or (_bare(cell, unit_cny) if unit_cny else [])
    amounts = [pair for pair in amounts if pair[1] > 0]
    if not amounts or len(amounts) > _MOST_AMOUNTS or max(high for _, high in amounts) > _MOST_CNY:
        return Money(None, None, negotiable=True) if negotiable else None
    low, high = min(low for low, _ in amounts), max(high for _, high in amounts)
    # An entry fee plus a share of sales is the least that will be paid.
    floor, ceiling = share or _FLOOR.search(cell) is not None, _CEILING.search(cell) is not None
    if low == high and floor != ceiling:
        return Money(low, None, negotiable=negotiable) if floor else Money(None, high, negotiable=negotiable)
    return Money(low, high, about=_ABOUT.search(cell) is not None or negotiable, negotiable=negotiable)


def money_text(low_cny: float | None, high_cny: float | None) -> str:
    """Write bounds as a person would: 30万元-80万元, 不低于100万元, 不超过5000元; "" when both are open."""
    if low_cny is None and high_cny is None:
        return ""
    if high_cny is None:
        return f"不低于{_amount(low_cny or 0.0)}"
    if low_cny is None:
        return f"不超过{_amount(high_cny)}"
    return _amount(low_cny) if low_cny == high_cny else f"{_amount(low_cny)}-{_amount(high_cny)}"


def _amount(cny: float) -> str:
    exact = Decimal(repr(cny))
    for scale, unit in (("亿", 10**8), ("万", 10**4)):
        shown = exact / unit
        # At most the digits that are read back; a remainder is written in the smaller unit.
        if cny >= unit and shown == round(shown, 6):
            return f"{shown.normalize():f}{scale}元"
    return f"{round(exact, 6).normalize():f}元"
