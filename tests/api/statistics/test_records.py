"""Counts by state, and what was entered in which month."""

from api.db.base import now
from api.statistics.records import side_counts
from api.statistics.year import Year
from matcher.records import Side
from tests.api.statistics.entered import at, record
from tests.api.world import World


def test_states_and_months(world: World) -> None:
    with world.service.database.reading() as session:
        nothing = side_counts(session, Year(2026))
    assert [(nothing[side].total, nothing[side].new_by_month) for side in Side] == [(0, (0,) * 12)] * 2
    january, march, before = (at(f"{day}T09:00+08:00") for day in ("2026-01-05", "2026-03-31", "2025-06-01"))
    record(world, Side.NEED, created_at=january)
    record(world, Side.NEED, created_at=january, state="draft")
    record(world, Side.NEED, created_at=march, visibility=4)
    record(world, Side.NEED, created_at=before, state="expired")
    record(world, Side.NEED, created_at=january, deleted_at=now())
    record(world, Side.ACHIEVEMENT, created_at=march, state="review")
    with world.service.database.reading() as session:
        found = side_counts(session, Year(2026))
    needs, achievements = found[Side.NEED], found[Side.ACHIEVEMENT]
    assert {state.code: state.count for state in needs.states} == {
        "draft": 1,
        "review": 0,
        "published": 2,
        "withdrawn": 0,
        "expired": 1,
        "done": 0,
    }
    assert (needs.total, needs.new, needs.new_by_month) == (4, 3, (2, 0, 1, *[0] * 9))
    assert [state.label for state in needs.states] == ["草稿", "待审核", "已发布", "已撤回", "已过期", "已完成"]
    assert (achievements.total, achievements.new_by_month) == (1, (0, 0, 1, *[0] * 9))
