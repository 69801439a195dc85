"""A plan after changes: what is confirmed stays where it can, what cannot is moved, and the rest is planned anew."""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from matcher.fair.base import Candidate, Meeting, Move, Party, Person, Plan, Problem
from matcher.fair.carry import Carried, carry
from matcher.fair.draft import Draft
from matcher.fair.grid import Grid, Place
from matcher.fair.plan import assemble
from matcher.fair.search import search
from matcher.fair.seating import seat
from matcher.fair.settings import FairSettings
from matcher.fair.solver import Effort, schedule

__all__ = ["replan"]

_STAY_SHARE = 0.1


def replan(
    old: Plan,
    settings: FairSettings,
    problem: Problem,
    *,
    confirmed: Collection[str] | None = None,
    now: dt.datetime | None = None,
) -> Plan:
    """Plan again after changes.

    A confirmed meeting keeps slot and table if it can be held there by itself; where not all can stay together, as many
    stay as possible. Those that cannot get another table in their slot, else another slot, before anything new is
    planned and without moving those that stay. What was not confirmed is planned anew.

    Args:
        old: the plan as it was.
        settings: as changed.
        problem: built from the changed settings and files.
        confirmed: codes of confirmed meetings; None is all.
        now: slots that have begun by then are history and stay as they were.
    """
    carried = carry(old, problem, confirmed)
    past = frozenset(s.index for s in carried.problem.slots if now is not None and s.start <= now)
    grid = Grid(carried.problem, past)
    stay = _staying(grid, carried, past, settings)
    displaced = [index for index in carried.seats if index not in stay]
    beside = _same_slot(grid, carried, stay, displaced)
    found = search(
        grid,
        seed=settings.seed,
        time_limit_s=settings.time_limit_s * (1 - _STAY_SHARE),
        fixed={**stay, **beside},
        urgent=[index for index in displaced if index not in beside],
    )
    kept = {index: carried.seats[index][1] for index in stay}
    meetings = _coded(old, carried, found.placed, seat(grid, found.placed, kept))
    plan = assemble(settings, grid, found, meetings)
    moves = _moves(old, plan, carried, confirmed, grid)
    return replace(plan, moves=moves, replanned_at=now, revision=old.revision + 1)


def _staying(grid: Grid, carried: Carried, past: frozenset[int], settings: FairSettings) -> dict[int, Place]:
    """Confirmed meetings that stay where they are: all that can, or as many as can together."""
    pool_of = {table: at for at, pool in enumerate(grid.pools) for table in pool.tables}
    problem = grid.problem
    able: dict[int, Place] = {}
    for index, (slot, table) in carried.seats.items():
        place = (slot, pool_of[table]) if slot >= 0 and table >= 0 else None
        open_now = place is not None and place in grid.places[index] and slot not in problem.tables[table].closed
        if place is not None and (slot in past or open_now):
            able[index] = place
    draft = Draft(grid)
    for index, place in sorted(able.items(), key=lambda item: (item[1], item[0])):
        if not draft.fits(index, place):
            break
        draft.put(index, place)
    if len(draft.placed) == len(able):
        return able
    gains = [1 + 2 * _most_points(problem) + candidate.points for candidate in problem.candidates]
    effort = Effort(settings.seed, _STAY_SHARE * settings.time_limit_s, settings.time_limit_s)
    places = {index: [place] for index, place in sorted(able.items())}
    found = schedule(grid, places, gains, effort, held=[i for i, place in able.items() if place[0] in past])
    return dict(found.placed) if found.placed is not None else draft.placed


def _most_points(problem: Problem) -> int:
    floor = problem.floor * problem.floor_points * len(problem.promised)
    return floor + sum(candidate.points for candidate in problem.candidates)


