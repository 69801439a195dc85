"""Amounts of money as people write them in Chinese."""

__all__ = ["about", "yuan"]


def yuan(amount_cny: float) -> str:
    """`500000` → `50 万元`, `250000000` → `2.5 亿元`, `800` → `800 元`."""
    if amount_cny >= 1e8:
        return f"{amount_cny / 1e8:g} 亿元"
    return f"{amount_cny / 1e4:g} 万元" if amount_cny >= 1e3 else f"{amount_cny:g} 元"


def about(amount_cny: float) -> str:
    """An estimate, to three significant figures: `228546` → `22.9 万元`."""
    return yuan(float(f"{amount_cny:.3g}"))
