"""A calendar year in China, and what falls into each of its months, as conditions any database understands."""

import datetime as dt
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func

from api.days import CHINA

__all__ = ["MONTHS", "Year"]

MONTHS = range(1, 13)


@dataclass(frozen=True, slots=True)
class Year:
    """One year; its months begin at midnight in China. `number`: 1 to 9998."""

    number: int

    @property
    def starts(self) -> tuple[dt.date, ...]:
        """The first day of each month, and of the next year: 13 days."""
        return (*(dt.date(self.number, month, 1) for month in MONTHS), dt.date(self.number + 1, 1, 1))

    def has(self, moment: Any) -> ColumnElement[bool]:
        """Whether a column of moments falls into the year."""
        first, *_, end = map(_midnight, self.starts)
        return and_(moment >= first, moment < end)

    def has_day(self, day: Any) -> ColumnElement[bool]:
        """Whether a column of days falls into the year."""
        first, *_, end = self.starts
        return and_(day >= first, day < end)

    def counts(self, moment: Any) -> list[ColumnElement[int]]:
        """For each month how many rows have their moment in it."""
        bounds = pairwise(map(_midnight, self.starts))
        return [func.count(case((and_(moment >= first, moment < end), 1))) for first, end in bounds]

    def day_counts(self, day: Any) -> list[ColumnElement[int]]:
        """For each month how many rows have their day in it."""
        return [func.count(case((inside, 1))) for inside in self._months(day)]

    def day_sums(self, day: Any, amount: Any) -> list[ColumnElement[float]]:
        """For each month the sum of the amounts of rows that have their day in it."""
        return [func.sum(case((inside, amount), else_=0.0)) for inside in self._months(day)]

    def _months(self, day: Any) -> list[ColumnElement[bool]]:
        return [and_(day >= first, day < end) for first, end in pairwise(self.starts)]


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), CHINA)
