"""Amounts of money that are typed."""

from decimal import Decimal

import pytest

from api.web.amounts import typed_cny


@pytest.mark.parametrize(
    ("typed", "cny"),
    [
        ("30", "300000"),
        ("30 万元", "300000"),
        ("30万", "300000"),
        ("12.5", "125000"),
        ("1,200", "12000000"),
        ("¥800 元", "800"),
        ("0.003亿", "300000"),
        ("20 亿元", "2000000000"),
    ],
)
def test_wan_where_no_unit_is(typed: str, cny: str) -> None:
    assert typed_cny(typed) == Decimal(cny)


@pytest.mark.parametrize("typed", ["", "三十", "-3", "30 dollars", ",", "1.2.3", "万元"])
def test_no_amount(typed: str) -> None:
    assert typed_cny(typed) is None
