"""Between a row of the database and the engine's record."""

import datetime as dt

from api.db.tables import RecordRow
from api.records.content import to_content, to_record
from matcher.records import Need


def _row(need: Need, published_at: dt.datetime | None) -> RecordRow:
    return RecordRow(
        id="N1", side="need", content=to_content(need), visibility=int(need.visibility), published_at=published_at
    )


def test_a_record_without_a_day_was_published_on_the_day_it_was_in_china() -> None:
    evening = dt.datetime(2026, 3, 1, 20, tzinfo=dt.UTC)
    assert to_record(_row(Need(id="N1", title="炉衬"), evening)).published_on == dt.date(2026, 3, 2)
    assert to_record(_row(Need(id="N1", title="炉衬"), evening - dt.timedelta(hours=5))).published_on == dt.date(
        2026, 3, 1
    )


def test_a_day_of_its_own_stays() -> None:
    own = Need(id="N1", title="炉衬", published_on=dt.date(2025, 12, 31))
    assert to_record(_row(own, dt.datetime(2026, 3, 1, 20, tzinfo=dt.UTC))).published_on == dt.date(2025, 12, 31)
    assert to_record(_row(Need(id="N1", title="炉衬"), None)).published_on is None
