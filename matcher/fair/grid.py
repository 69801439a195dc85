"""A problem prepared for search: places (slot, pool), who is needed where, and which two places are too far apart."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from matcher.fair.base import Candidate, Problem, Slot, TableKind

__all__ = ["Grid", "Place", "Pool", "allowed_kinds"]

Place = tuple[int, int]
"""(slot, pool)."""

_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Pool:
    """Tables that are the same to everybody: of one kind, in one hall, for the same parties.

    `capacity[s]` is how many of them are open in slot s.
    """

    kind: TableKind
    hall: str
    only_for: tuple[int, ...]
    tables: tuple[int, ...]
    capacity: tuple[int, ...]


def allowed_kinds(one: tuple[TableKind, ...], other: tuple[TableKind, ...]) -> frozenset[TableKind]:
    """Kinds of place at which two can meet: those both can use, else on line where one of them can only that."""
    shared = frozenset(one) & frozenset(other)
    if shared or TableKind.ONLINE not in (*one, *other):
        return shared
    return frozenset({TableKind.ONLINE})


class Grid:
    """What greedy, solver and reasons ask of a problem. Resources are parties, then people, by one number.

    `frozen` slots take no meeting but those that are already fixed there.
    """

    def __init__(self, problem: Problem, frozen: frozenset[int] = frozenset()) -> None:
        self.problem = problem
        self.frozen = frozen
        self.pools = _pools(problem, frozen)

    @cached_property
    def resources(self) -> tuple[tuple[int, ...], ...]:
        """Of each candidate: both parties and every person who must be there."""
        first = len(self.problem.parties)
        return tuple((c.enterprise, c.team, *(first + p for p in c.people)) for c in self.problem.candidates)

    @cached_property
    def limits(self) -> tuple[int, ...]:
        """Most meetings of each resource."""
        return (*(p.limit for p in self.problem.parties), *(p.limit for p in self.problem.people))

    @cached_property
    def absences(self) -> tuple[frozenset[int], ...]:
        """Slots in which each resource is away."""
        away = (*(p.absent for p in self.problem.parties), *(p.absent for p in self.problem.people))
        return tuple(map(frozenset, away))

    def withdrawn(self, resource: int) -> str:
        """Who and why, where somebody is away in every slot that is left; "" for anybody else."""
        left = [s for s in range(len(self.problem.slots)) if s not in self.frozen]
        if not left or not self.absences[resource].issuperset(left):
            return ""
        first = len(self.problem.parties)
        one = self.problem.parties[resource] if resource < first else self.problem.people[resource - first]
        return f"{one.name} 已退出{f'（{one.why_absent}）' if one.why_absent else ''}"

    @cached_property
    def places(self) -> tuple[tuple[Place, ...], ...]:
        """Of each candidate: where it could be held if nothing else were, in order of time."""
        return tuple(self._places_of(candidate) for candidate in self.problem.candidates)

    def pools_for(self, candidate: Candidate) -> tuple[int, ...]:
        """Pools both parties can use, those kept for one of them first."""
        parties = self.problem.parties
        two = (candidate.enterprise, candidate.team)
        kinds = allowed_kinds(parties[two[0]].table_kinds, parties[two[1]].table_kinds)
        fit = [
            at
            for at, pool in enumerate(self.pools)
            if pool.kind in kinds and (not pool.only_for or any(party in pool.only_for for party in two))
        ]
        return tuple(sorted(fit, key=lambda at: (not self.pools[at].only_for, at)))

    def common_slots(self, candidate: Candidate) -> tuple[int, ...]:
        """Slots in which nobody who is needed is away."""
        away = frozenset[int]().union(*(self.absences[r] for r in self.resources[candidate.index]))
        return tuple(s for s in range(len(self.problem.slots)) if s not in away and s not in self.frozen)

    def _places_of(self, candidate: Candidate) -> tuple[Place, ...]:
        pools = self.pools_for(candidate)
        slots = self.common_slots(candidate)
        return tuple((s, p) for s in slots for p in pools if self.pools[p].capacity[s])

    @cached_property
    def too_far(self) -> Mapping[Place, tuple[Place, ...]]:
        """Of each place: other places nobody can reach from it, or come from, in time."""
        found: dict[Place, list[Place]] = {}
        for here, pool in enumerate(self.pools):
            for there, other in enumerate(self.pools):
                minutes = self._minutes(pool, other)
                if not minutes:
                    continue
                for slot in self.problem.slots:
                    for later in self.problem.slots[slot.index + 1 :]:
                        if _gap(slot, later) >= minutes:
                            break
                        found.setdefault((slot.index, here), []).append((later.index, there))
                        found.setdefault((later.index, there), []).append((slot.index, here))
        return {place: tuple(sorted(set(others))) for place, others in found.items()}

    def _minutes(self, pool: Pool, other: Pool) -> int:
        if TableKind.ONLINE in {pool.kind, other.kind}:
            return 0
        return self.problem.walk_minutes(pool.hall, other.hall)


def _gap(slot: Slot, later: Slot) -> float:
    return (later.start - slot.end).total_seconds() / _SECONDS


def _pools(problem: Problem, frozen: frozenset[int]) -> tuple[Pool, ...]:
    grouped: dict[tuple[TableKind, str, tuple[int, ...]], list[int]] = {}
    for table in problem.tables:
        grouped.setdefault((table.kind, table.hall, table.only_for), []).append(table.index)
    return tuple(
        Pool(kind, hall, only_for, tuple(tables), _capacity(problem, tables, frozen))
        for (kind, hall, only_for), tables in grouped.items()
    )


def _capacity(problem: Problem, tables: list[int], frozen: frozenset[int]) -> tuple[int, ...]:
    """Open tables by slot; what was used in the past was open."""
    return tuple(
        sum(s.index in frozen or s.index not in problem.tables[at].closed for at in tables) for s in problem.slots
    )
