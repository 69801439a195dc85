"""Introductions of a year: stages, months, acceptance, the median wait, reasons."""

from api.statistics.introductions import introduction_counts
from api.statistics.year import Year
from tests.api.statistics.entered import at, introduction
from tests.api.world import World

BOTH = {"need_answer": "accepted", "achievement_answer": "accepted"}


def test_figures_of_a_year(world: World) -> None:
    # Opened after 1, 2 and 9 days: the median is 2, the mean would be 4.
    for month, day in ((1, "02"), (1, "03"), (2, "10")):
        opened = at(f"2026-{month:02}-{day}T00:00+08:00")
        introduction(world, f"2026-{month:02}-01T00:00+08:00", stage="contacted", opened_at=opened, **BOTH)
    introduction(world, "2026-02-01T00:00+08:00", stage="lost", need_answer="declined", reason_code="price")
    introduction(world, "2026-02-02T00:00+08:00", stage="lost", achievement_answer="declined", reason_code="price")
    # Given up after both had accepted: accepted all the same.
    opened = at("2026-12-05T00:00+08:00")
    introduction(world, "2026-12-03T00:00+08:00", stage="lost", opened_at=opened, reason_code="rights", **BOTH)
    introduction(world, "2026-12-31T23:59+08:00", need_answer="accepted")
    introduction(world, "2025-12-31T23:59+08:00", stage="lost", need_answer="declined", reason_code="region")
    with world.service.database.reading() as session:
        found = introduction_counts(session, Year(2026))
    assert (found.total, found.by_month) == (7, (2, 3, *[0] * 9, 2))
    assert [(stage.code, stage.count) for stage in found.stages] == [
        ("new", 1),
        ("contacted", 3),
        ("negotiating", 0),
        ("signed", 0),
        ("lost", 3),
    ]
    assert (found.accepted, found.declined, found.waiting) == (4, 2, 1)
    # 4 of the 6 that were answered.
    assert found.acceptance_rate == 0.6667
    # 1, 2, 2 and 9 days.
    assert found.median_days_to_acceptance == 2.0
    assert [(item.label, item.count) for item in found.refusals if item.count] == [("价格", 2), ("知识产权", 1)]
    assert len(found.refusals) == 11


def test_what_was_ended_before_it_was_answered_waits_for_nobody(world: World) -> None:
    introduction(world, "2026-03-01T00:00+08:00", stage="contacted")
    introduction(world, "2026-03-02T00:00+08:00", stage="lost", need_answer="accepted", reason_code="price")
    with world.service.database.reading() as session:
        found = introduction_counts(session, Year(2026))
    assert (found.total, found.waiting, found.accepted, found.declined) == (2, 1, 0, 0)


def test_hours_are_parts_of_days(world: World) -> None:
    with world.service.database.reading() as session:
        nothing = introduction_counts(session, Year(2026))
    assert (nothing.total, nothing.acceptance_rate, nothing.median_days_to_acceptance) == (0, None, None)
    for hours in (12, 18):
        opened = at(f"2026-05-01T{hours}:00+08:00")
        introduction(world, "2026-05-01T00:00+08:00", opened_at=opened, **BOTH)
    with world.service.database.reading() as session:
        # Half a day and three quarters: 0.625.
        assert introduction_counts(session, Year(2026)).median_days_to_acceptance == 0.6
