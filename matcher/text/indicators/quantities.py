"""Values with their unit: one number, a range, a tolerance, a list that shares a unit (50/60Hz, 200×300mm)."""

import re
from dataclasses import replace
from string import ascii_letters, digits
from typing import NamedTuple

from matcher.text.indicators.numerals import Number, read_number
from matcher.text.indicators.units import NO_UNIT, Unit, parse_unit, read_unit

__all__ = ["Quantity", "read_quantities"]

_SCALES = "HRC|HRA|HRB|HBW|HB|HV|HS|Ra|Rz|IPX?|φ|DN|DC|AC|[Pp]H值?"
_BEFORE = re.compile(rf"(?P<scale>(?:{_SCALES}) ?)?(?P<open>\( ?)?(?P<sign>(?:±|\+/-|[+-]|零下|负) ?)?$")
# The characters that a scale, a bracket or a sign ends with.
_BEFORE_ENDS = frozenset("CABWVSazXPφNHh值( ±-+下负")
_LOOK_BACK = 9
_SEPARATOR = re.compile(
    rf" ?(?:(?P<dash>-{{1,3}})|~|到|至) ?(?:{_SCALES})? ?(?P<sign>±|\+|-|零下|负)? ?"
    r"(?=[\d百千万零一二两三四五六七八九十])"
)
_TOLERANCE = re.compile(r" ?\(?(?:±|\+/-) ?(?=\d)")
_LIST = re.compile(r" ?(?P<mark>[/、×*xX]|和|或|及|与) ?(?P<sign>[+-])?(?=\d)")
# 3、16米 at the start of a line is item 3, not a list of two lengths; 内容:1、6英寸 is item 1.
_NUMBERING = re.compile(r"(?:^|[\n。;]|(?P<colon>:))[ (]{0,4}$")
# What a tolerance, a range or a list goes on with behind its first number.
_GOES_ON = frozenset(" (±+-~到至/、×*xX和或及与")
_MORE = re.compile(r" ?[余多]")
_MORE_BEGINS = frozenset(" 余多")
_WORD_SIGNS = frozenset({"±", "+/-", "零下", "负"})
_MODEL_BEFORE = frozenset(ascii_letters + digits + "_#.")
_ITEMS_IN_A_LIST = 6
# What a scale written before the number measures; the unit where none follows the number.
_SCALE_UNITS = {"φ": "mm", "DN": "mm", "Ra": "μm", "Rz": "μm", "IPX": "IP", "PH": "pH", "ph": "pH", "HBW": "HB"}
_SCALE_NAMES = {"φ": "直径", "DN": "公称直径", "Ra": "表面粗糙度Ra", "Rz": "表面粗糙度Rz"}
_SIGNED_QUANTITIES = frozenset({"温度", "电压", "声级", "电平", "增益", "角度", "相位噪声", "相对电平"})
# 为-5, 达到-5: behind a word that introduces a value a dash is its sign, whatever is measured.
_INTRODUCES = frozenset("为是在达到至约于")
# 几十吨, 数百次 are no numbers, 第三天 is no time.
_VAGUE_BEFORE = frozenset("几数第")
# Units written after a Han numeral (三千小时); shorter ones collide with words (一方, 一分, 一路).
_SHORT_AFTER_HAN = frozenset("米吨倍天年秒升瓦伏%")


class Quantity(NamedTuple):
    """`text[start:end]` holds the value and its unit; `low` and `high` are in `unit`, equal for a single number."""

    start: int
    end: int
    low: float
    high: float
    unit: Unit
    is_range: bool = False
    is_tolerance: bool = False
    name: str = ""
    approximate: bool = False
    han: bool = False


class _Item(NamedTuple):
    """One number, its own unit (NO_UNIT where it has none yet), and where they end."""

    start: int
    number: Number
    unit: Unit
    end: int
    sign: float = 1.0
    approximate: bool = False

    @property
    def value(self) -> float:
        return self.sign * self.number.value


