"""How many needs and achievements there are by state, and how many were entered in each month of a year."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.db.tables import RecordRow
from api.records.states import State
from api.statistics.counts import Count, counted
from api.statistics.year import MONTHS, Year
from matcher.records import Side

__all__ = ["SideCounts", "side_counts"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SideCounts:
    """One side: what is not deleted by its present state, and the 12 months in which it was entered."""

    states: tuple[Count, ...]
    new_by_month: tuple[int, ...]

    @property
    def total(self) -> int:
        """In all states."""
        return sum(state.count for state in self.states)

    @property
    def new(self) -> int:
        """Entered in the year."""
        return sum(self.new_by_month)


def side_counts(session: Session, year: Year) -> dict[Side, SideCounts]:
    """Both sides. Numbers only: drafts and records for their owners alone count too, and nobody learns which."""
    months = year.counts(RecordRow.created_at)
    found = session.execute(
        select(RecordRow.side, RecordRow.state, func.count(), *months)
        .where(RecordRow.deleted_at.is_(None))
        .group_by(RecordRow.side, RecordRow.state)
    ).all()
    counts: dict[Side, SideCounts] = {}
    for side in Side:
        rows = [row for row in found if row[0] == side.value]
        counts[side] = SideCounts(
            states=counted(State, {row[1]: row[2] for row in rows}),
            new_by_month=tuple(sum(int(row[2 + month]) for row in rows) for month in MONTHS),
        )
    return counts
