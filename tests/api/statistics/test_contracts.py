"""Contracts by kind and by month."""

import datetime as dt

from api.statistics.contracts import contract_counts
from api.statistics.year import Year
from tests.api.statistics.entered import introduction, signed
from tests.api.world import World


def test_numbers_and_amounts(world: World) -> None:
    signed(world, "2026-01-01", "技术开发", 100_000.5)
    signed(world, "2026-01-31", "技术许可", 0.25)
    signed(world, "2026-12-31", "技术开发", 1_999_900_000.0)
    signed(world, "2025-12-31", "技术开发", 5.0)
    signed(world, "2027-01-01", "技术服务", 7.0)
    # A draft of a contract in a stage before signing does not count.
    introduction(
        world,
        "2026-02-01T00:00+08:00",
        stage="negotiating",
        contract_kind="技术服务",
        contract_cny=9.0,
        signed_on=dt.date(2026, 2, 1),
    )
    with world.service.database.reading() as session:
        found = contract_counts(session, Year(2026))
    assert [(kind.kind.value, kind.count, kind.amount_cny) for kind in found.kinds] == [
        ("技术开发", 2, 2_000_000_000.5),
        ("技术转让", 0, 0.0),
        ("技术许可", 1, 0.25),
        ("技术咨询", 0, 0.0),
        ("技术服务", 0, 0.0),
    ]
    assert (found.count, found.amount_cny) == (3, 2_000_000_000.75)
    months = {month.month: (month.count, month.amount_cny) for month in found.months}
    assert months == {
        1: (2, 100_000.75),
        12: (1, 1_999_900_000.0),
        **dict.fromkeys(range(2, 12), (0, 0.0)),
    }
