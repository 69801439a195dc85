"""Stand-ins: whom each of two meets at their table if the other does not come."""

from collections.abc import Mapping

from matcher.corpus.values.plain import plain
from matcher.fair.base import Meeting, Party, StandBy
from matcher.fair.draft import Draft
from matcher.fair.grid import Grid, Place
from matcher.fair.same import same_one

__all__ = ["expected_points", "needs_missing", "standby"]

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
        for party, missing in ((two.enterprise, two.team), (two.team, two.enterprise)):
            free = [
                (-expected_points(grid, index, party), index)
                for index in problem.of_party[party]
                if index not in placed and place in grid.places[index] and draft.fits(index, place)
                if not needs_missing(grid, index, party, problem.parties[missing])
            ]
            found += [
                StandBy(meeting=meeting.code, party=party, candidate=index, order=order, points=-points)
                for order, (points, index) in enumerate(sorted(free)[:_MOST], 1)
            ]
        draft.put(meeting.candidate, place)
    return tuple(found)


def needs_missing(grid: Grid, candidate: int, party: int, missing: Party) -> bool:
    """Whether the partner `party` would have is the one who is missing under another name, or brings them along."""
    problem = grid.problem
    made = problem.candidates[candidate]
    partner = problem.parties[made.team if made.enterprise == party else made.enterprise]
    leader = plain(missing.leader)
    led = bool(leader) and any(plain(problem.people[at].name) == leader for at in made.people)
    return led or same_one(partner, missing)


def expected_points(grid: Grid, candidate: int, party: int) -> int:
    """Points of a candidate, times the chance that the partner of `party` turns up."""
    made = grid.problem.candidates[candidate]
    partner = made.team if made.enterprise == party else made.enterprise
    return round(made.points * grid.problem.parties[partner].attendance)
