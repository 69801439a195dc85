"""The way to a plan: greedy, the relaxation that bounds it, its slots, and the whole problem where slots do not fit."""

import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from matcher.fair.base import Status
from matcher.fair.greedy import greedy
from matcher.fair.grid import Grid, Place
from matcher.fair.solver import Effort, Found, Places, choose, schedule
from matcher.fair.value import Value, value_of

__all__ = ["Searched", "search"]

# Shares of the time limit, in deterministic seconds: together half of it, as these pass slower than those of a clock.
_CHOOSE, _PLACE, _PARTIAL, _WHOLE = 0.15, 0.1, 0.05, 0.2
# Above this many Booleans the whole problem is searched among the better candidates only.
_MOST_BOOLEANS = 60_000


@dataclass(frozen=True, slots=True)
class Searched:
    """The plan found, its value, the bound on every plan's total, and the greedy plan it is compared with."""

    placed: Mapping[int, Place]
    value: Value
    bound: int
    greedy: Value
    status: Status


def search(
    grid: Grid, *, seed: int, time_limit_s: float, fixed: Mapping[int, Place], urgent: Collection[int] = ()
) -> Searched:
    """The best plan in time: first as many `urgent` as possible, then as many 必见, then the greatest total.

    `fixed` meetings stay at their places.
    """
    start = greedy(grid, fixed, urgent)
    gains, ranks = _gains(grid, urgent)
    hunt = _Hunt(grid, gains, seed, time_limit_s, fixed)
    placed, bound, status = hunt.run(start)
    # A search the limit ended can leave a place empty that somebody could still use.
    if status is not Status.OPTIMAL:
        placed = greedy(grid, placed, urgent)
    value = value_of(grid.problem, placed)
    spent = sum(ranks[index] for index in placed)
    return Searched(
        placed=placed,
        value=value,
        bound=value.total if status is Status.OPTIMAL else max(value.total, bound - spent),
        greedy=value_of(grid.problem, start),
        status=status,
    )


def _gains(grid: Grid, urgent: Collection[int]) -> tuple[list[int], list[int]]:
    """Gain of each candidate, and the part of it that ranks: an urgent one outweighs all 必见, a 必见 all else."""
    problem = grid.problem
    places = sum(sum(pool.capacity) for pool in grid.pools)
    best = sorted((candidate.points for candidate in problem.candidates), reverse=True)[:places]
    must = 1 + sum(best) + problem.floor_points * problem.floor * len(problem.promised)
    musts = sum(candidate.is_must for candidate in problem.candidates)
    first = must * (musts + 1)
    hurried = frozenset(urgent)
    ranks = [must * c.is_must + first * (c.index in hurried) for c in problem.candidates]
    return [c.points + rank for c, rank in zip(problem.candidates, ranks, strict=True)], ranks


class _Hunt:
    """One search with its clock."""

    def __init__(self, grid: Grid, gains: list[int], seed: int, limit_s: float, fixed: Mapping[int, Place]) -> None:
        self._grid, self._gains, self._seed, self._limit_s, self._fixed = grid, gains, seed, limit_s, fixed
        self._end = time.monotonic() + limit_s
        self._by_clock = False
        self._places = {
            candidate.index: [fixed[candidate.index]] if candidate.index in fixed else grid.places[candidate.index]
            for candidate in grid.problem.candidates
        }

    def run(self, start: Mapping[int, Place]) -> tuple[Mapping[int, Place], int, Status]:
        """Plan, bound in gains, and how it ended."""
        if not any(self._places.values()):
            return {}, 0, Status.OPTIMAL
        chosen = self._noted(choose(self._grid, self._places, self._gains, self._effort(_CHOOSE), held=self._fixed))
        bound = self._at_most()
        best = start
        if chosen.placed is not None:
            bound = min(bound, chosen.bound)
            wanted = {index: self._places[index] for index in sorted(chosen.placed)}
            slotted = self._schedule(wanted, _PLACE, held=wanted)
            if slotted.placed is not None:
                return slotted.placed, bound, self._status(chosen.proven)
            partial = self._schedule(wanted, _PARTIAL, held=self._fixed, hint=start)
            if partial.placed is not None and self._total(partial.placed) > self._total(start):
                best = greedy(self._grid, partial.placed)
        shortlist = self._shortlist(chosen.placed or start)
        whole = self._schedule(shortlist, _WHOLE, held=self._fixed, hint=best)
        if whole.placed is not None and self._total(whole.placed) >= self._total(best):
            best = whole.placed
        complete = len(shortlist) == sum(map(bool, self._places.values()))
        if complete and whole.placed is not None:
            bound = min(bound, whole.bound)
        return best, bound, self._status(complete and whole.proven)

    def _at_most(self) -> int:
        """What no plan exceeds: every table in every slot taken by the best, every promise kept."""
        problem = self._grid.problem
        size = sum(sum(pool.capacity) for pool in self._grid.pools)
        floor = problem.floor_points * problem.floor * len(problem.promised)
        return sum(sorted(self._gains, reverse=True)[:size]) + floor

    def _schedule(
        self, places: Places, share: float, *, held: Collection[int], hint: Mapping[int, Place] | None = None
    ) -> Found:
        return self._noted(schedule(self._grid, places, self._gains, self._effort(share), held=held, hint=hint))

    def _shortlist(self, kept: Iterable[int]) -> Places:
        """All candidates, or where they are too many those kept, then the best of the others."""
        keep = {*kept, *self._fixed}
        order = sorted(self._places, key=lambda index: (index not in keep, -self._gains[index], index))
        found: dict[int, list[Place] | tuple[Place, ...]] = {}
        size = 0
        for index in order:
            size += len(self._places[index])
            if size > _MOST_BOOLEANS and index not in keep:
                break
            if self._places[index]:
                found[index] = self._places[index]
        return dict(sorted(found.items()))

    def _total(self, placed: Mapping[int, Place]) -> int:
        # The ranks weigh more than any total, so this compares first what is urgent, then 必见, then the rest.
        value = value_of(self._grid.problem, placed)
        return value.fairness + sum(self._gains[index] for index in placed)

    def _effort(self, share: float) -> Effort:
        return Effort(self._seed, share * self._limit_s, max(0.05, self._end - time.monotonic()))

    def _noted(self, found: Found) -> Found:
        self._by_clock |= found.by_clock
        return found

    def _status(self, proven: bool) -> Status:
        if proven:
            return Status.OPTIMAL
        return Status.CLOCK if self._by_clock else Status.WITHIN_GAP
