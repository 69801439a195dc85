"""What an introduction is likely to bring: chance of a contract × its amount (docs/introductions.md)."""

import statistics
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.db.tables import Introduction
from api.introductions.stages import Stage
from matcher.records import Achievement, Need

__all__ = [
    "CHANCES",
    "DEFAULT_CNY",
    "LEAST_SIGNED",
    "Amount",
    "Range",
    "chance",
    "expected_amount",
    "stated_amount",
    "typical_amount",
    "untried_chance",
]

Range = tuple[float | None, float | None]
CHANCES: Mapping[Stage, float] = MappingProxyType({Stage.NEW: 0.05, Stage.CONTACTED: 0.1, Stage.NEGOTIATING: 0.35})
"""Chance of a contract by stage, at an even fit. Judgement: a large site signed 2.4 % of what it listed."""
DEFAULT_CNY = 300_000.0
"""What a contract brings where nothing is stated and too few were signed here."""
LEAST_SIGNED = 10
"""From how many signed contracts on their median is taken; of fewer it would tell of single ones."""


@dataclass(frozen=True, slots=True)
class Amount:
    """CNY ≥ 0, and in Chinese where it comes from."""

    cny: float
    basis: str


def chance(stage: Stage, fit: float | None) -> float:
    """CHANCES[stage] · (½ + fit), for fit = P(level ≥ 3) in [0, 1]; without a fit as for ½. 0 once it has ended."""
    return CHANCES.get(stage, 0.0) * (0.5 + (0.5 if fit is None else fit))


def untried_chance(fit: float) -> float:
    """Of a pair that nobody has asked for: CHANCES[new] · 2 · fit, the same as `chance` at an even fit.

    Somebody who asks knows something that speaks for the pair; here only the fit does, and of a pair that does not fit
    nothing is to be hoped for, however dear the need.
    """
    return CHANCES[Stage.NEW] * 2 * fit


def expected_amount(need: Need | None, achievement: Achievement | None, typical: Amount) -> Amount:
    """The mean of what the two sides state as far as the reader sees it (middles of ranges), else `typical`."""
    price = None if achievement is None else achievement.price
    return stated_amount(
        (None, None) if need is None else (need.budget_low_cny, need.budget_high_cny),
        (None, None) if price is None else (price.low_cny, price.high_cny),
        typical,
    )


def stated_amount(budget: Range, price: Range, typical: Amount) -> Amount:
    """The mean of the middles of two ranges in CNY, low and high or None where not stated; `typical` without any."""
    middles = {"预算": _middle(*budget), "价格": _middle(*price)}
    stated = {name: cny for name, cny in middles.items() if cny is not None}
    if not stated:
        return typical
    return Amount(statistics.fmean(stated.values()), "按" + "和".join(stated))


def typical_amount(session: Session) -> Amount:
    """The median of all signed contracts, to two significant figures; `DEFAULT_CNY` while there are few."""
    signed = session.scalars(
        select(Introduction.contract_cny).where(
            Introduction.stage == Stage.SIGNED.value, Introduction.contract_cny.is_not(None)
        )
    ).all()
    amounts = [cny for cny in signed if cny is not None]
    if len(amounts) < LEAST_SIGNED:
        return Amount(DEFAULT_CNY, "未写金额，按默认值")
    return Amount(float(f"{statistics.median(amounts):.1e}"), "未写金额，按已签合同的中位数")


def _middle(low: float | None, high: float | None) -> float | None:
    known = [cny for cny in (low, high) if cny is not None]
    return statistics.fmean(known) if known else None
