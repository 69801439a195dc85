"""The year by quarters: bureaus report by them."""

from dataclasses import dataclass

from api.routes.bodies.statistics import OverviewOut

__all__ = ["Quarter", "quarters"]

_MONTHS = 3


@dataclass(frozen=True, slots=True)
class Quarter:
    """What was done in the quarter `number`, 1 to 4; `ended` where all of its days are over."""

    number: int
    contracts: int
    contracts_cny: float
    introductions: int
    needs: int
    achievements: int
    ended: bool


def quarters(found: OverviewOut, months_over: int, *, year_over: bool) -> list[Quarter]:
    """The quarters that have begun.

    Args:
        found: figures of the year, by month.
        months_over: months of which there are figures, 0 to 12, the present one among them.
        year_over: whether the last of these months is over too.
    """
    made = []
    for first in range(0, months_over, _MONTHS):
        part = slice(first, min(first + _MONTHS, months_over))
        signed = found.contracts.months[part]
        made.append(
            Quarter(
                number=first // _MONTHS + 1,
                contracts=sum(month.count for month in signed),
                contracts_cny=sum(month.amount_cny for month in signed),
                introductions=sum(found.introductions.by_month[part]),
                needs=sum(found.needs.new_by_month[part]),
                achievements=sum(found.achievements.new_by_month[part]),
                ended=year_over or months_over > first + _MONTHS,
            )
        )
    return made
