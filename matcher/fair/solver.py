"""The only door to OR-Tools CP-SAT: which meetings (`choose`), and which at what place (`schedule`).

`choose` knows no time: each party at most its limit, all together at most the tables. That is a relaxation, so its
bound holds for every plan; it is nearly a bipartite b-matching, which the linear relaxation in CP-SAT solves at once.
`schedule` is the whole problem, a Boolean for each meeting and place, for the candidates it is given.

Both are repeatable: one worker, a fixed seed, and a limit in CP-SAT's own deterministic time. The wall clock is a guard
for slow machines only; where it stops a search, `Found.by_clock` says so, as another run may then end elsewhere.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from ortools.sat.python import cp_model

from matcher.fair.grid import Grid, Place

__all__ = ["NOWHERE", "Effort", "Found", "Places", "choose", "schedule"]

_MOST_CUTS = 300
_Terms = list[cp_model.LinearExprT]

NOWHERE: Place = (-1, -1)
Places = Mapping[int, Sequence[Place]]
"""Candidate → where it could be held."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How long one search may take, in deterministic and in real seconds, and its seed."""

    seed: int
    deterministic_s: float
    wall_s: float


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found: candidate → place (`NOWHERE` from `choose`), objective and bound, in gains.

    `placed` is None where nothing was found in time, or nothing exists.
    """

    placed: Mapping[int, Place] | None
    objective: int
    bound: int
    proven: bool
    by_clock: bool


def choose(grid: Grid, places: Places, gains: Sequence[int], effort: Effort, *, held: Collection[int] = ()) -> Found:
    """The best set of meetings as far as limits and the number of tables go; no place is said.

    Args:
        grid: the problem.
        places: of each candidate in question, where it could be held.
        gains: by candidate, what holding it adds.
        effort: when to stop.
        held: candidates that must be held.
    """
    model = cp_model.CpModel()
    chosen = {index: model.new_bool_var("") for index, where in places.items() if where}
    for resource, theirs in _holders(grid, chosen).items():
        slots = {place[0] for index in theirs for place in places[index]}
        most = min(grid.limits[resource], len(slots))
        if len(theirs) > most:
            model.add(sum(chosen[index] for index in theirs) <= most)
    for index in held:
        model.add(chosen[index] == 1)
    _share(model, grid, chosen)
    _cuts(model, grid, places, chosen)
    gained = cp_model.LinearExpr.sum([gains[index] * var for index, var in chosen.items()])
    model.maximize(gained + _floor(model, grid, chosen))
    solver, status = _solve(model, effort, linear=2)
    return _found(solver, status, {index: {NOWHERE: var} for index, var in chosen.items()}, effort)


def schedule(
    grid: Grid,
    places: Places,
    gains: Sequence[int],
    effort: Effort,
    *,
    held: Collection[int] = (),
    hint: Mapping[int, Place] | None = None,
) -> Found:
    """The best plan of these candidates and places; `held` must be held, the search starts from `hint`.

    Where every candidate must be held there is nothing to gain, and any plan will do.
    """
    model = cp_model.CpModel()
    must = frozenset(held)
    at = {index: {place: model.new_bool_var("") for place in where} for index, where in places.items()}
    sums: dict[int, cp_model.LinearExprT] = {index: sum(where.values()) for index, where in at.items()}
    for index, where in at.items():
        if index in must:
            model.add_exactly_one(where.values())
        elif len(where) > 1:
            model.add_at_most_one(where.values())
        for place, var in where.items():
            if hint is not None:
                model.add_hint(var, hint.get(index) == place)
    _one_place_at_a_time(model, grid, at)
    for resource, theirs in _holders(grid, at).items():
        if len(theirs) > grid.limits[resource]:
            model.add(sum(sums[index] for index in theirs) <= grid.limits[resource])
    _share(model, grid, sums)
    if len(must) < len(at):
        gained = cp_model.LinearExpr.sum([gains[i] * var for i, where in at.items() for var in where.values()])
        model.maximize(gained + _floor(model, grid, sums))
    solver, status = _solve(model, effort, linear=2 if len(must) < len(at) else 0)
    return _found(solver, status, at, effort)


def _one_place_at_a_time(
    model: cp_model.CpModel, grid: Grid, at: Mapping[int, Mapping[Place, cp_model.IntVar]]
) -> None:
    """No table holds two, nobody sits at two, and nobody is at two halls with too little time between."""
    tables: dict[Place, list[cp_model.IntVar]] = {}
    seats: dict[tuple[int, int], dict[int, list[cp_model.IntVar]]] = {}
    for index, places in at.items():
        for place, var in places.items():
            tables.setdefault(place, []).append(var)
            for resource in grid.resources[index]:
                seats.setdefault((resource, place[0]), {}).setdefault(place[1], []).append(var)
    for (slot, pool), held in tables.items():
        if len(held) > grid.pools[pool].capacity[slot]:
            model.add(sum(held) <= grid.pools[pool].capacity[slot])
    for by_pool in seats.values():
        held = [var for vars_ in by_pool.values() for var in vars_]
        if len(held) > 1:
            model.add_at_most_one(held)
    for (resource, slot), by_pool in seats.items():
        for pool, here in by_pool.items():
            for later, there in grid.too_far.get((slot, pool), ()):
                others = seats.get((resource, later), {}).get(there, [])
                if later > slot and others:
                    model.add_at_most_one([*here, *others])


def _holders(grid: Grid, held: Iterable[int]) -> dict[int, list[int]]:
    """Of each resource: the candidates it takes part in."""
    found: dict[int, list[int]] = {}
    for index in held:
        for resource in grid.resources[index]:
            found.setdefault(resource, []).append(index)
    return found


def _share(model: cp_model.CpModel, grid: Grid, held: Mapping[int, cp_model.LinearExprT]) -> None:
    """No team has more than its share of meetings that nobody wished for."""
    theirs: dict[int, _Terms] = {}
    for index, term in held.items():
        candidate = grid.problem.candidates[index]
        if not candidate.is_wished:
            theirs.setdefault(candidate.team, []).append(term)
    for terms in theirs.values():
        if len(terms) > grid.problem.team_cap:
            model.add(sum(terms) <= grid.problem.team_cap)


def _floor(model: cp_model.CpModel, grid: Grid, held: Mapping[int, cp_model.LinearExprT]) -> cp_model.LinearExpr | int:
    """The reward for the first meetings of those to whom they are promised."""
    problem = grid.problem
    if not problem.floor or not problem.floor_points:
        return 0
    got = []
    for party in problem.promised:
        theirs = [held[index] for index in problem.of_party[party] if index in held]
        if theirs:
            kept = model.new_int_var(0, problem.floor, "")
            model.add(kept <= sum(theirs))
            got.append(kept)
    return problem.floor_points * cp_model.LinearExpr.sum(got)


def _cuts(model: cp_model.CpModel, grid: Grid, places: Places, held: Mapping[int, cp_model.IntVar]) -> None:
    """Meetings that fit only into some places are at most as many as the tables there."""
    sizes = {
        (slot, pool): size for pool, one in enumerate(grid.pools) for slot, size in enumerate(one.capacity) if size
    }
    bits = {place: 1 << at for at, place in enumerate(sorted(sizes))}
    masks: dict[int, list[int]] = {}
    for index in held:
        masks.setdefault(sum(bits[place] for place in places[index]), []).append(index)
    every = sum(bits.values())
    widest = sorted(masks, key=lambda mask: (-mask.bit_count(), mask))[:_MOST_CUTS]
    for mask in {every: None, **dict.fromkeys(widest)}:
        most = sum(size for place, size in sizes.items() if bits[place] & mask)
        inside = [index for other, theirs in masks.items() if not other & ~mask for index in theirs]
        if len(inside) > most:
            model.add(sum(held[index] for index in inside) <= most)


def _solve(
    model: cp_model.CpModel, effort: Effort, *, linear: int
) -> tuple[cp_model.CpSolver, cp_model.CpSolverStatus]:
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = effort.seed
    solver.parameters.linearization_level = linear
    solver.parameters.max_deterministic_time = effort.deterministic_s
    solver.parameters.max_time_in_seconds = effort.wall_s
    return solver, solver.solve(model)


def _found(
    solver: cp_model.CpSolver,
    status: cp_model.CpSolverStatus,
    at: Mapping[int, Mapping[Place, cp_model.IntVar]],
    effort: Effort,
) -> Found:
    proven = status in {cp_model.OPTIMAL, cp_model.INFEASIBLE}
    by_clock = not proven and solver.wall_time >= effort.wall_s
    if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        return Found(None, 0, 0, proven, by_clock)
    placed = {
        index: place for index, places in at.items() for place, var in places.items() if solver.boolean_value(var)
    }
    return Found(placed, round(solver.objective_value), int(solver.best_objective_bound + 1e-6), proven, by_clock)
