"""What is left of a value: 能耗降低到原来的70% is a decrease by 30 %."""

import re

from matcher.text.indicators.base import Op
from matcher.text.indicators.quantities import Quantity

__all__ = ["decrease", "flipped", "tells_rest"]

_REACH = 24
_REST = re.compile(
    r"(?:降低?|减少?|下降|缩短|压缩|缩小)[到至为]了?约?(?:原来|原有|原先|改造前|现有|传统)[^，。;,\d]{0,6}的 ?约? ?$"
)
_WHOLE = 100
_FLIPPED = {Op.AT_LEAST: Op.AT_MOST, Op.AT_MOST: Op.AT_LEAST, Op.MORE: Op.LESS, Op.LESS: Op.MORE}


def tells_rest(before: str) -> bool:
    """Whether a share behind these words of its clause is what is left of the former value."""
    return "的" in before[-_REACH:] and _REST.search(before[-_REACH:]) is not None


def decrease(quantity: Quantity) -> Quantity | None:
    """The share that is gone, where `quantity` is what is left; None for no share of a whole."""
    if quantity.unit.canonical != "%" or quantity.is_tolerance or not 0 < quantity.low <= quantity.high < _WHOLE:
        return None
    low, high = (float(f"{_WHOLE - value:.12g}") for value in (quantity.high, quantity.low))
    return quantity._replace(low=low, high=high)


def flipped(op: Op) -> Op:
    """The comparator of what is gone: at most 70 % left is at least 30 % gone."""
    return _FLIPPED.get(op, op)
