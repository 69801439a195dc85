"""Months begin at midnight in China, which is 16:00 UTC of the day before."""

import datetime as dt

from sqlalchemy import select

from api.db.tables import RecordRow
from api.statistics.year import Year
from matcher.records import Side
from tests.api.statistics.entered import at, record
from tests.api.world import World


def test_a_month_ends_where_the_next_begins(world: World) -> None:
    for moment in (
        "2025-12-31T15:59:59.999999+00:00",  # 23:59 in China: still 2025
        "2025-12-31T16:00+00:00",  # midnight in China: January
        "2026-01-31T15:59:59.999999+00:00",  # the last moment of January
        "2026-01-31T16:00+00:00",  # February
        "2026-02-28T16:00+00:00",  # March
        "2026-12-31T15:59:59.999999+00:00",  # the last moment of December
        "2026-12-31T16:00+00:00",  # 2027
    ):
        record(world, Side.NEED, created_at=at(moment))
    year = Year(2026)
    with world.service.database.reading() as session:
        counts = session.execute(select(*year.counts(RecordRow.created_at))).one()
        inside = session.scalars(select(RecordRow.id).where(year.has(RecordRow.created_at))).all()
    assert tuple(counts) == (2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1)
    assert len(inside) == 5
    for day in ("2025-12-31", "2026-01-01", "2026-01-31", "2026-12-31", "2027-01-01"):
        record(world, Side.ACHIEVEMENT, valid_until=dt.date.fromisoformat(day))
    with world.service.database.reading() as session:
        counts = session.execute(select(*year.day_counts(RecordRow.valid_until))).one()
        sums = session.execute(select(*year.day_sums(RecordRow.valid_until, RecordRow.visibility))).one()
        inside = session.scalars(select(RecordRow.id).where(year.has_day(RecordRow.valid_until))).all()
    assert tuple(counts) == (2, *[0] * 10, 1)
    assert tuple(sums) == tuple(counts)
    assert len(inside) == 3
