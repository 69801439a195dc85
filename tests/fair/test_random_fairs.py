"""1,000 small fairs: no rule broken, and where the optimum can be found by trying everything, equal to it."""

import datetime as dt
from collections import Counter
from collections.abc import Callable

import pytest

from matcher.fair.base import Candidate, Problem, Status, TableKind

Spot = tuple[int, int]


def brute_force(problem: Problem) -> tuple[int, int]:
    """Most 必见 and, among those plans, the greatest total: every candidate at every table and slot, or not at all."""
    candidates = sorted(problem.candidates, key=lambda c: -c.points)
    floors = [min(problem.floor, 99) if p.index in problem.promised else 0 for p in problem.parties]
    best = (-1, -1)

    def total(chosen: list[tuple[Candidate, Spot]]) -> tuple[int, int]:
        counts = Counter(c.enterprise for c, _ in chosen)
        fairness = problem.floor_points * sum(min(counts[p], floors[p]) for p in counts)
        return sum(c.is_must for c, _ in chosen), fairness + sum(c.points for c, _ in chosen)

    def hope(at: int) -> tuple[int, int]:
        rest = candidates[at:]
        return sum(c.is_must for c in rest), sum(c.points for c in rest) + problem.floor_points * sum(
            floors[c.enterprise] > 0 for c in rest
        )

    def go(at: int, chosen: list[tuple[Candidate, Spot]]) -> None:
        nonlocal best
        now, more = total(chosen), hope(at)
        best = max(best, now)
        if at == len(candidates) or (now[0] + more[0], now[1] + more[1]) <= best:
            return
        candidate = candidates[at]
        for slot in range(len(problem.slots)):
            for table in range(len(problem.tables)):
                if allowed(problem, chosen, candidate, (slot, table)):
                    go(at + 1, [*chosen, (candidate, (slot, table))])
        go(at + 1, chosen)

    go(0, [])
    return best


def allowed(problem: Problem, chosen: list[tuple[Candidate, Spot]], new: Candidate, spot: Spot) -> bool:
    slot, at = spot
    table = problem.tables[at]
    parties = [problem.parties[new.enterprise], problem.parties[new.team]]
    people = [problem.people[p] for p in new.people]
    if slot in table.closed or any(slot in who.absent for who in (*parties, *people)):
        return False
    if table.only_for and not {new.enterprise, new.team} & set(table.only_for):
        return False
    both = set(parties[0].table_kinds) & set(parties[1].table_kinds)
    if not both and any(TableKind.ONLINE in party.table_kinds for party in parties):
        both = {TableKind.ONLINE}
    if table.kind not in both:
        return False
    if any(held == spot for _, held in chosen):
        return False
    for who in [("party", new.enterprise), ("party", new.team), *(("person", p) for p in new.people)]:
        theirs = [held for c, held in chosen if who in named(c)]
        limit = problem.parties[who[1]].limit if who[0] == "party" else problem.people[who[1]].limit
        if len(theirs) >= limit or any(clash(problem, held, spot) for held in theirs):
            return False
    plain = sum(c.team == new.team and not c.is_wished for c, _ in chosen)
    return new.is_wished or plain < problem.team_cap


def named(candidate: Candidate) -> list[tuple[str, int]]:
    return [("party", candidate.enterprise), ("party", candidate.team), *(("person", p) for p in candidate.people)]


def clash(problem: Problem, one: Spot, other: Spot) -> bool:
    if one[0] == other[0]:
        return True
    here, there = problem.tables[one[1]], problem.tables[other[1]]
    if here.hall == there.hall or TableKind.ONLINE in {here.kind, there.kind}:
        return False
    early, late = sorted((problem.slots[one[0]], problem.slots[other[0]]), key=lambda slot: slot.start)
    walk = next(w.minutes for w in problem.walks if {w.hall, w.other} == {here.hall, there.hall})
    return late.start - early.end < dt.timedelta(minutes=walk)


def verify(made: object, *, small: int) -> bool:
    """Check one fair; True where its optimum was found by trying everything."""
    plan = made.plan()  # type: ignore[attr-defined]
    assert made.check(plan) == ()  # type: ignore[attr-defined]
    assert plan.objective.status is Status.OPTIMAL
    assert plan.objective.bound == plan.objective.total
    assert plan.objective.gap == 0
    greedy = plan.objective.greedy_total
    musts = sum(plan.candidate(m).is_must for m in plan.meetings)
    if not any(c.is_must for c in plan.problem.candidates):
        assert greedy <= plan.objective.total
    if len(plan.problem.candidates) > small:
        return False
    assert (musts, plan.objective.total) == brute_force(plan.problem)
    return True


def test_sixty_fairs_break_no_rule_and_small_ones_are_optimal(random_fair: Callable[[int], object]) -> None:
    solved = sum(verify(random_fair(seed), small=5) for seed in range(60))
    assert solved >= 20


@pytest.mark.slow
def test_a_thousand_fairs_break_no_rule_and_small_ones_are_optimal(random_fair: Callable[[int], object]) -> None:
    solved = sum(verify(random_fair(seed), small=6) for seed in range(1000))
    assert solved >= 400
