"""The targets of a year, set as a whole by the bureau; who set what goes into the audit log."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from api.access.caller import Caller
from api.audit import note
from api.db.base import now
from api.db.tables import Target

__all__ = ["Measure", "Targets", "put_targets", "read_targets"]


class Measure(StrEnum):
    """What a target can be set for."""

    CONTRACTS_CNY = "contracts_cny"
    CONTRACTS = "contracts"
    INTRODUCTIONS = "introductions"
    NEEDS = "needs"
    ACHIEVEMENTS = "achievements"

    @property
    def label(self) -> str:
        """The Chinese name."""
        return _LABELS[self]


_LABELS = {
    Measure.CONTRACTS_CNY: "技术合同成交额（元）",
    Measure.CONTRACTS: "技术合同份数",
    Measure.INTRODUCTIONS: "发起的对接",
    Measure.NEEDS: "新增需求",
    Measure.ACHIEVEMENTS: "新增成果",
}


@dataclass(frozen=True, slots=True)
class Targets:
    """The targets of a year; a measure without one is left out. `changed_at` is None where none was ever set."""

    year: int
    values: Mapping[Measure, float]
    changed_at: dt.datetime | None


def read_targets(session: Session, year: int) -> Targets:
    """The targets of a year, none where nobody set any."""
    rows = session.scalars(select(Target).where(Target.year == year)).all()
    values = {Measure(row.measure): row.value for row in rows}
    return Targets(year, values, max((row.set_at for row in rows), default=None))


def put_targets(session: Session, caller: Caller, year: int, values: Mapping[Measure, float]) -> Targets:
    """Put these targets in the place of all there were for the year; values are finite and ≥ 0.

    Of two that do so at once the second waits for the first and replaces what that one set, all of it.
    """
    if session.get_bind().dialect.name == "postgresql":
        # Rows that are not there yet cannot be locked. On SQLite a unit of work is alone from its beginning.
        session.execute(text(f"LOCK TABLE {Target.__tablename__} IN SHARE ROW EXCLUSIVE MODE"))
    moment = now()
    there = {row.measure: row for row in session.scalars(select(Target).where(Target.year == year))}
    for measure in Measure:
        row = there.get(measure.value)
        if measure not in values:
            if row is not None:
                session.delete(row)
        elif row is None:
            session.add(
                Target(
                    year=year,
                    measure=measure.value,
                    value=values[measure],
                    set_by=caller.account_id,
                    set_at=moment,
                )
            )
        else:
            row.value, row.set_by, row.set_at = values[measure], caller.account_id, moment
    detail = {measure.value: values[measure] for measure in Measure if measure in values}
    note(session, caller, "targets", kind="targets", thing_id=str(year), detail=detail)
    session.flush()
    return read_targets(session, year)
