"""Models small enough for a test, whose grades change with no model of the package."""

from matcher.embed.hashing import HashingEncoder
from matcher.rank.levels import LevelModel
from matcher.rank.models import Models

TOY_LEVELS = LevelModel(
    features=("semantic", "keyword", "title_share", "closeness"),
    weights=(0.0, 1.525217, 1.521769, 12.666758),
    thresholds=(3.755112, 6.431682, 7.887056),
    none_fits_below=0.1556,
    made_from="the hashing encoder's cosines, spread over all levels",
)
"""Grades for the toy encoder: the package's are fitted to what its own encoder says, and change with it."""


def toy_models() -> Models:
    """The toy encoder, its grades, no re-ranker."""
    return Models(HashingEncoder(), TOY_LEVELS, None)
