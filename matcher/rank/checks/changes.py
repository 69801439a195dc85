"""Where a change begins: 处理量由290t/h提升至330t/h is the value 330 t/h and a change from 290."""

import re

from matcher.text.indicators import Indicator
from matcher.text.indicators.quantities import Quantity, read_quantities
from matcher.text.indicators.units import NO_UNIT

__all__ = ["begins_at"]

_REACH = 40
_NUMBER = re.compile(r"[\d.,]*\d")
_FROM = re.compile(r"(?:由|从|自)(?:原来|原先|原有|最初|目前|现有|传统|之前)?的? ?(?P<between>[^，。;,\d]{0,8})(?=\d)")
_TO = re.compile(r"(?:提|降|升|增|减|缩|延|扩|变|改|压)[^，。;\d]{0,6}(?:到|至|为)[^，。;\d]{0,4}$|(?:到|至) ?$")


def begins_at(folded: str, indicator: Indicator) -> float | None:
    """The value, in the indicator's unit, that the text says it changed from; None where it says none.

    Args:
        folded: the text as `fold` gives it, place for place as written.
        indicator: one of its indicators.
    """
    numbers = list(_NUMBER.finditer(folded, indicator.start, indicator.end))
    if not numbers:
        return None
    last = numbers[-1].start()
    head = folded[max(0, last - _REACH) : last]
    if _TO.search(head) is None:
        return None
    starts = list(_FROM.finditer(head))
    if not starts:
        return None
    quantities = read_quantities(folded, max(0, last - _REACH) + starts[-1].end())
    if not quantities:
        return None
    return _in_unit(quantities[0], indicator)


def _in_unit(first: Quantity, indicator: Indicator) -> float | None:
    if first.is_range:
        return None
    if first.unit is NO_UNIT:
        return first.low
    if first.unit.canonical != indicator.canonical_unit:
        return None
    value = indicator.low if indicator.low is not None else indicator.high
    canonical = indicator.canonical_low if indicator.canonical_low is not None else indicator.canonical_high
    if not value or canonical is None:
        return None
    # Temperatures have an offset and are not told apart here; their changes are rare.
    return first.unit.canonical_value(first.low) * value / canonical
