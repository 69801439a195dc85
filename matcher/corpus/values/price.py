"""Prices of a technology."""

from matcher.corpus.values.money import parse_money
from matcher.records import Price, PriceKind

__all__ = ["parse_price"]


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
