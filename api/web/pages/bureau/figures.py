"""Figures as a report has them: amounts in 万元 and 亿元, shares without digits that mean nothing."""

from api.web.languages import Language

__all__ = ["amount", "count", "percent", "wan"]

_WAN, _YI = 1e4, 1e8
_MILLION, _BILLION = 1e6, 1e9


def count(number: float) -> str:
    """`12345` → `12,345`."""
    return f"{number:,.0f}"


def amount(amount_cny: float, language: Language = Language.CHINESE) -> str:
    """`32500000` → `3,250 万元`, `2000000000` → `20 亿元`, `800` → `800 元`; in English `¥32.5 million`."""
    if language is Language.ENGLISH:
        if amount_cny >= _BILLION:
            return f"¥{_short(amount_cny / _BILLION)} billion"
        return f"¥{_short(amount_cny / _MILLION)} million" if amount_cny >= _MILLION else f"¥{_short(amount_cny)}"
    if amount_cny >= _YI:
        return f"{_short(amount_cny / _YI)} 亿元"
    return f"{_short(amount_cny / _WAN)} 万元" if amount_cny >= _WAN else f"{_short(amount_cny)} 元"


def wan(amount_cny: float) -> str:
    """In 万元 without the unit, for the cells of a table: `325000` → `32.5`."""
    return _short(amount_cny / _WAN)


def percent(share: float) -> str:
    """A share ≥ 0: `0.016` → `1.6%`, `0.43` → `43%`; never 100% for less than all, nor 0% for more than none."""
    if share <= 0:
        return "0%"
    if share < 0.001:
        return "<0.1%"
    if share < 0.1:
        return f"{_short(share * 100, 1)}%"
    return f"{min(round(share * 100), 99)}%" if share < 1 else f"{share * 100:,.0f}%"


def _short(number: float, digits: int = 2) -> str:
    text = f"{number:,.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
