"""The checker's other half: promises are kept or explained, everyone is accounted for, stand-ins could step in."""

from collections.abc import Iterator

from matcher.fair.base import Party, PartyKind, Plan, Wish
from matcher.fair.facts import Facts, Told, folded, names_team

__all__ = ["promises"]


def promises(plan: Plan, told: list[Told], facts: Facts) -> Iterator[str]:
    """Findings about 必见, the floor, parties without a meeting, and stand-ins."""
    yield from _everyone(plan, facts)
    yield from _musts(plan, told, facts)
    yield from _floor(plan, facts)
    yield from _standby(plan)


def _everyone(plan: Plan, facts: Facts) -> Iterator[str]:
    """Every record belongs to one party, and every party has a meeting or a reason."""
    held = {record for party in plan.problem.parties for record in party.records}
    for record in (*facts.needs, *facts.achievements):
        if record not in held:
            yield f"{record} 不属于排期里的任何一方"
    told_off = {one.party for one in plan.unscheduled}
    for party in plan.problem.parties:
        if not plan.meetings_of(party.index) and party.index not in told_off:
            yield f"{party.name} 没有会面，也没有说明原因"
    for one in plan.unscheduled:
        got = len(plan.meetings_of(one.party))
        if got != one.got or not one.text or got >= one.wanted:
            yield f"{plan.problem.parties[one.party].name} 的未排原因与排期不符（排了 {got} 次，写的是 {one.got} 次）"


def _musts(plan: Plan, told: list[Told], facts: Facts) -> Iterator[str]:
    explained = {(one.enterprise, one.team) for one in plan.missed}
    parties = plan.problem.parties
    for row in facts.fair.wishes:
        if row.wish is not Wish.MUST:
            continue
        if any(one.is_enterprise(row.enterprise) and one.is_team(row.team) for one in told):
            continue
        if not any(
            _is_enterprise(parties[enterprise], row.enterprise, facts) and _is_team(parties[team], row.team, facts)
            for enterprise, team in explained
        ):
            yield f"{row.place}的必见“{row.enterprise}—{row.team}”没有排上，也没有说明原因"


def _is_enterprise(party: Party, name: str, facts: Facts) -> bool:
    needs = [facts.needs[record] for record in party.records if record in facts.needs]
    return (
        name.strip() in party.records
        or any(folded(name) == folded(need.org) for need in needs)
        or (folded(name) == folded(party.name))
    )


def _is_team(party: Party, name: str, facts: Facts) -> bool:
    return any(names_team(name, facts.achievements[r]) for r in party.records if r in facts.achievements)


def _floor(plan: Plan, facts: Facts) -> Iterator[str]:
    """Every enterprise with a match at the floor's level that it may meet has its meetings, or a reason."""
    settings = facts.fair.settings
    team_of = {record: p.index for p in plan.problem.parties for record in p.records if p.kind is PartyKind.TEAM}
    apart = {(one.enterprise, one.team) for one in plan.problem.excluded}
    told_off = {one.party for one in plan.unscheduled}
    level = max(settings.floor_level, settings.min_level)
    for party in plan.problem.parties:
        if party.kind is not PartyKind.ENTERPRISE or party.index in told_off:
            continue
        theirs = {
            team_of[achievement]
            for (need, achievement), pair in facts.pairs.items()
            if need in party.records and pair.level >= level
            if pair.need_rank is not None or pair.achievement_rank is not None
            if not facts.ran_out(facts.needs[need]) and not facts.ran_out(facts.achievements[achievement])
        }
        got = len(plan.meetings_of(party.index))
        if got < settings.floor and any((party.index, team) not in apart for team in theirs):
            short = f"只排了 {got} 次，少于保底的 {settings.floor} 次"
            yield f"{party.name} 有达到 {level} 级的匹配，{short}，也没有说明原因"


def _standby(plan: Plan) -> Iterator[str]:
    """A stand-in is free in that slot and not otherwise to meet the one who would be left alone."""
    by_code = {meeting.code: meeting for meeting in plan.meetings}
    apart = {(one.enterprise, one.team) for one in plan.problem.excluded}
    for one in plan.standby:
        meeting, candidate = by_code.get(one.meeting), plan.problem.candidates[one.candidate]
        two = (candidate.enterprise, candidate.team)
        if meeting is None or one.party not in two:
            yield f"候补 {one.meeting} 与排期不符"
            continue
        other = two[0] if two[1] == one.party else two[1]
        busy = any(held.slot == meeting.slot for held in plan.meetings_of(other))
        if busy or two in apart or meeting.slot in plan.problem.parties[other].absent:
            yield f"候补 {one.meeting}：{plan.problem.parties[other].name} 那时不能来"
