"""Budgets of a need."""

from matcher.corpus.values.money import money_text, parse_money

__all__ = ["Budget", "parse_budget", "render_budget"]

Budget = tuple[float | None, float | None]
"""(low, high) in CNY; both None when open to negotiation."""


def parse_budget(text: str, unit_cny: float | None = None) -> Budget | None:
    """Read a budget; `unit_cny` is CNY per bare number, from the heading. A budget of nothing was not filled in."""
    money = parse_money(text, unit_cny)
    return None if money is None or money.high_cny == 0 else (money.low_cny, money.high_cny)


def render_budget(budget: Budget) -> str:
    """Write a budget so that reading it gives the same bounds."""
    return money_text(*budget) or "面议"
