"""Expected values by arithmetic a reader can redo."""

import pytest

from api.db.tables import Introduction
from api.introductions.stages import Stage
from api.introductions.worth import Amount, chance, expected_amount, typical_amount, untried_chance
from matcher.records import Achievement, Need, Price, PriceKind
from tests.api.introductions.pairs import asked
from tests.api.world import World

TYPICAL = Amount(1.0, "x")


@pytest.mark.parametrize(
    ("stage", "fit", "expected"),
    [
        (Stage.NEW, None, 0.05),
        (Stage.CONTACTED, 0.0, 0.05),
        (Stage.NEGOTIATING, 1.0, 0.525),
        (Stage.NEGOTIATING, 0.5, 0.35),
        (Stage.SIGNED, 1.0, 0.0),
        (Stage.LOST, 1.0, 0.0),
    ],
)
def test_chance(stage: Stage, fit: float | None, expected: float) -> None:
    assert chance(stage, fit) == pytest.approx(expected)


@pytest.mark.parametrize(("fit", "expected"), [(0.0, 0.0), (0.08, 0.008), (0.5, 0.05), (1.0, 0.1)])
def test_of_a_pair_nobody_asked_for_only_the_fit_speaks(fit: float, expected: float) -> None:
    assert untried_chance(fit) == pytest.approx(expected)


def test_the_amount_is_the_mean_of_the_middles_that_are_stated() -> None:
    need = Need(id="n", title="n", budget_low_cny=200_000, budget_high_cny=400_000)
    price = Price(kind=PriceKind.INDICATIVE, low_cny=500_000)
    achievement = Achievement(id="a", title="a", price=price)
    silent = Need(id="m", title="m")
    assert expected_amount(need, achievement, TYPICAL) == Amount(400_000, "按预算和价格")
    assert expected_amount(need, None, TYPICAL) == Amount(300_000, "按预算")
    assert expected_amount(silent, achievement, TYPICAL) == Amount(500_000, "按价格")
    assert expected_amount(silent, None, TYPICAL) is TYPICAL


def test_the_typical_amount_needs_ten_contracts_and_tells_of_none(world: World) -> None:
    made = [asked(world)["id"] for _ in range(10)]
    with world.service.database.work() as session:
        for number, introduction_id in enumerate(made[:9], 1):
            row = session.get_one(Introduction, introduction_id)
            row.stage, row.contract_cny = "signed", number * 111_111.0
        session.flush()
        assert typical_amount(session).cny == 300_000
        row = session.get_one(Introduction, made[9])
        row.stage, row.contract_cny = "signed", 5_000_000.0
        session.flush()
        # The median of 1…9 and a large one, times 111,111: between the fifth and the sixth, 611,110.5 → 610,000.
        assert typical_amount(session).cny == 610_000