def _same_slot(grid: Grid, carried: Carried, stay: Mapping[int, Place], displaced: list[int]) -> dict[int, Place]:
    """Displaced meetings for which another table is free in their own slot, the most valuable first."""
    draft = Draft(grid, stay)
    found: dict[int, Place] = {}
    for index in sorted(displaced, key=lambda i: (-grid.problem.candidates[i].points, i)):
        slot = carried.seats[index][0]
        place = next((place for place in draft.openings(index) if place[0] == slot), None)
        if place is not None:
            draft.put(index, place)
            found[index] = place
    return found


def _coded(old: Plan, carried: Carried, placed: Mapping[int, Place], seats: Mapping[int, int]) -> tuple[Meeting, ...]:
    """Meetings in order, with the codes they had; new ones go on after the highest."""
    width = max(len(meeting.code) - 1 for meeting in old.meetings) if old.meetings else 3
    last = max((int(meeting.code[1:]) for meeting in old.meetings), default=0)
    found = []
    for index in sorted(placed, key=lambda index: (placed[index][0], seats[index])):
        code = carried.codes.get(index, "")
        if not code:
            last += 1
            code = f"M{last:0{width}}"
        found.append(
            Meeting(
                code=code,
                candidate=index,
                slot=placed[index][0],
                table=seats[index],
                confirmed=index in carried.seats,
            )
        )
    return tuple(found)


def _moves(old: Plan, new: Plan, carried: Carried, confirmed: Collection[str] | None, grid: Grid) -> tuple[Move, ...]:
    """What became of every confirmed meeting that is not where it was."""
    after = {meeting.code: meeting for meeting in new.meetings}
    teller = _Teller(new, grid)
    found = []
    for meeting in old.meetings:
        if confirmed is not None and meeting.code not in confirmed:
            continue
        before = _spot(old, meeting)
        here = after.get(meeting.code)
        to = _spot(new, here) if here else ""
        if to != before:
            why = carried.lost.get(meeting.code) or teller.why(old, meeting, carried, moved=here is not None)
            found.append(Move(code=meeting.code, before=before, to=to, why=why))
    return tuple(found)


def _spot(plan: Plan, meeting: Meeting) -> str:
    slot, table = plan.slot(meeting), plan.table(meeting)
    return f"{slot.start:%Y-%m-%d %H:%M} {table.name}"


def _away(one: Party | Person) -> str:
    return f"{one.name} 在原时段不能到场{f'（{one.why_absent}）' if one.why_absent else ''}"


@dataclass(frozen=True)
class _Teller:
    """Why a confirmed meeting could not stay."""

    plan: Plan
    grid: Grid

    def why(self, old: Plan, meeting: Meeting, carried: Carried, *, moved: bool) -> str:
        """The first thing that changed for it, and, for one that was cancelled, that no other place was found."""
        index = next(index for index, code in carried.codes.items() if code == meeting.code)
        gone = next((told for who in self.grid.resources[index] if (told := self.grid.withdrawn(who))), "")
        if gone and not moved:
            return gone
        cause = self._cause(old, meeting, self.plan.problem.candidates[index], carried.seats[index])
        return cause if moved else f"{cause}；其余时段也排不进"

    def _cause(self, old: Plan, meeting: Meeting, candidate: Candidate, seat: tuple[int, int]) -> str:
        problem = self.plan.problem
        slot, table = seat
        if slot < 0:
            return "原时段已取消"
        for who in (candidate.enterprise, candidate.team):
            if slot in problem.parties[who].absent:
                return _away(problem.parties[who])
        for person in candidate.people:
            if slot in problem.people[person].absent:
                return _away(problem.people[person])
        name = old.table(meeting).name
        if table < 0 or slot in problem.tables[table].closed:
            return f"{name} 在原时段不能使用"
        for who in (candidate.enterprise, candidate.team):
            if problem.parties[who].limit <= len(self.plan.meetings_of(who)):
                return f"{problem.parties[who].name} 的会面次数上限改为 {problem.parties[who].limit}"
        return f"{name} 在原时段已不适用，或与别的已确认会面冲突"
