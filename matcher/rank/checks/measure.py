"""A stated value in numbers that can be compared: one scale for all units of a dimension, °C for temperatures."""

from dataclasses import dataclass, replace
from functools import lru_cache

from matcher.rank.checks.names import Name
from matcher.rank.checks.tables import pattern
from matcher.text.indicators import Direction, Indicator, Op
from matcher.text.indicators.fold import fold
from matcher.text.indicators.units import Dimension, Unit, parse_unit

__all__ = ["Measure", "read_measure", "same_scale"]

_ZERO_CELSIUS_K = 273.15
_LENGTH: Dimension = (("L", 1),)
_MESH: Dimension = (("mesh", 1),)
# Counts of one thing that texts write in different words: 循环500次, 500圈, 500 cycles.
_COUNTED: tuple[Dimension, ...] = ((("cycle", 1),), (("time", 1),))
# Mesh number × aperture in micrometres of the Tyler and ISO 3310-1 sieves from 20 to 400 mesh: 14,900 ± 7 %.
_MESH_METRES = 14_900e-6
_MESH_ERROR = 0.1


@dataclass(frozen=True, slots=True)
class Measure:
    """Bounds on the common scale (`low` ≤ `high`, None where open); a written value v is `v * factor + offset` there.

    `op` is the comparator, of the amount where `direction` says that it is a change; `tolerance`: a deviation ±high;
    `error` is how far the conversion may be off, as a share of the value; `grade`: a class, not an amount.
    `begin` is where a change told as 由…至… begins, on the common scale.
    """

    op: Op
    low: float | None
    high: float | None
    dimension: Dimension
    unit: str
    factor: float
    offset: float = 0.0
    direction: Direction | None = None
    tolerance: bool = False
    error: float = 0.0
    grade: bool = False
    percent: bool = False
    begin: float | None = None

    def written(self, value: float) -> float:
        """A value of the common scale in the unit as written, rounded to 9 digits."""
        return float(f"{(value - self.offset) / self.factor:.9g}")

    def on_scale(self, value: float) -> float:
        """A written value on the common scale."""
        return value * self.factor + self.offset


@lru_cache(maxsize=4096)
def _unit(text: str, canonical: str) -> Unit | None:
    """The unit as written where its spelling is plain, else the canonical one: the extractor settles 度, C, K."""
    written = parse_unit(text) if text else None
    plain = parse_unit(canonical)
    return written if written is not None and plain is not None and written.dimension == plain.dimension else plain


def _scale(indicator: Indicator) -> tuple[Dimension, float, float, bool]:
    """Dimension, factor to the common scale, offset, and whether it is a share."""
    canonical = indicator.canonical_unit
    unit = _unit(indicator.unit, canonical)
    if unit is None:
        return (), 1.0, 0.0, False
    if canonical == "degC":
        kelvin = indicator.unit in {"K", "kelvin"}
        return unit.dimension, 1.0, -_ZERO_CELSIUS_K if kelvin else 0.0, False
    return unit.dimension, unit.si, 0.0, unit.dimension == (("ratio", 1),)


def _is_difference(indicator: Indicator, name: Name, *, tolerance: bool) -> bool:
    """Whether a temperature is a difference, which has no zero of its own: 温差≤3K is 3 ℃."""
    if tolerance or indicator.op is Op.CHANGE or any(axis == "spread" for axis, _ in name.hard):
        return True
    return name.quantity is not None and pattern("difference").search(name.quantity.name) is not None


def read_measure(indicator: Indicator, name: Name) -> Measure:
    """The value of an indicator on the common scale of its dimension."""
    text = fold(indicator.text)
    tolerance = indicator.op is Op.RANGE and "±" in text.replace("+/-", "±") and indicator.low == -(indicator.high or 0)
    dimension, factor, offset, percent = _scale(indicator)
    unit = indicator.unit
    if not dimension and name.quantity is not None and name.quantity.unit is not None:
        meant = name.quantity.unit
        dimension, factor, unit = meant.dimension, meant.si, meant.text
    if _is_difference(indicator, name, tolerance=tolerance):
        offset = 0.0
    op = indicator.op2 or Op.EQUAL if indicator.op is Op.CHANGE else indicator.op
    return Measure(
        op=op,
        low=None if indicator.low is None else indicator.low * factor + offset,
        high=None if indicator.high is None else indicator.high * factor + offset,
        dimension=dimension,
        unit=unit,
        factor=factor,
        offset=offset,
        direction=indicator.direction,
        tolerance=tolerance,
        grade=indicator.canonical_unit == "级",
        percent=percent,
    )


_FLIPPED = {Op.AT_LEAST: Op.AT_MOST, Op.AT_MOST: Op.AT_LEAST, Op.MORE: Op.LESS, Op.LESS: Op.MORE}


def _as_length(mesh: Measure) -> Measure:
    """A sieve number as the size of grain that passes: the more meshes, the finer."""
    low = None if not mesh.high else _MESH_METRES / mesh.high
    high = None if not mesh.low else _MESH_METRES / mesh.low
    micrometre = 1e-6
    return replace(
        mesh,
        op=_FLIPPED.get(mesh.op, mesh.op),
        low=low,
        high=high,
        dimension=_LENGTH,
        unit="μm",
        factor=micrometre,
        error=_MESH_ERROR,
    )


def same_scale(need: Measure, achievement: Measure, name: Name) -> tuple[Measure, Measure] | None:
    """Both on one scale, or None where their dimensions cannot be compared; a change is compared by its amount."""
    if need.dimension == achievement.dimension or need.direction is not None or achievement.direction is not None:
        return need, achievement
    if need.dimension in _COUNTED and achievement.dimension in _COUNTED:
        return need, achievement
    if name.flagged("mesh") and {need.dimension, achievement.dimension} == {_LENGTH, _MESH}:
        return (
            _as_length(need) if need.dimension == _MESH else need,
            _as_length(achievement) if achievement.dimension == _MESH else achievement,
        )
    return None
