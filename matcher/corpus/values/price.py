"""Prices of a technology."""

from matcher.corpus.values.money import money_text, parse_money
from matcher.records import Price, PriceKind

__all__ = ["parse_price", "render_price"]


def parse_price(text: str, unit_cny: float | None = None) -> Price | None:
    """Read a price: 面议 is negotiable, 50万元 firm, 不低于100万 a floor, ranges and estimates are indicative.

    Args:
        text: the cell; kept in `Price.raw`.
        unit_cny: CNY per bare number, from the heading.
    """
    money = parse_money(text, unit_cny)
    if money is None:
        return None
    if money.low_cny is None and money.high_cny is None:
        kind = PriceKind.NEGOTIABLE
    elif money.high_cny is None:
        kind = PriceKind.FLOOR
    elif money.low_cny == money.high_cny and not money.about:
        kind = PriceKind.FIRM
    else:
        kind = PriceKind.INDICATIVE
    return Price(kind=kind, low_cny=money.low_cny, high_cny=money.high_cny, raw=text.strip())


def render_price(price: Price) -> str:
    """Write a price so that reading it gives the same kind and bounds."""
    if price.kind is PriceKind.NEGOTIABLE:
        return "面议"
    single = price.low_cny is not None and price.low_cny == price.high_cny
    about = "约" if price.kind is PriceKind.INDICATIVE and single else ""
    return about + money_text(price.low_cny, price.high_cny)
