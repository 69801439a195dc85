"""How a statement bounds its parameter: the operator, the bounds, and whether it tells a change instead of a value."""

import re

from matcher.text.indicators.base import Direction, Op
from matcher.text.indicators.quantities import Quantity
from matcher.text.indicators.statements import Statement

__all__ = ["bounds", "direction_of_change", "operator"]

_LOWER = (Op.AT_LEAST, Op.MORE)
_UPPER = (Op.AT_MOST, Op.LESS)
_DECISIVE = (Op.AT_LEAST, Op.AT_MOST)
_UP = ("提高", "提升", "增加", "增长", "增强", "增大", "上升", "扩大", "延长", "加快", "升高", "提速", "增产", "高出")
_CHANGE = re.compile(
    "|".join(_UP) + "|降低|减少|下降|缩短|减小|压缩|节约|节省|节能|节水|节电|减轻|削减|缩小|减低|降本|减排|减重|减"
)
_CHANGE_REACH = 16
_LONGEST_VERB = 2
# Words behind the verb that say the value itself follows (降低到5, 提高，达到5).
_TO_A_VALUE = re.compile(r"(?<!不)到|至(?!少|多)|为|控制在|达|:|≥|≤")
_FILLERS = re.compile(r"[了约近大至少超过不低于到足高多 (≥>]")


def operator(statement: Statement) -> Op:
    """The comparator; the one behind the value wins (大于5以上 is 以上)."""
    if statement.quantity.is_range:
        return Op.RANGE
    left = statement.left.op if statement.left else None
    right = statement.right.op if statement.right else None
    if right in _DECISIVE:
        return right
    if left is not None:
        return left
    return Op.ABOUT if right is not None or statement.quantity.approximate else Op.EQUAL


def bounds(op: Op, quantity: Quantity) -> tuple[float | None, float | None]:
    """The low and the high bound of a value under an operator."""
    if op in _LOWER:
        return quantity.low, None
    if op in _UPPER:
        return None, quantity.high
    return quantity.low, quantity.high


def direction_of_change(text: str, start: int, statement: Statement) -> Direction | None:
    """The direction where `text[start:]` says by how much, not to what: 提高30%以上, 噪声降低至少3dB; else None."""
    at = statement.quantity.start
    last = None
    for verb in _CHANGE.finditer(text, max(start, at - _CHANGE_REACH - _LONGEST_VERB), at):
        last = verb
    if last is None or at - last.end() > _CHANGE_REACH:
        return None
    behind = text[last.end() : at]
    unit = statement.quantity.unit
    relative = unit.family == "percent" or unit.canonical == "times"
    # 提高效率20% may hold a name between; 增大孔径5mm is too rare to tell from 增大，孔径5mm.
    if _TO_A_VALUE.search(behind) or (not relative and _FILLERS.sub("", behind)):
        return None
    return Direction.INCREASE if last[0] in _UP else Direction.DECREASE
