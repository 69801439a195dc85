"""Intervals of the real line with open or closed ends: the sets that a requirement allows and a statement may mean."""

from dataclasses import dataclass
from math import inf

__all__ = ["Span", "at_least", "at_most", "point"]

# Conversions leave errors in the last digits: 1.2 GPa is 1200 MPa.
_CLOSE = 1e-9


def _less(left: float, right: float, *, strictly: bool) -> bool:
    """Whether left < right (strictly) or left ≤ right, a difference in the last digits counting as none."""
    if left in {inf, -inf} or right in {inf, -inf}:
        return left < right if strictly else left <= right
    slack = _CLOSE * max(abs(left), abs(right))
    return left < right - slack if strictly else left <= right + slack


@dataclass(frozen=True, slots=True)
class Span:
    """`low` to `high`, ±inf where unbounded."""

    low: float = -inf
    high: float = inf
    low_open: bool = False
    high_open: bool = False

    def inside(self, other: "Span") -> bool:
        """Whether every point of this is in the other."""
        low = _less(other.low, self.low, strictly=other.low_open and not self.low_open)
        high = _less(self.high, other.high, strictly=other.high_open and not self.high_open)
        return low and high

    def below(self, other: "Span") -> bool:
        """Whether every point of this is less than every point of the other."""
        return _less(self.high, other.low, strictly=not (self.high_open or other.low_open))

    def negated(self) -> "Span":
        """The span mirrored at zero."""
        return Span(-self.high, -self.low, self.high_open, self.low_open)

    def widened(self, by: float) -> "Span":
        """Each finite end moved outwards by a share of its own size."""
        return Span(self.low - by * abs(self.low) if self.low > -inf else self.low,
                    self.high + by * abs(self.high) if self.high < inf else self.high,
                    self.low_open, self.high_open)  # fmt: skip


def point(value: float) -> Span:
    """One number."""
    return Span(value, value)


def at_least(value: float, *, strictly: bool = False) -> Span:
    """All numbers from a value upwards."""
    return Span(low=value, low_open=strictly)


def at_most(value: float, *, strictly: bool = False) -> Span:
    """All numbers up to a value."""
    return Span(high=value, high_open=strictly)
