"""Does a stated value meet a required one? Sets of numbers: what the need allows, and what the statement may mean.

Met where every number the achievement may mean is allowed, unmet where none is, unknown otherwise. The table holds the
verdicts for a quantity that is the better the higher; read it mirrored for one that is the better the lower.
A is the need's number (a–b its range), B the achievement's (c–d its range); ● met, ✕ unmet, ? unknown.

| need ↓ achievement → | ≥B, >B        | ≤B, <B        | =B, 达到B        | c–d, ~B (B ± 5 %)    |
|----------------------|---------------|---------------|------------------|----------------------|
| ≥A                   | ● B≥A, else ? | ✕ B<A, else ? | ● B≥A, else ✕    | ● c≥A, ✕ d<A, else ? |
| >A                   | ● B>A, >B=A   | ✕ B≤A, else ? | ● B>A, else ✕    | ● c>A, ✕ d≤A, else ? |
| ≤A                   | ✕ B>A, else ? | ● B≤A, else ? | ● B≤A, else ✕    | ● d≤A, ✕ c>A, else ? |
| <A                   | ✕ B≥A, else ? | ● B<A, <B=A   | ● B<A, else ✕    | ● d<A, ✕ c≥A, else ? |
| =A, better known     | as ≥A         | as ≥A         | as ≥A            | as ≥A                |
| =A, must be the same | ✕ B>A, else ? | ✕ B<A, else ? | ● B=A, else ✕    | ✕ A outside, else ?  |
| =A, neither          | ?             | ?             | ● B=A, else ?    | ?                    |
| ~A                   | as =A, with ± 10 % around A                                                |
| a–b                  | ✕ B>b, else ? | ✕ B<a, else ? | ● inside, else ✕ | ● inside, ✕ apart    |
| a–b, better known    | as a–b, but ? for what lies on the better side of the range                |
| a–b, to cope with    | ?             | ?             | ?                | ● covers a–b, else ✕ |
| ±t, a deviation      | ✕ B>t, else ? | ● B≤t, else ? | ● B≤t, else ✕    | ● d≤t, ✕ c>t, else ? |
| a change by A        | ? but for a change, compared as ≥A of its amount; the other way is negative |

An achievement's ±t states the deviation t, as a bare t does; 达到, 可达, 降至 report a figure reached and count as =.
A change told as 由B至C is the change and the value C. Shares changed from one share to another can mean points or
percent of the first: both are taken for possible.
"""

from math import inf

from matcher.rank.checks.base import Comparison, End, Why
from matcher.rank.checks.measure import Measure
from matcher.rank.checks.names import Name
from matcher.rank.checks.spans import Span, at_least, at_most, point
from matcher.rank.checks.tables import Better
from matcher.records import CheckState
from matcher.text.indicators import Direction, Op
from matcher.text.indicators.units import Dimension

__all__ = ["compare"]

_ABOUT_NEED = 0.10
_ABOUT_STATED = 0.05
# 约97% is not 92–102 %: a share is about right within a point.
_ABOUT_SHARE = 0.01
_TIMES: Dimension = (("times", 1),)
_POINT: Dimension = (("point", 1),)
_IP: Dimension = (("IP", 1),)


class _Allowed:
    """What a need allows; outside it, `soft_low` or `soft_high` says that the side is no failure, only unasked for."""

    def __init__(self, span: Span, *, soft_low: bool = False, soft_high: bool = False) -> None:
        self.span = span
        self.soft_low = soft_low
        self.soft_high = soft_high


def _about(value: float, share: float, *, percent: bool) -> Span:
    reach = abs(value) * share
    if percent:
        reach = min(reach, _ABOUT_SHARE)
    return Span(value - reach, value + reach)


