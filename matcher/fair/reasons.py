"""Why somebody has no meeting, fewer than promised, or not the one that was a must."""

from collections.abc import Mapping
from dataclasses import dataclass

from matcher.fair.base import Candidate, Missed, Pair, Party, PartyKind, Problem, Reason, Unscheduled
from matcher.fair.draft import Draft
from matcher.fair.grid import Grid, Place

__all__ = ["missed_musts", "unscheduled"]


@dataclass(frozen=True, slots=True)
class _Why:
    reason: Reason
    text: str


def unscheduled(grid: Grid, placed: Mapping[int, Place], min_level: int) -> tuple[Unscheduled, ...]:
    """Every party without a meeting, and every enterprise with fewer than it was promised."""
    problem = grid.problem
    draft = Draft(grid, placed)
    promised = frozenset(problem.promised)
    found = []
    for party in problem.parties:
        got = len(draft.held(party.index))
        wanted = max(1, problem.floor) if party.index in promised else 1
        if got < wanted:
            why = _why(draft, party, min_level)
            found.append(Unscheduled(party=party.index, reason=why.reason, text=why.text, got=got, wanted=wanted))
    return tuple(found)


def missed_musts(grid: Grid, placed: Mapping[int, Place]) -> tuple[Missed, ...]:
    """Every 必见 that is not in the plan, with what stands in its way."""
    draft = Draft(grid, placed)
    found = [
        Missed(enterprise=one.enterprise, team=one.team, text=f"无法安排：{one.why}。")
        for one in grid.problem.excluded
        if one.was_must
    ]
    found += [
        Missed(enterprise=c.enterprise, team=c.team, text=f"无法安排：{_obstacle(draft, c).text}。")
        for c in grid.problem.candidates
        if c.is_must and c.index not in placed
    ]
    return tuple(sorted(found, key=lambda one: (one.enterprise, one.team)))


def _gone(grid: Grid, party: Party) -> str:
    """That a party does not come any more, or that nobody comes who could sit there for it."""
    theirs = grid.problem.of_party[party.index]
    first = len(grid.problem.parties)
    missing = [
        next((told for who in grid.resources[index] if who >= first and (told := grid.withdrawn(who))), "")
        for index in theirs
    ]
    return grid.withdrawn(party.index) or (missing[0] if party.leader and missing and all(missing) else "")


def _why(draft: Draft, party: Party, min_level: int) -> _Why:
    problem = draft.grid.problem
    gone = _gone(draft.grid, party)
    if gone:
        return _Why(Reason.WITHDRAWN, f"{gone}。")
    if party.expired_on:
        what = "成果" if party.kind is PartyKind.TEAM else "需求"
        return _Why(Reason.EXPIRED, f"{what}有效期到 {party.expired_on:%Y-%m-%d}，早于对接会第一天。")
    rest = [problem.candidates[i] for i in problem.of_party[party.index] if i not in draft.placed]
    if rest:
        best = min(rest, key=lambda c: (-c.points, c.index))
        why = _obstacle(draft, best)
        partner = _partner(problem, best, party)
        return _Why(why.reason, f"最合适的是 {partner.name}{_graded(best.best)}：{why.text}。")
    if draft.held(party.index):
        return _Why(Reason.NO_MATCH, f"再没有达到 {min_level} 级的匹配，也没有提出的会面。")
    kept_apart = [one for one in problem.excluded if party.index in {one.enterprise, one.team}]
    if kept_apart:
        one = kept_apart[0]
        partner = problem.parties[one.team if one.enterprise == party.index else one.enterprise]
        more = f"等 {len(kept_apart)} 家" if len(kept_apart) > 1 else ""
        return _Why(Reason.REFUSED, f"达到等级的匹配都不能见：{partner.name}{more}（{one.why}）。")
    best_level = problem.best_levels[party.index]
    told = f"最好的匹配是 {best_level} 级，低于要求的 {min_level} 级。" if best_level else "这次匹配中没有可用的配对。"
    return _Why(Reason.NO_MATCH, told)