def _read_item(text: str, at: int, bracketed: bool = False) -> _Item | None:
    number = read_number(text, at)
    if number is None:
        return None
    end, approximate = number.end, False
    if number.percent:
        return _Item(at, number, parse_unit("%") or NO_UNIT, end)
    if text[end : end + 1] in _MORE_BEGINS and (more := _MORE.match(text, end)):
        approximate, end = True, more.end()
    after = end
    if bracketed and text[after : after + 1] == ")":
        after += 1
    while text[after : after + 1] == " " and after - end < 2:
        after += 1
    found = read_unit(text, after)
    if found is None:
        return _Item(at, number, NO_UNIT, number.end)
    return _Item(at, number, found[0], found[1], approximate=approximate)


def _sign(written: str | None) -> float:
    return -1.0 if written and written.strip() in {"-", "负", "零下"} else 1.0


def _is_han_word(item: _Item) -> bool:
    """A Han numeral that is part of a word rather than a value: 一方, 三元, 第二."""
    if not item.number.han or item.number.percent:
        return False
    text = item.unit.text
    if item.unit.family in {"none", "money", "people", "count"} and not (text == "次" and item.number.value >= 100):
        return True
    return not (len(text) > 1 or text in _SHORT_AFTER_HAN or text == "次")


def _join(first: _Item, second: _Item, end: int, start: int) -> Quantity | None:
    """A range of two items, or None where their units do not fit together."""
    unit = second.unit if second.unit is not NO_UNIT else first.unit
    low, high = first.value, second.value
    if first.unit is not NO_UNIT and second.unit is not NO_UNIT:
        if first.unit.dimension != second.unit.dimension:
            return None
        low = float(f"{low * first.unit.si / second.unit.si:.12g}")
    elif first.unit is NO_UNIT and first.number.magnitude == 1 < second.number.magnitude:
        low *= second.number.magnitude
    low, high = sorted((low, high))
    return Quantity(start, end, low, high, unit, is_range=True)


def _closing(text: str, end: int, bracketed: bool) -> int:
    return end + 1 if bracketed and text[end : end + 1] == ")" else end


def _read_range(text: str, first: _Item, start: int, bracketed: bool) -> Quantity | None:
    between = _SEPARATOR.match(text, first.end)
    if between is None:
        return None
    second = _read_item(text, between.end(), bracketed)
    if second is None or _is_han_word(second):
        return None
    sign = _sign(between["sign"])
    if first.value < 0 and between["dash"] and len(between["dash"]) > 1:
        sign = -1.0
    return _join(first, second._replace(sign=sign), _closing(text, second.end, bracketed), start)


def _read_tolerance(text: str, first: _Item, start: int, bracketed: bool) -> Quantity | None:
    between = _TOLERANCE.match(text, first.end)
    if between is None:
        return None
    second = _read_item(text, between.end(), bracketed or "(" in between[0])
    if second is None:
        return None
    unit = first.unit if first.unit is not NO_UNIT else second.unit
    size = second.value
    if second.unit.canonical == "%" and unit.canonical != "%":
        size = abs(first.value) * size / 100
    elif second.unit is not NO_UNIT and first.unit is not NO_UNIT:
        if second.unit.dimension != first.unit.dimension:
            return None
        size = size * second.unit.si / first.unit.si
    low, high = (float(f"{first.value + side * size:.12g}") for side in (-1, 1))
    end = _closing(text, second.end, bracketed or "(" in between[0])
    return Quantity(start, end, low, high, unit, is_range=True, is_tolerance=True)


def _read_joined(text: str, first: _Item, start: int, bracketed: bool) -> Quantity | None:
    """A tolerance or a range that the item begins, or None."""
    return _read_tolerance(text, first, start, bracketed) or _read_range(text, first, start, bracketed)


def _read_list(text: str, first: _Item, bracketed: bool) -> list[_Item]:
    """Numbers that share the unit of the last one; just the first where no unit comes."""
    items = [first]
    numbering = _NUMBERING.search(text, max(0, first.start - 6), first.start)
    if numbering and (not numbering["colon"] or (first.value == 1 and text[first.end : first.end + 1] in "、.")):
        return items
    while len(items) < _ITEMS_IN_A_LIST:
        mark = _LIST.match(text, items[-1].end)
        if mark is None or (items[-1].unit is not NO_UNIT and mark["mark"] not in "×*xX"):
            break
        item = _read_item(text, mark.end(), bracketed)
        if item is None:
            break
        items.append(item._replace(sign=_sign(mark["sign"])))
    unit = items[-1].unit
    if len(items) == 1 or unit.family in {"none", "count", "people", "money", "calendar"}:
        return [first]
    return [item if item.unit is not NO_UNIT else item._replace(unit=unit) for item in items]


