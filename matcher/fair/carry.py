"""An old plan's confirmed meetings, found again in a changed problem."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from matcher.fair.base import Candidate, Meeting, Plan, Problem

__all__ = ["Carried", "carry"]


@dataclass(frozen=True, slots=True)
class Carried:
    """The changed problem and what of the old plan is found in it.

    `seats`: confirmed candidate → (slot, table), -1 where that is no more. `codes`: candidate → its old code, confirmed
    or not. `lost`: code → why the two can no longer meet at all.
    """

    problem: Problem
    seats: Mapping[int, tuple[int, int]]
    codes: Mapping[int, str]
    lost: Mapping[str, str]


def carry(old: Plan, problem: Problem, confirmed: Collection[str] | None) -> Carried:
    """Find every meeting again; a confirmed one that the new run grades no more stays a candidate all the same."""
    parties = {party.key: party.index for party in problem.parties}
    slots = {(slot.start, slot.end): slot.index for slot in problem.slots}
    tables = {table.name: table.index for table in problem.tables}
    candidates = list(problem.candidates)
    by_two = {(c.enterprise, c.team): c.index for c in candidates}
    apart = {(one.enterprise, one.team): one.why for one in problem.excluded}
    seats: dict[int, tuple[int, int]] = {}
    codes: dict[int, str] = {}
    lost: dict[str, str] = {}
    for meeting in old.meetings:
        sure = confirmed is None or meeting.code in confirmed
        names = (old.enterprise(meeting), old.team(meeting))
        gone = [party.name for party in names if party.key not in parties]
        if gone:
            lost[meeting.code] = f"{gone[0]} 已不在名单中"
            continue
        two = (parties[names[0].key], parties[names[1].key])
        if two in apart:
            lost[meeting.code] = apart[two]
            continue
        if two not in by_two:
            if not sure:
                continue
            by_two[two] = len(candidates)
            candidates.append(_again(old, meeting, problem, two, len(candidates)))
        index = by_two[two]
        codes[index] = meeting.code
        if sure:
            slot = old.slot(meeting)
            seats[index] = (slots.get((slot.start, slot.end), -1), tables.get(old.table(meeting).name, -1))
    return Carried(replace(problem, candidates=tuple(candidates)), seats, codes, lost)


def _again(old: Plan, meeting: Meeting, problem: Problem, two: tuple[int, int], index: int) -> Candidate:
    """The old candidate with the positions of the new problem."""
    people = {(person.name, person.org): person.index for person in problem.people}
    before = old.candidate(meeting)
    named = [old.problem.people[person] for person in before.people]
    return replace(
        before,
        index=index,
        enterprise=two[0],
        team=two[1],
        people=tuple(people[p.name, p.org] for p in named if (p.name, p.org) in people),
    )
