"""Meetings moved by hand: proposed, held against the independent checker, settled, and where one could go."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from api.errors import InvalidError, NotFoundError
from matcher.batch.base import Run
from matcher.fair.base import Meeting, Move, Plan
from matcher.fair.check import check_plan
from matcher.fair.draft import Draft
from matcher.fair.grid import Grid, Place
from matcher.fair.read import Fair
from matcher.fair.reasons import missed_musts, unscheduled
from matcher.fair.standby import standby

__all__ = ["Proposal", "conflicts", "free_places", "meeting_of", "propose", "settle"]

_BY_HAND = "组织者手工调整"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A plan with meetings at other places, not yet looked at; `moved` are those, as they would be."""

    plan: Plan
    moved: tuple[Meeting, ...]


def meeting_of(plan: Plan, code: str) -> Meeting:
    """The meeting of a code.

    Raises:
        NotFoundError: the plan has none.
    """
    found = next((meeting for meeting in plan.meetings if meeting.code == code), None)
    if found is None:
        raise NotFoundError(f"现在的排期里没有会面 {code[:20]}；请重新读取排期。", "No such meeting in the plan.")
    return found


def propose(plan: Plan, code: str, *, slot: int, table: int, swap: bool) -> Proposal:
    """Put a meeting elsewhere; with `swap` whoever sits there comes to its place.

    Raises:
        NotFoundError: there is no such meeting.
        InvalidError: there is no such slot or table.
    """
    meeting = meeting_of(plan, code)
    for name, at, most in (("slot", slot, len(plan.problem.slots)), ("table", table, len(plan.problem.tables))):
        if not 0 <= at < most:
            raise InvalidError(
                f"排期里没有这个{'时段' if name == 'slot' else '桌位'}；请重新读取。", field=f"body.{name}"
            )
    changed = {code: replace(meeting, slot=slot, table=table)}
    there = next((m for m in plan.meetings if (m.slot, m.table) == (slot, table) and m.code != code), None)
    if swap and there is not None:
        changed[there.code] = replace(there, slot=meeting.slot, table=meeting.table)
    meetings = sorted((changed.get(m.code, m) for m in plan.meetings), key=lambda m: (m.slot, m.table))
    return Proposal(replace(plan, meetings=tuple(meetings)), tuple(changed.values()))


def conflicts(before: Plan, after: Plan, fair: Fair, run: Run) -> tuple[str, ...]:
    """What the independent checker has against a plan and had not against the one before, each a Chinese sentence.

    Stand-ins follow from the meetings and are made anew, so they are not looked at.
    """
    if before.meetings == after.meetings:
        return ("会面已经在这个时段和桌位；请选择别的位置。",)
    known = set(_findings(before, fair, run))
    return tuple(finding for finding in _findings(after, fair, run) if finding not in known)


def _findings(plan: Plan, fair: Fair, run: Run) -> tuple[str, ...]:
    return check_plan(replace(plan, standby=()), fair, run.needs, run.achievements, run.pairs)


def settle(before: Plan, proposal: Proposal, why: str = "") -> Plan:
    """A proposal without conflicts as a whole plan: reasons and stand-ins made anew, and what was moved told."""
    plan = proposal.plan
    grid = _grid(plan)
    placed = _placed(grid, plan.meetings)
    return replace(
        plan,
        unscheduled=unscheduled(grid, placed, plan.settings.min_level),
        missed=missed_musts(grid, placed),
        standby=standby(grid, placed, plan.meetings),
        moves=tuple(
            Move(
                code=meeting.code,
                before=_spot(before, meeting_of(before, meeting.code)),
                to=_spot(plan, meeting),
                why=why or _BY_HAND,
            )
            for meeting in proposal.moved
        ),
    )


def free_places(plan: Plan, code: str) -> tuple[tuple[int, int], ...]:
    """(slot, table) of every place a meeting could go to by the planner's rules, in order of time; not its own.

    Raises:
        NotFoundError: there is no such meeting.
    """
    meeting = meeting_of(plan, code)
    grid = _grid(plan)
    draft = Draft(grid, _placed(grid, (m for m in plan.meetings if m.code != code)))
    taken = {(m.slot, m.table) for m in plan.meetings}
    tables = plan.problem.tables
    return tuple(
        sorted(
            (slot, table)
            for slot, pool in draft.openings(meeting.candidate)
            for table in grid.pools[pool].tables
            if (slot, table) not in taken and slot not in tables[table].closed
        )
    )


def _grid(plan: Plan) -> Grid:
    """What is over when the plan was last replanned takes no other meeting."""
    at = plan.replanned_at
    return Grid(plan.problem, frozenset(s.index for s in plan.problem.slots if at is not None and s.start <= at))


def _placed(grid: Grid, meetings: Iterable[Meeting]) -> dict[int, Place]:
    pool_of = {table: at for at, pool in enumerate(grid.pools) for table in pool.tables}
    return {meeting.candidate: (meeting.slot, pool_of[meeting.table]) for meeting in meetings}


def _spot(plan: Plan, meeting: Meeting) -> str:
    slot, table = plan.slot(meeting), plan.table(meeting)
    return f"{slot.start:%Y-%m-%d %H:%M} {table.name}"
