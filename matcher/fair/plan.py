"""A problem → its plan."""

from collections.abc import Mapping

from matcher.fair.base import VERSION, Meeting, Objective, Plan, Problem
from matcher.fair.grid import Grid, Place
from matcher.fair.reasons import missed_musts, unscheduled
from matcher.fair.search import Searched, search
from matcher.fair.seating import seat
from matcher.fair.settings import FairSettings
from matcher.fair.standby import standby

__all__ = ["assemble", "plan_fair"]


def plan_fair(settings: FairSettings, problem: Problem) -> Plan:
    """Plan a fair from nothing; the same settings and problem give the same plan, unless its status is `CLOCK`."""
    grid = Grid(problem)
    found = search(grid, seed=settings.seed, time_limit_s=settings.time_limit_s, fixed={})
    seats = seat(grid, found.placed, {})
    order = sorted(found.placed, key=lambda index: (found.placed[index][0], seats[index]))
    width = max(3, len(str(len(order))))
    meetings = tuple(
        Meeting(code=f"M{at:0{width}}", candidate=index, slot=found.placed[index][0], table=seats[index])
        for at, index in enumerate(order, 1)
    )
    return assemble(settings, grid, found, meetings)


def assemble(settings: FairSettings, grid: Grid, found: Searched, meetings: tuple[Meeting, ...]) -> Plan:
    """The plan of meetings that were searched and seated, with everything that is said about it."""
    placed = _placed(grid, meetings)
    total = found.value.total
    return Plan(
        version=VERSION,
        settings=settings,
        problem=grid.problem,
        meetings=meetings,
        unscheduled=unscheduled(grid, placed, settings.min_level),
        missed=missed_musts(grid, placed),
        standby=standby(grid, placed, meetings),
        objective=Objective(
            total=total,
            worth=found.value.worth,
            wishes=found.value.wishes,
            fairness=found.value.fairness,
            bound=found.bound,
            gap=round(found.bound / total - 1, 6) if total else 0.0,
            greedy_total=found.greedy.total,
            greedy_worth=found.greedy.worth,
            status=found.status,
        ),
    )


def _placed(grid: Grid, meetings: tuple[Meeting, ...]) -> Mapping[int, Place]:
    """Places of seated meetings; a meeting may sit in another pool than the search gave it."""
    pool_of = {table: at for at, pool in enumerate(grid.pools) for table in pool.tables}
    return {meeting.candidate: (meeting.slot, pool_of[meeting.table]) for meeting in meetings}
