"""Needs by best level."""

from api.statistics.levels import level_counts
from matcher.records import Side
from tests.api.statistics.entered import look, record
from tests.api.world import World


def test_needs_by_best_level(world: World) -> None:
    for best in (4, 4, 3, 1, 0):
        look(world, record(world, Side.NEED), best)
    record(world, Side.NEED)
    record(world, Side.NEED, state="draft")
    record(world, Side.ACHIEVEMENT)
    with world.service.database.reading() as session:
        found = level_counts(session)
    assert [(item.code, item.count) for item in found] == [
        ("4", 2),
        ("3", 1),
        ("2", 0),
        ("1", 1),
        ("none", 1),
        ("unknown", 1),
    ]
