"""What an indicator is: one number a need asks for, a condition it is asked under, or a property an achievement has."""

from enum import StrEnum
from typing import NamedTuple

__all__ = ["Direction", "Indicator", "IndicatorKind", "Op"]


class Op(StrEnum):
    """How the value bounds the parameter: 以上/不低于 inclusive, 高于/大于 strict, `~` about, `change` relative."""

    AT_LEAST = ">="
    AT_MOST = "<="
    MORE = ">"
    LESS = "<"
    EQUAL = "="
    RANGE = "range"
    ABOUT = "~"
    CHANGE = "change"


class IndicatorKind(StrEnum):
    """What the number is for: asked for, a circumstance, or stated of an achievement."""

    TARGET = "target"
    CONDITION = "condition"
    PROPERTY = "property"


class Direction(StrEnum):
    """Which way a `change` goes."""

    INCREASE = "increase"
    DECREASE = "decrease"


class Indicator(NamedTuple):
    """One quantitative constraint of a text; `text == original[start:end]`.

    `low` and `high` are in `unit` as written (万, 亿 and powers of ten already multiplied in), `canonical_low` and
    `canonical_high` in `canonical_unit`; a missing bound is None, both are equal for `=` and `~`.
    `parameter` is "" where neither the words nor the unit name what is measured. `direction` and `op2` (the comparator
    of the change) are set exactly when `op` is `change`.

    A named tuple: a dense megabyte makes 30,000 of them, and a frozen dataclass costs five times as much to make.
    """

    parameter: str
    op: Op
    low: float | None
    high: float | None
    unit: str
    canonical_unit: str
    canonical_low: float | None
    canonical_high: float | None
    kind: IndicatorKind
    start: int
    end: int
    text: str
    direction: Direction | None = None
    op2: Op | None = None
