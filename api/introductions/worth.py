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
    "chance",
    "expected_amount",
    "typical_amount",
    "untried_chance",
]

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
    stated: list[tuple[str, float]] = []
    if need is not None and (middle := _middle(need.budget_low_cny, need.budget_high_cny)) is not None:
        stated.append(("预算", middle))
    price = None if achievement is None else achievement.price
    if price is not None and (middle := _middle(price.low_cny, price.high_cny)) is not None:
        stated.append(("价格", middle))
    if not stated:
        return typical
    return Amount(statistics.fmean(cny for _, cny in stated), "按" + "和".join(name for name, _ in stated))


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
