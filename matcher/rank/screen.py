"""The hard conditions of one query against a whole side at once, from its columns: no record is read.

Says of every record what `check_gates` says of it (a test compares the two), only not why.
"""

import datetime as dt
from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt

from matcher.index.columns import UNKNOWN, Columns, TextColumn
from matcher.rank.gates import OVER, blocks, inside
from matcher.records import Achievement, GateState, Need, Record, Region

__all__ = ["failing_rows"]

Mask = npt.NDArray[np.bool_]


def failing_rows(query: Record, partners: Columns, *, hard: frozenset[str], today: dt.date) -> Mask:
    """Bool (n,), True where a pair fails a hard condition.

    Args:
        query: a need, or an achievement.
        partners: columns of the other side.
        hard: names of the conditions that count.
        today: the day validity is judged on.
    """
    fails = np.zeros(partners.count, dtype=np.bool_)
    conditions = _of_need(query, partners) if isinstance(query, Need) else _of_achievement(query, partners)
    for name, failing in (*conditions, ("validity", lambda: _over(partners, today))):
        if name in hard:
            fails |= failing()
    return fails


_Condition = tuple[str, Callable[[], Mask]]


def _of_need(need: Need, achievements: Columns) -> Iterator[_Condition]:
    texts, numbers = achievements.texts, achievements.numbers
    if need.region_scope:
        scopes = need.region_scope
        yield "region", lambda: _any(texts["region"], lambda at: all(_outside(_region(at), s) for s in scopes))
    if need.trl_min is not None:
        least = need.trl_min
        stated = numbers["trl_low"] != UNKNOWN
        yield "trl", lambda: stated & (numbers["trl_low"] < least) & (numbers["trl_high"] < least)
    if need.modes:
        yield "modes", lambda: _none(texts["modes"], frozenset(need.modes).__contains__)
    if need.budget_high_cny is not None:
        budget = need.budget_high_cny
        yield "budget", lambda: _any(texts["price_low"], lambda price: float(price) > budget)
    if need.blocked_orgs:
        yield "blocked", lambda: _any(texts["org"], lambda org: any(blocks(name, org) for name in need.blocked_orgs))


def _of_achievement(achievement: Record, needs: Columns) -> Iterator[_Condition]:
    texts, numbers = needs.texts, needs.numbers
    if not isinstance(achievement, Achievement):
        return
    place, band, price = achievement.region, achievement.trl, achievement.price
    if place is not None:
        yield "region", lambda: _none(texts["scope"], lambda scope: not _outside(place, _region(scope, "|")))
    if band is not None:
        highest = max(band.low, band.high)
        yield "trl", lambda: numbers["trl_low"] > highest
    if achievement.transfer_modes:
        yield "modes", lambda: _none(texts["modes"], frozenset(achievement.transfer_modes).__contains__)
    if price is not None and price.low_cny is not None:
        low = price.low_cny
        yield "budget", lambda: _any(texts["budget_high"], lambda budget: float(budget) < low)
    if achievement.org:
        yield "blocked", lambda: _any(texts["blocked"], lambda name: blocks(name, achievement.org))


def _over(columns: Columns, today: dt.date) -> Mask:
    until = columns.numbers["valid_until"]
    expired: Mask = (until != UNKNOWN) & (until < today.toordinal())
    return expired | _any(columns.texts["status"], OVER.__contains__)


def _region(value: str, between: str = "\t") -> Region:
    """A region as a column holds it."""
    code, _, name = value.partition(between)
    return Region(name=name, code=code)


def _outside(place: Region, scope: Region) -> bool:
    return inside(place, scope) is GateState.FAIL


def _any(column: TextColumn, true: Callable[[str], bool]) -> Mask:
    """Where the column holds a value for which this is true."""
    found = np.zeros(column.count, dtype=np.bool_)
    good = np.fromiter(map(true, column.values), dtype=np.bool_, count=len(column.values))
    found[column.rows[good[column.codes]]] = True
    return found


def _none(column: TextColumn, true: Callable[[str], bool]) -> Mask:
    """Where the column holds something, but no value for which this is true."""
    stated = np.zeros(column.count, dtype=np.bool_)
    stated[column.rows] = True
    return stated & ~_any(column, true)
