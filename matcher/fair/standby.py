"""Stand-ins: whom each of two meets at their table if the other does not come."""

from collections.abc import Mapping

from matcher.fair.base import Meeting, StandBy
from matcher.fair.draft import Draft
from matcher.fair.grid import Grid, Place

__all__ = ["expected_points", "standby"]

_MOST = 2


def standby(grid: Grid, placed: Mapping[int, Place], meetings: tuple[Meeting, ...]) -> tuple[StandBy, ...]:
    """Up to two free partners for each party of each meeting, best expected points first."""
    problem = grid.problem
    draft = Draft(grid, placed)
    found: list[StandBy] = []
    for meeting in meetings:
        place = placed[meeting.candidate]
        draft.drop(meeting.candidate)
        two = problem.candidates[meeting.candidate]
        for party in (two.enterprise, two.team):
            free = [
                (-expected_points(grid, index, party), index)
                for index in problem.of_party[party]
                if index not in placed and place in grid.places[index] and draft.fits(index, place)
            ]
            found += [
                StandBy(meeting=meeting.code, party=party, candidate=index, order=order, points=-points)
                for order, (points, index) in enumerate(sorted(free)[:_MOST], 1)
            ]
        draft.put(meeting.candidate, place)
    return tuple(found)


def expected_points(grid: Grid, candidate: int, party: int) -> int:
    """Points of a candidate, times the chance that the partner of `party` turns up."""
    made = grid.problem.candidates[candidate]
    partner = made.team if made.enterprise == party else made.enterprise
    return round(made.points * grid.problem.parties[partner].attendance)
