"""The needs nobody can serve, those that have waited longest first, as the caller may read them."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.days import china_day
from api.db.tables import RecordRow
from api.errors import InvalidError
from api.outlook.reading import outlooks
from api.records.reading import Reader, Seen
from api.records.states import State
from api.statistics.fields import FITS, plan_name
from matcher.records import Side

__all__ = ["MOST", "NO_FIELD", "PlanField", "Unserved", "Waiting", "shown", "waiting"]

MOST = 20_000
"""Needs in one file."""
NO_FIELD = "none"
"""Asks for needs without a field of the plan."""


@dataclass(frozen=True, slots=True)
class PlanField:
    """A field of the plan."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """A need, since when it waits, its best level (1 to FITS - 1; 0: no candidate) and its fields."""

    id: str
    since: dt.datetime
    best_level: int
    codes: tuple[str, ...]

    @property
    def place(self) -> str:
        """Where it stands in the list, as text in the list's order."""
        return f"{self.since.astimezone(dt.UTC).isoformat(timespec='microseconds')} {self.id}"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Unserved:
    """A need as it is shown; None where there is nothing, or nothing for the caller."""

    seen: Seen
    id: str
    title: str
    organisation: str | None
    region: str | None
    fields: tuple[PlanField, ...]
    best_level: int | None
    published_at: dt.datetime
    waiting_days: int
    valid_until: dt.date | None


def waiting(reader: Reader, field: str = "") -> list[Waiting]:
    """Needs the caller may know of whose best level is below `FITS`, oldest publication first, then by id.

    Args:
        reader: who asks.
        field: code of a plan field, `NO_FIELD`, or "" for all.
    """
    poor = {
        item.need_id: (item.best_level, item.plan_codes)
        for item in outlooks(reader.session)
        if item.best_level < FITS and _in_field(item.plan_codes, field)
    }
    # What a feed brought back before that moment was kept with it may have none.
    since = func.coalesce(RecordRow.published_at, RecordRow.created_at)
    known = reader.session.execute(
        select(RecordRow.id, since)
        .where(RecordRow.side == Side.NEED, RecordRow.state == State.PUBLISHED, reader.visible)
        .order_by(since, RecordRow.id)
    )
    return [Waiting(need_id, moment, *poor[need_id]) for need_id, moment in known if need_id in poor]


def shown(reader: Reader, items: Sequence[Waiting], *, today: dt.date | None = None) -> list[Unserved]:
    """These needs as the caller may read them, in their order; what was shown is to be logged by `Unserved.seen`.

    Raises:
        InvalidError: more than `MOST`.
    """
    if len(items) > MOST:
        raise InvalidError(
            f"共有 {len(items)} 条需求，一次最多下载 {MOST} 条；请用 field 选择一个领域。",
            "Too many needs; choose a field.",
            field="field",
        )
    rows = _rows(reader.session, [item.id for item in items])
    day = today or china_day()
    # Between the two questions a need may have been closed.
    return [_shown(reader.see(rows[item.id]), item, day) for item in items if reader.sees(rows[item.id])]


def _in_field(codes: tuple[str, ...], field: str) -> bool:
    if not field:
        return True
    return not codes if field == NO_FIELD else field in codes


def _rows(session: Session, need_ids: Sequence[str]) -> dict[str, RecordRow]:
    found: dict[str, RecordRow] = {}
    for start in range(0, len(need_ids), 500):
        some = need_ids[start : start + 500]
        found |= {row.id: row for row in session.scalars(select(RecordRow).where(RecordRow.id.in_(some)))}
    return found


def _shown(seen: Seen, item: Waiting, today: dt.date) -> Unserved:
    record = seen.record
    return Unserved(
        seen=seen,
        id=item.id,
        title=record.title,
        organisation=record.org or None,
        region=record.region.name if record.region is not None else None,
        fields=tuple(PlanField(code, plan_name(code)) for code in item.codes),
        best_level=item.best_level or None,
        published_at=item.since,
        waiting_days=max(0, (today - china_day(item.since)).days),
        valid_until=record.valid_until,
    )
