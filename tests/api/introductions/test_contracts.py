"""Contracts: five kinds, equity beside them, never signed in the future."""

import datetime as dt

import pytest

from api.errors import InvalidError
from api.introductions.contracts import Contract, ContractKind, check_signed_on
from matcher.records import TransferMode

DAY = dt.date(2026, 3, 1)


def test_the_kinds_are_the_modes_without_equity() -> None:
    assert {kind.value for kind in ContractKind} == {mode.value for mode in TransferMode} - {"作价入股"}


def test_a_contract_is_signed_today_at_the_latest() -> None:
    check_signed_on(Contract(kind=ContractKind.SERVICE, amount_cny=0, signed_on=DAY), DAY)
    later = Contract(kind=ContractKind.SERVICE, amount_cny=0, signed_on=DAY + dt.timedelta(days=1))
    with pytest.raises(InvalidError, match="2026-03-02"):
        check_signed_on(later, DAY)
