"""Places (slot, pool) → concrete tables: one's own table first, and an enterprise stays where it sat before."""

from collections.abc import Mapping

from matcher.fair.draft import Draft
from matcher.fair.grid import Grid, Place

__all__ = ["seat"]


def seat(grid: Grid, placed: Mapping[int, Place], kept: Mapping[int, int]) -> dict[int, int]:
    """Candidate → table; `kept` ones keep the table given."""
    settled = _to_own_tables(grid, placed, kept)
    problem = grid.problem
    taken = {(settled[index][0], table) for index, table in kept.items()}
    last: dict[int, int] = {}
    seats = dict(kept)
    for index in sorted(settled, key=lambda index: (settled[index][0], index)):
        slot, pool = settled[index]
        candidate = problem.candidates[index]
        if index not in seats:
            free = [
                table
                for table in grid.pools[pool].tables
                if (slot, table) not in taken and (slot in grid.frozen or slot not in problem.tables[table].closed)
            ]
            before = (last.get(candidate.enterprise), last.get(candidate.team))
            seats[index] = next((table for table in before if table in free), free[0])
            taken.add((slot, seats[index]))
        last[candidate.enterprise] = last[candidate.team] = seats[index]
    return seats


def _to_own_tables(grid: Grid, placed: Mapping[int, Place], kept: Mapping[int, int]) -> dict[int, Place]:
    """Meetings moved, within their slot, to a free table that is kept for one of the two."""
    draft = Draft(grid, placed)
    for index in sorted(placed):
        slot, pool = placed[index]
        if index in kept or grid.pools[pool].only_for:
            continue
        own = [(s, p) for s, p in grid.places[index] if s == slot and grid.pools[p].only_for]
        if own:
            draft.drop(index)
            draft.put(index, next((place for place in own if draft.fits(index, place)), (slot, pool)))
    return draft.placed
