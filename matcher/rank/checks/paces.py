"""Amounts a day or a year, told by the name (年处理能力1000吨) or by the unit (1000吨/年), on one scale."""

import re
from dataclasses import replace

from matcher.rank.checks.measure import Measure
from matcher.rank.checks.names import Name
from matcher.text.indicators.units import parse_unit

__all__ = ["paced"]

_UNITS = {"year": "年", "day": "天", "hour": "小时"}
_YEARLY = re.compile(r"/(?:年|a)$")
_AXIS = "pace"
_YEAR = (_AXIS, "year")


def paced(name: Name, measure: Measure) -> tuple[Name, Measure]:
    """A name and its measure with the pace in the unit; a year stays in the name, as nobody knows its working days."""
    if not name.flagged(_AXIS) or measure.direction is not None:
        return name, measure
    pace = next((value for axis, value in name.hard if axis == _AXIS), None)
    others = frozenset(item for item in name.hard if item[0] != _AXIS)
    if any(base == "T" for base, _ in measure.dimension):
        yearly = pace == "year" or _YEARLY.search(measure.unit) is not None
        return replace(name, hard=others | {_YEAR} if yearly else others), measure
    time = parse_unit(_UNITS[pace]) if pace in _UNITS else None
    if time is None or not measure.dimension:
        return name, measure
    low, high, begin = (
        None if value is None else value / time.si for value in (measure.low, measure.high, measure.begin)
    )
    return replace(name, hard=others | {_YEAR} if pace == "year" else others), replace(
        measure,
        low=low,
        high=high,
        begin=begin,
        factor=measure.factor / time.si,
        dimension=tuple(sorted((*measure.dimension, ("T", -1)))),
        unit=f"{measure.unit}/{time.text}",
    )
