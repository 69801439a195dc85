"""On the day: somebody is missing; who sits with those left alone. Needs the saved plan only, and no solver."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from matcher.corpus.values.plain import plain
from matcher.errors import PlanError
from matcher.fair.base import Meeting, Plan
from matcher.fair.draft import Draft
from matcher.fair.grid import Grid, Place
from matcher.fair.standby import expected_points, needs_missing

__all__ = ["Filled", "fill", "parties_named", "slot_at"]


@dataclass(frozen=True, slots=True)
class Filled:
    """One meeting that fell out: who was left alone (None: both are missing), and whom they meet instead."""

    meeting: Meeting
    alone: int | None
    candidate: int | None


def fill(plan: Plan, slot: int, missing: Collection[int]) -> tuple[Filled, ...]:
    """The best free partners for everybody left alone in a slot, at the table where they sit.

    A partner is somebody present, free in that slot, below their limit, allowed at that table and able to walk there.
    Greatest expected points first, so two left alone may be put together.
    """
    grid = Grid(plan.problem)
    pool_of = {table: at for at, pool in enumerate(grid.pools) for table in pool.tables}
    gone = frozenset(missing)
    placed = {m.candidate: (m.slot, pool_of[m.table]) for m in plan.meetings}
    draft = Draft(grid, placed)
    fallen = [m for m in plan.meetings if m.slot == slot and gone & set(_two(plan, m))]
    for meeting in fallen:
        draft.drop(meeting.candidate)
    alone = {party: m for m in fallen for party in _two(plan, m) if party not in gone}
    options = sorted(
        (-expected_points(grid, index, party), index, party)
        for party in alone
        for index in plan.problem.of_party[party]
        if index not in placed
        and not gone & {plan.problem.candidates[index].enterprise, plan.problem.candidates[index].team}
        and not any(needs_missing(grid, index, party, plan.problem.parties[one]) for one in sorted(gone))
    )
    chosen: dict[int, int] = {}
    for _, index, party in options:
        place: Place = placed[alone[party].candidate]
        if party not in chosen and place in grid.places[index] and draft.fits(index, place):
            draft.put(index, place)
            candidate = plan.problem.candidates[index]
            chosen[party] = index
            other = candidate.team if candidate.enterprise == party else candidate.enterprise
            if other in alone:
                chosen[other] = index
    return tuple(_filled(plan, meeting, gone, chosen) for meeting in fallen)


def _filled(plan: Plan, meeting: Meeting, gone: frozenset[int], chosen: dict[int, int]) -> Filled:
    left = next((party for party in _two(plan, meeting) if party not in gone), None)
    return Filled(meeting, left, chosen.get(left) if left is not None else None)


def _two(plan: Plan, meeting: Meeting) -> tuple[int, int]:
    candidate = plan.candidate(meeting)
    return candidate.enterprise, candidate.team


def slot_at(plan: Plan, time: dt.time, day: dt.date | None = None) -> int:
    """The slot that holds a moment, or else the next one; without a day the first day that has one.

    Raises:
        PlanError: no slot is left then.
    """
    for slot in plan.problem.slots:
        if day in {None, slot.start.date()} and time < slot.end.time():
            return slot.index
    last = plan.problem.slots[-1]
    raise PlanError(
        f"{day or ''} {time:%H:%M} 之后没有时段了（最后一个是 {last.start:%Y-%m-%d %H:%M}）；"
        "请用 --at 给出会期内的时间。"
    )


def parties_named(plan: Plan, name: str) -> tuple[int, ...]:
    """Parties of a printed name, an organisation, a key's name (单位/负责人) or a leader.

    Raises:
        PlanError: nobody in the plan is called so.
    """
    wanted = plain(name).replace("／", "/")
    found = tuple(
        party.index
        for party in plan.problem.parties
        if wanted in {plain(party.name), plain(party.org), plain(f"{party.org}/{party.leader}"), plain(party.leader)}
    )
    if not found or not wanted:
        raise PlanError(f"排期里没有叫“{name}”的企业、单位或负责人；请照排期表上的写法输入。")
    return found
