"""The greedy plan: what somebody does by hand, best pair first into the first free place. Baseline and warm start."""

from collections.abc import Iterable, Mapping

from matcher.fair.draft import Draft
from matcher.fair.grid import Grid, Place

__all__ = ["greedy"]


def greedy(grid: Grid, fixed: Mapping[int, Place] | None = None, first: Iterable[int] = ()) -> dict[int, Place]:
    """Candidate → place: `fixed` as they are, then `first` and every 必见, then by points; ties by position."""
    draft = Draft(grid, fixed)
    urgent = dict.fromkeys(first, 0)
    for candidate in sorted(
        grid.problem.candidates, key=lambda c: (urgent.get(c.index, 2 - c.is_must), -c.points, c.index)
    ):
        if candidate.index in draft.placed:
            continue
        place = next(draft.openings(candidate.index), None)
        if place is not None:
            draft.put(candidate.index, place)
    return draft.placed