def _graded(pair: Pair | None) -> str:
    return f"（{pair.level} 级，把握 {pair.fit:.0%}）" if pair else "（未评级，按意愿）"


def _partner(problem: Problem, candidate: Candidate, party: Party) -> Party:
    return problem.parties[candidate.team if candidate.enterprise == party.index else candidate.enterprise]


def _obstacle(draft: Draft, candidate: Candidate) -> _Why:
    """What keeps a candidate out of the plan, the most lasting cause first."""
    grid = draft.grid
    slots = grid.common_slots(candidate)
    if not slots:
        return _Why(Reason.TIME, f"{_two(grid.problem, candidate)} 没有共同在场的时段{_away(grid, candidate)}")
    if not grid.places[candidate.index]:
        return _Why(Reason.CAPACITY, f"{_two(grid.problem, candidate)} 在共同的时段里没有都能用的桌位")
    full = draft.full(candidate.index)
    if full:
        return _spent(draft, candidate, full)
    places = [place for place in grid.places[candidate.index] if not draft.busy(candidate.index, place[0])]
    if not places:
        return _taken(draft, candidate, slots)
    return _crowded(draft, candidate, places)


def _away(grid: Grid, candidate: Candidate) -> str:
    """Who does not come any more, or why somebody needed is away."""
    for resource in grid.resources[candidate.index]:
        if told := grid.withdrawn(resource):
            return f"：{told}"
    two = (grid.problem.parties[party] for party in (candidate.enterprise, candidate.team))
    told = "；".join(f"{party.name} 部分时段不在：{party.why_absent}" for party in two if party.why_absent)
    return f"（{told}）" if told else ""


def _crowded(draft: Draft, candidate: Candidate, places: list[Place]) -> _Why:
    """Both are free somewhere, but there is no table, or none that can be reached."""
    roomy = [place for place in places if draft.room(place)]
    if not roomy:
        return _Why(Reason.CAPACITY, f"双方都空的 {len({slot for slot, _ in places})} 个时段里桌位已排满")
    if not any(draft.reachable(candidate.index, place) for place in roomy):
        return _Why(Reason.TIME, "双方都空的时段里，与前后会面不在同一馆，来不及走到")
    return _Why(Reason.LOWER_VALUE, "时间和桌位都有，但这次会面没有增加价值")


def _spent(draft: Draft, candidate: Candidate, full: list[int]) -> _Why:
    """Somebody has all their meetings; lower value if all of those count for at least as much."""
    grid = draft.grid
    who, held = full[0], draft.held(full[0])
    musts = [grid.problem.candidates[index] for index in held if grid.problem.candidates[index].is_must]
    told = f"{_called(grid, who)} 的 {len(held)} 次会面已满"
    if candidate.is_must and musts:
        names = "、".join(_two(grid.problem, must) for must in musts[:3])
        return _Why(Reason.CAPACITY, f"{told}，其中 {len(musts)} 次也是必见（{names}）")
    if held and all(grid.problem.candidates[index].points >= candidate.points for index in held):
        return _Why(Reason.LOWER_VALUE, f"{told}，给了价值更高的会面")
    return _Why(Reason.CAPACITY, told)


def _taken(draft: Draft, candidate: Candidate, slots: tuple[int, ...]) -> _Why:
    """In every common slot one of those needed sits elsewhere."""
    grid = draft.grid
    there = {
        index
        for resource in grid.resources[candidate.index]
        for index in draft.held(resource)
        if draft.placed[index][0] in slots
    }
    told = f"共同在场的 {len(slots)} 个时段都已排了别的会面"
    if all(grid.problem.candidates[index].points >= candidate.points for index in there):
        return _Why(Reason.LOWER_VALUE, f"{told}，价值更高")
    return _Why(Reason.TIME, told)


def _called(grid: Grid, resource: int) -> str:
    parties = grid.problem.parties
    return parties[resource].name if resource < len(parties) else grid.problem.people[resource - len(parties)].name


def _two(problem: Problem, candidate: Candidate) -> str:
    return f"{problem.parties[candidate.enterprise].name}与{problem.parties[candidate.team].name}"