def possible(measure: Measure) -> Span:
    """The numbers a statement of an achievement may mean."""
    low, high = measure.low, measure.high
    if measure.tolerance and high is not None:
        return point(high)
    if measure.op is Op.ABOUT and low is not None:
        return _about(low, _ABOUT_STATED, percent=measure.percent).widened(measure.error)
    span = Span(
        -inf if low is None else low,
        inf if high is None else high,
        low_open=measure.op is Op.MORE,
        high_open=measure.op is Op.LESS,
    )
    return span.widened(measure.error)


def _allowed(need: Measure, better: Better, *, deviation: bool) -> _Allowed:
    low, high = need.low, need.high
    if low is None or high is None:
        ends = (-inf if low is None else low, inf if high is None else high)
        return _Allowed(Span(*ends, low_open=need.op is Op.MORE, high_open=need.op is Op.LESS))
    if need.tolerance:
        return _Allowed(at_most(high))
    span = _about(low, _ABOUT_NEED, percent=need.percent) if need.op is Op.ABOUT else Span(low, high)
    if need.op is Op.RANGE:
        return _Allowed(span, soft_low=better is Better.DOWN, soft_high=better is Better.UP)
    if better is Better.UP:
        return _Allowed(at_least(span.low))
    if better is Better.DOWN or deviation:
        return _Allowed(at_most(span.high))
    soft = better is Better.NONE
    return _Allowed(span, soft_low=soft, soft_high=soft)


def _judge(allowed: _Allowed, stated: Span) -> Comparison:
    span = allowed.span
    if stated.inside(span):
        return _met(span, stated)
    low, high = stated.below(span), span.below(stated)
    if (low and allowed.soft_low) or (high and allowed.soft_high):
        return Comparison(CheckState.UNKNOWN, Why.OUTSIDE)
    if low:
        return Comparison(CheckState.UNMET, Why.NOTHING, _finite(stated.high - span.low), End.LOW)
    if high:
        return Comparison(CheckState.UNMET, Why.NOTHING, _finite(span.high - stated.low), End.HIGH)
    bounded = stated.low > -inf and stated.high < inf
    return Comparison(CheckState.UNKNOWN, Why.PARTLY if bounded else Why.LOOSE)


def _met(allowed: Span, stated: Span) -> Comparison:
    above, below = stated.low - allowed.low, allowed.high - stated.high
    if allowed.high == inf:
        return Comparison(CheckState.MET, Why.NOTHING, _finite(above), End.LOW)
    if allowed.low == -inf:
        return Comparison(CheckState.MET, Why.NOTHING, _finite(below), End.HIGH)
    return Comparison(CheckState.MET, Why.NOTHING, min(above, below), End.EITHER)


def _value(measure: Measure) -> float | None:
    return measure.low if measure.low is not None else measure.high


def _finite(margin: float) -> float | None:
    return margin if -inf < margin < inf else None


def _covers(need: Measure, stated: Measure) -> Comparison:
    """A range that a thing copes with against what it has to cope with."""
    span = possible(stated)
    low, high = need.low, need.high
    if low is not None and high is not None:
        margin = min(low - span.low, span.high - high)
        if Span(low, high).inside(span):
            return Comparison(CheckState.MET, Why.NOTHING, margin, End.EITHER)
        if need.op is Op.RANGE:
            return Comparison(CheckState.UNMET, Why.NOTHING, margin, End.EITHER)
        return Comparison(CheckState.UNKNOWN, Why.OUTSIDE)
    if low is not None:
        return _judge(_allowed(need, Better.UP, deviation=False), point(span.high))
    # ≤80 may tell the heat it will meet or the cold it must stand; below zero it is the cold.
    if high is not None and high < 0:
        return _judge(_allowed(need, Better.DOWN, deviation=False), point(span.low))
    return Comparison(CheckState.UNKNOWN, Why.LOOSE)


