"""Amounts of money as people type them into a form whose unit is 万元."""

import re
from decimal import Decimal

__all__ = ["typed_cny"]

_AMOUNT = re.compile(r"[¥￥]?\s*([\d,，]+(?:\.\d+)?)\s*(亿元?|万元?|元|)")
_UNITS = {"亿": 100_000_000, "万": 10_000, "元": 1, "": 10_000}


def typed_cny(text: str) -> Decimal | None:
    """Yuan of what was typed: `30`, `30 万元` and `0.003 亿` are 300,000; None where it is no amount."""
    found = _AMOUNT.fullmatch(text.strip())
    digits = re.sub("[,，]", "", found[1]) if found else ""
    if found is None or not digits:
        return None
    return Decimal(digits) * _UNITS[found[2][:1]]
