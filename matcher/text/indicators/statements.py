"""Quantities together with the comparators next to them, in the order of the text."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from matcher.text.indicators.comparators import Comparator, read_left, read_right
from matcher.text.indicators.dull import end_of_dull
from matcher.text.indicators.numerals import ANCHOR
from matcher.text.indicators.quantities import Quantity, read_quantities
from matcher.text.indicators.units import NO_UNIT, parse_unit

__all__ = ["DOUBLE_85", "Statement", "is_list_gap", "read_statements"]

# 85 ℃ and 85 % relative humidity, the standard damp-heat test.
DOUBLE_85 = "双85"
_TWO_SIDED = re.compile(r" ?(?:≤|<=|<) ?(?P<name>[^\d≤<>≥=，。;\n]{1,16}?) ?(?:≤|<=|<) ?(?=[\d+-])")
_TWO_SIDED_BEGINS = frozenset(" ≤<")
_LIST_GAP = re.compile(r" ?(?:或|和|及|与|、|/|,|，)? ?")
_LONGEST_GAP = 3


class Statement(NamedTuple):
    """A quantity with the comparators before and behind it; `middle`: its name stands between two bounds."""

    quantity: Quantity
    left: Comparator | None
    right: Comparator | None
    middle: bool = False

    @property
    def start(self) -> int:
        """Where the comparator or the value begins."""
        return self.left.start if self.left else self.quantity.start

    @property
    def end(self) -> int:
        """Where the value or the comparator behind it ends."""
        return self.right.end if self.right else self.quantity.end


def is_list_gap(gap: str) -> bool:
    """Whether two quantities with this between them are members of one list."""
    return len(gap) <= _LONGEST_GAP and _LIST_GAP.fullmatch(gap) is not None


def _double_85(at: int) -> Iterator[Statement]:
    for spelling, name in (("℃", "温度"), ("%", "相对湿度")):
        unit = parse_unit(spelling) or NO_UNIT
        quantity = Quantity(at, at + len(DOUBLE_85), 85.0, 85.0, unit, name=name)
        yield Statement(quantity, None, Comparator(None, quantity.end, quantity.end, DOUBLE_85))


def _two_sided(text: str, first: Quantity) -> Statement | None:
    """200≤HB<260: one range; its name, which may be its unit, stands in the middle."""
    if first.is_range or text[first.end : first.end + 1] not in _TWO_SIDED_BEGINS:
        return None
    middle = _TWO_SIDED.match(text, first.end)
    second = read_quantities(text, middle.end()) if middle else ()
    if middle is None or not second:
        return None
    unit = second[0].unit if second[0].unit is not NO_UNIT else parse_unit(middle["name"]) or first.unit
    low, high = sorted((first.low, second[0].high))
    quantity = Quantity(first.start, second[0].end, low, high, unit, is_range=True, name=middle["name"])
    return Statement(quantity, Comparator(None, first.start, first.start, "≤"), None, middle=True)


def _says_nothing(statement: Statement) -> bool:
    """A number with no unit, comparator or range: most numbers of a text, so they go first."""
    bare = statement.quantity.unit is NO_UNIT and not statement.quantity.is_range and not statement.quantity.name
    return bare and statement.right is None and (statement.left is None or statement.left.word in {"在", "是"})


def _read(text: str) -> Iterator[Statement]:
    done = 0
    for anchor in ANCHOR.finditer(text):
        at = anchor.start()
        if at < done:
            continue
        if (end := end_of_dull(text, at)) > at:
            done = end
            continue
        if anchor[0] == "双":
            yield from _double_85(at)
            done = at + len(DOUBLE_85)
            continue
        quantities = read_quantities(text, at)
        done = max(anchor.end(), quantities[-1].end) if quantities else anchor.end()
        if quantities and (both := _two_sided(text, quantities[-1])) is not None:
            yield both
            done = both.end
            continue
        for quantity in quantities:
            statement = Statement(quantity, read_left(text, quantity.start), read_right(text, quantity.end))
            if not _says_nothing(statement):
                yield statement


def read_statements(text: str) -> list[Statement]:
    """Every quantity of a folded text; members of a list share comparators (达到3μm或5μm以上)."""
    found = list(_read(text))
    for here in range(1, len(found)):
        before, after = found[here - 1], found[here]
        dimension = before.quantity.unit.dimension
        if not dimension or dimension != after.quantity.unit.dimension or before.right is not None:
            continue
        if not is_list_gap(text[before.quantity.end : after.quantity.start]):
            continue
        if after.left is None and before.left is not None:
            left = before.left._replace(start=after.quantity.start, end=after.quantity.start)
            found[here] = after._replace(left=left)
        if after.left is None and after.right is not None:
            right = Comparator(after.right.op, before.quantity.end, before.quantity.end, after.right.word)
            found[here - 1] = before._replace(right=right)
    return found