def _with_scale(quantity: Quantity, scale: str) -> Quantity:
    plain = scale.strip().removesuffix("值")
    if not plain:
        return quantity
    unit = quantity.unit
    if unit is NO_UNIT:
        unit = parse_unit(_SCALE_UNITS.get(plain, plain)) or NO_UNIT
        if plain not in _SCALE_NAMES and unit is not NO_UNIT:
            unit = replace(unit, text=plain)
    return quantity._replace(unit=unit, name=_SCALE_NAMES.get(plain, ""))


def read_quantities(text: str, at: int) -> tuple[Quantity, ...]:
    """The quantities whose first number begins at `at` of a folded text; none for a number inside a name.

    Looks at a bounded stretch on either side, whatever the text.
    """
    scale, opened, sign, start = "", "", "", at
    if text[at - 1 : at] in _BEFORE_ENDS and (look := _BEFORE.search(text, max(0, at - _LOOK_BACK), at)):
        scale, opened, sign, start = look["scale"] or "", look["open"] or "", look["sign"] or "", look.start()
    if start > 0 and not opened and sign.strip() not in _WORD_SIGNS and text[start - 1] in _MODEL_BEFORE:
        return ()
    first = _read_item(text, at)
    if first is None or (_is_han_word(first) and not sign.strip()):
        return ()
    if first.number.han and text[at - 1 : at] in _VAGUE_BEFORE:
        return ()
    return _assemble(text, first, start=start, scale=scale, bracketed=bool(opened), sign=sign.strip())


def _assemble(text: str, first: _Item, *, start: int, scale: str, bracketed: bool, sign: str) -> tuple[Quantity, ...]:
    if sign in {"±", "+/-"}:
        # ±3~±4 states two tolerances; the wider one holds.
        wider = _read_range(text, first, start, bracketed)
        size, unit, end = (wider.high, wider.unit, wider.end) if wider else (first.value, first.unit, first.end)
        end = _closing(text, end, bracketed)
        return (Quantity(start, end, -size, size, unit, is_range=True, is_tolerance=True),)
    before = text[start - 1 : start]
    # A dash behind a word is a sign only for what can be negative (温度-20℃, but not 型号-20kg).
    dashed = sign == "-" and before not in _INTRODUCES and bool(before) and (before.isalnum() or before in "%)℃°")
    if sign:
        first = first._replace(sign=_sign(sign))
    goes_on = text[first.end : first.end + 1] in _GOES_ON
    joined = _read_joined(text, first, start, bracketed) if goes_on else None
    if joined is not None:
        if dashed and joined.unit.quantity not in _SIGNED_QUANTITIES:
            first = first._replace(sign=1.0)
            joined = _read_joined(text, first, start, bracketed)
        return (_with_scale(joined, scale),) if joined else ()
    if not goes_on and not dashed:
        end = _closing(text, first.end, bracketed)
        approximate, han = first.approximate, first.number.han
        single = Quantity(start, end, first.value, first.value, first.unit, approximate=approximate, han=han)
        return (_with_scale(single, scale) if scale else single,)
    items = _read_list(text, first, bracketed)
    found = []
    for order, item in enumerate(items):
        value = item.value
        if order == 0 and dashed and item.unit.quantity not in _SIGNED_QUANTITIES:
            value = item.number.value
        # A member without a unit of its own is read up to the unit it shares.
        end = items[-1].end if item.unit.text and not text[item.start : item.end].endswith(item.unit.text) else item.end
        quantity = Quantity(
            start if order == 0 else item.start,
            _closing(text, end, bracketed),
            value,
            value,
            item.unit,
            approximate=item.approximate,
            han=item.number.han,
        )
        found.append(_with_scale(quantity, scale))
    return tuple(found)