def _amount(stated: Measure, need: Measure) -> Span | None:
    """By how much the achievement changes the quantity in the need's direction, on the need's scale."""
    if stated.direction is not None:
        span = possible(stated)
        if stated.dimension != need.dimension:
            return _times(span, stated, need)
        return span if stated.direction is need.direction else span.negated()
    end = _value(stated)
    if stated.begin is None or end is None or stated.begin == 0.0:
        return None
    difference = end - stated.begin
    if need.direction is Direction.DECREASE:
        difference = -difference
    if not need.percent:
        points = need.dimension == _POINT and stated.percent
        return point(difference) if points or stated.dimension == need.dimension else None
    relative = difference / abs(stated.begin)
    ends = sorted((relative, difference)) if stated.percent else [relative, relative]
    return Span(ends[0], ends[1])


def _times(span: Span, stated: Measure, need: Measure) -> Span | None:
    """提高2倍 can mean to twice or by twice as much: +100 % or +200 %, both are taken for possible."""
    if stated.direction is not Direction.INCREASE or need.direction is not Direction.INCREASE:
        return None
    if stated.dimension == _TIMES and need.percent:
        return Span(span.low - 1, span.high)
    if need.dimension == _TIMES and stated.percent:
        return Span(span.low, span.high + 1)
    return None


def _compare_changes(need: Measure, stated: Measure) -> Comparison:
    amount = _amount(stated, need)
    if amount is None:
        return Comparison(CheckState.UNKNOWN, Why.CHANGE_ONLY if stated.direction else Why.VALUE_ONLY)
    if need.op in {Op.AT_MOST, Op.LESS} and need.high is not None:
        return _judge(_Allowed(at_most(need.high, strictly=need.op is Op.LESS)), amount)
    least = need.low or 0.0
    if need.op is Op.ABOUT:
        least -= _ABOUT_NEED * abs(least)
    return _judge(_Allowed(at_least(least, strictly=need.op is Op.MORE)), amount)


def compare(need: Measure, stated: Measure, name: Name) -> Comparison:
    """The verdict on one pair of values of one quantity, on one scale; see the table of this module."""
    if need.direction is not None:
        return _compare_changes(need, stated)
    if stated.direction is not None:
        return Comparison(CheckState.UNKNOWN, Why.CHANGE_ONLY)
    if need.dimension == _IP:
        return _protection(need, stated)
    better = name.quantity.better if name.quantity is not None else Better.NONE
    deviation = need.tolerance or stated.tolerance
    if name.flagged("span") and stated.op is Op.RANGE and not deviation:
        return _covers(need, stated)
    doubt = _doubt(need, stated, name, better)
    if doubt is not None:
        return Comparison(CheckState.UNKNOWN, doubt)
    span = possible(stated).widened(need.error)
    if deviation and span.high <= 0:
        span = span.negated()
    return _judge(_allowed(need, better, deviation=deviation), span)


def _doubt(need: Measure, stated: Measure, name: Name, better: Better) -> Why | None:
    """Why two values cannot be compared as numbers, None where they can."""
    if need.grade and better is Better.NONE and _value(need) != _value(stated):
        # Whether a higher class is the better one depends on the standard.
        return Why.GRADE
    ceiling = need.low is None and (need.high or 0.0) >= 0
    if name.flagged("span") and not (need.tolerance or stated.tolerance) and (need.op is Op.RANGE or ceiling):
        return Why.LOOSE
    if stated.tolerance and not need.tolerance and (need.op is Op.RANGE or need.high is None):
        return Why.OUTSIDE
    return None


def _protection(need: Measure, stated: Measure) -> Comparison:
    """IP codes: the first digit is for solids, the second for water; both have to reach what is asked."""
    asked, given = _value(need), _value(stated)
    if asked is None or given is None or min(asked, given) < 10 or stated.op not in {Op.EQUAL, Op.AT_LEAST}:
        return Comparison(CheckState.UNKNOWN, Why.LOOSE)
    enough = all(have >= want for have, want in zip(divmod(int(given), 10), divmod(int(asked), 10), strict=True))
    if enough:
        return Comparison(CheckState.MET)
    return Comparison(CheckState.UNKNOWN, Why.LOOSE) if stated.op is Op.AT_LEAST else Comparison(CheckState.UNMET)
