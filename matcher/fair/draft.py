"""A plan while it is being made: meetings put into places one by one, every rule kept at each step."""

from collections.abc import Iterator, Mapping

from matcher.fair.grid import Grid, Place

__all__ = ["Draft"]


class Draft:
    """Meetings placed so far: candidate → place."""

    def __init__(self, grid: Grid, placed: Mapping[int, Place] | None = None) -> None:
        self.grid = grid
        self.placed: dict[int, Place] = {}
        self._where: dict[tuple[int, int], Place] = {}
        self._held: dict[int, list[int]] = {}
        self._used: dict[Place, int] = {}
        self._unwished: dict[int, int] = {}
        for candidate, place in (placed or {}).items():
            self.put(candidate, place)

    def put(self, candidate: int, place: Place) -> None:
        """Hold a meeting at a place; whether it may be held there is asked before."""
        self.placed[candidate] = place
        self._used[place] = self._used.get(place, 0) + 1
        for resource in self.grid.resources[candidate]:
            self._where[resource, place[0]] = place
            self._held.setdefault(resource, []).append(candidate)
        self._count(candidate, 1)

    def drop(self, candidate: int) -> None:
        """Take a meeting out again."""
        place = self.placed.pop(candidate)
        self._used[place] -= 1
        for resource in self.grid.resources[candidate]:
            del self._where[resource, place[0]]
            self._held[resource].remove(candidate)
        self._count(candidate, -1)

    def held(self, resource: int) -> list[int]:
        """Meetings of a party or person."""
        return self._held.get(resource, [])

    def busy(self, candidate: int, slot: int) -> bool:
        """Whether somebody who is needed sits elsewhere in that slot."""
        return any((resource, slot) in self._where for resource in self.grid.resources[candidate])

    def room(self, place: Place) -> bool:
        """Whether a table of that pool is free."""
        return self._used.get(place, 0) < self.grid.pools[place[1]].capacity[place[0]]

    def within_limits(self, candidate: int) -> bool:
        """Whether nobody who is needed has all their meetings, and the team has not all its share."""
        return not self.full(candidate)

    def full(self, candidate: int) -> list[int]:
        """Resources that have all the meetings they may have, were this one added."""
        grid = self.grid
        spent = [r for r in grid.resources[candidate] if len(self.held(r)) >= grid.limits[r]]
        made = grid.problem.candidates[candidate]
        if not made.is_wished and self._unwished.get(made.team, 0) >= grid.problem.team_cap and made.team not in spent:
            spent.append(made.team)
        return spent

    def reachable(self, candidate: int, place: Place) -> bool:
        """Whether everybody can walk there from where they are before, and on to where they are next."""
        away = self.grid.too_far.get(place, ())
        return not any(
            self._where.get((resource, other[0])) == other
            for resource in self.grid.resources[candidate]
            for other in away
        )

    def fits(self, candidate: int, place: Place) -> bool:
        """Whether a meeting may be held at one of its places beside those that are placed."""
        return (
            not self.busy(candidate, place[0])
            and self.room(place)
            and self.reachable(candidate, place)
            and self.within_limits(candidate)
        )

    def openings(self, candidate: int) -> Iterator[Place]:
        """Places where a meeting not yet placed may be held, in order of time."""
        if self.within_limits(candidate):
            yield from (place for place in self.grid.places[candidate] if self.fits(candidate, place))

    def _count(self, candidate: int, step: int) -> None:
        made = self.grid.problem.candidates[candidate]
        if not made.is_wished:
            self._unwished[made.team] = self._unwished.get(made.team, 0) + step
