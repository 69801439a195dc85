"""An independent proof that a plan breaks no rule: nothing of solver, grid or problem is used (see `facts.py`)."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import combinations

from matcher.batch.base import RunPair
from matcher.fair.base import POINTS, Plan, TableKind, Wish
from matcher.fair.check_promises import promises
from matcher.fair.facts import Facts, Told, folded, told_meetings
from matcher.fair.read import Fair
from matcher.fair.settings import Closing
from matcher.records import Achievement, Need

__all__ = ["check_plan"]

_MINUTE = 60
_NAME_LEAST = 3


def check_plan(
    plan: Plan,
    fair: Fair,
    needs: Mapping[str, Need],
    achievements: Mapping[str, Achievement],
    pairs: Iterable[RunPair],
) -> tuple[str, ...]:
    """Every broken rule as a Chinese sentence; an empty tuple proves that there is none.

    Meetings that were over when the plan was last replanned are excused from changes made since (absences, closings,
    limits and refusals), never from conflicts.
    """
    facts = Facts(
        fair=fair,
        needs=needs,
        achievements=achievements,
        pairs={(pair.need_id, pair.achievement_id): pair for pair in pairs},
        waived=plan.replanned_at,
    )
    told: list[Told] = []
    findings: list[str] = []
    for one in told_meetings(plan, facts):
        if isinstance(one, str):
            findings.append(one)
        else:
            told.append(one)
    for rule in (
        _codes,
        _records,
        _times,
        _tables,
        _conflicts,
        _walking,
        _limits,
        _absences,
        _apart,
        _levels,
        _share,
        _valid,
    ):
        findings += rule(told, facts)
    findings += promises(plan, told, facts)
    findings += _sums(plan, told, facts)
    return tuple(dict.fromkeys(findings))


def _codes(told: list[Told], _: Facts) -> Iterator[str]:
    for what, values in (
        ("会面编号 {}", Counter(one.code for one in told)),
        ("企业与团队 {}", Counter(f"{one.enterprise}＋{one.team}" for one in told)),
    ):
        yield from (f"{what.format(value)} 出现了 {count} 次" for value, count in values.items() if count > 1)


def _records(told: list[Told], _: Facts) -> Iterator[str]:
    for one in told:
        if len({folded(need.org) or need.id for need in one.needs}) > 1:
            yield f"{one.code}：把不同企业的需求当成了一家"
        if len({(folded(a.org), folded(a.team[0]) if a.team else "") for a in one.achievements}) > 1:
            yield f"{one.code}：把不同团队的成果当成了一个"
        if one.topic and one.topic[0] not in {need.id for need in one.needs}:
            yield f"{one.code}：需求 {one.topic[0]} 不是这家企业的"
        if one.topic and one.topic[1] not in {achievement.id for achievement in one.achievements}:
            yield f"{one.code}：成果 {one.topic[1]} 不是这个团队的"


def _times(told: list[Told], facts: Facts) -> Iterator[str]:
    """Every meeting lies in a session, has the length of a slot and touches no pause."""
    settings = facts.fair.settings
    for one in told:
        sessions = [s for day in settings.day if day.date == one.start.date() for s in day.session]
        inside = [s for s in sessions if s.start <= one.start.time() and one.end.time() <= s.end]
        if not inside or one.end.date() != one.start.date():
            yield f"{one.code}：{one.start:%m-%d %H:%M}–{one.end:%H:%M} 不在任何场次之内"
        if (one.end - one.start).total_seconds() != settings.slots.minutes * _MINUTE:
            yield f"{one.code}：时长不是 {settings.slots.minutes} 分钟"
        for session in inside:
            for pause in session.pause:
                if pause.start < one.end.time() and one.start.time() < pause.end:
                    yield f"{one.code}：占用了休息“{pause.name}”"


def _tables(told: list[Told], facts: Facts) -> Iterator[str]:
    """Every table exists, is open then, is of a kind both can use, and is not kept for others."""
    wanted = facts.fair.settings.kind_wanted
    for one in told:
        if one.group is None:
            yield f"{one.code}：对接会设置里没有桌位 {one.table}"
            continue
        lost = (*one.group.closed, *(c for c in facts.fair.settings.table_closed if c.table == one.table))
        if not one.past and any(closing.overlaps(one.start, one.end) for closing in lost):
            yield f"{one.code}：{one.table} 在 {one.start:%m-%d %H:%M} 不开放"
        if one.group.only_for and not any(one.is_enterprise(n) or one.is_team(n) for n in one.group.only_for):
            yield f"{one.code}：{one.table} 只留给 {'、'.join(one.group.only_for)}"
        sides: list[Callable[[str], bool]] = [one.is_enterprise, one.is_team]
        uses = []
        for side in sides:
            said = [set(kinds.kinds) for kinds in wanted if side(kinds.who)]
            uses.append(said[-1] if said else {TableKind.TABLE, TableKind.ROOM})
        usable = uses[0] & uses[1] or ({TableKind.ONLINE} & (uses[0] | uses[1]))
        if not one.past and one.group.kind not in usable:
            yield f"{one.code}：{one.table} 是{one.group.kind.value}，双方不能都用"


def _holders(told: list[Told]) -> Iterator[tuple[str, list[Told]]]:
    """Everything that can be in one place only, with its meetings."""
    found: dict[tuple[str, str], list[Told]] = {}
    for one in told:
        for kind, name in (
            ("企业", one.enterprise),
            ("团队", one.team),
            *(("人员", who) for who in sorted(one.people)),
        ):
            found.setdefault((kind, name), []).append(one)
    yield from ((f"{kind} {name}", theirs) for (kind, name), theirs in found.items())


def _conflicts(told: list[Told], _: Facts) -> Iterator[str]:
    by_table: dict[str, list[Told]] = {}
    for one in told:
        by_table.setdefault(one.table, []).append(one)
    for name, theirs in (*((f"桌位 {table}", theirs) for table, theirs in by_table.items()), *_holders(told)):
        for one, other in combinations(theirs, 2):
            if one.overlaps(other):
                yield f"{name} 在 {one.start:%m-%d %H:%M} 同时有 {one.code} 和 {other.code}"


def _walking(told: list[Told], facts: Facts) -> Iterator[str]:
    settings = facts.fair.settings
    minutes = {frozenset((walk.hall, walk.other)): walk.minutes for walk in settings.walking}
    for name, theirs in _holders(told):
        ordered = sorted(theirs, key=lambda one: one.start)
        for one, other in combinations(ordered, 2):
            if one.hall == other.hall or one.on_line or other.on_line:
                continue
            needed = minutes.get(frozenset((one.hall, other.hall)), settings.walking_minutes)
            gap = (other.start - one.end).total_seconds() / _MINUTE
            if 0 <= gap < needed:
                way = f"从 {one.hall} 到 {other.hall} 要走 {needed} 分钟"
                yield f"{name} {way}，{one.code} 与 {other.code} 之间只有 {gap:.0f} 分钟"


def _limits(told: list[Told], facts: Facts) -> Iterator[str]:
    limits, own = facts.fair.settings.limits, facts.fair.settings.limit
    named: set[str] = set()
    for need in facts.needs.values():
        named |= {need.id, folded(need.org)}
    for achievement in facts.achievements.values():
        leader = achievement.team[0] if achievement.team else ""
        named |= {achievement.id, folded(achievement.org), folded(f"{achievement.org}/{leader}")}
    for name, theirs in _holders(told):
        kind, who = name.split(" ", 1)
        one = theirs[0]
        if kind == "企业":
            most = [limit.meetings for limit in own if one.is_enterprise(limit.who)]
            common = limits.per_enterprise
        elif kind == "团队":
            most = [limit.meetings for limit in own if one.is_team(limit.who)]
            common = limits.per_team
        else:
            texts = {who, who.rpartition("/")[2]}
            most = [m.meetings for m in own if folded(m.who) in texts and not {m.who.strip(), folded(m.who)} & named]
            common = limits.per_person
        allowed = most[-1] if most else common
        if len(theirs) > allowed and not all(one.past for one in theirs):
            yield f"{name} 有 {len(theirs)} 次会面，上限是 {allowed}"


def _absences(told: list[Told], facts: Facts) -> Iterator[str]:
    for absence in facts.fair.settings.absent:
        for one in told:
            texts = {text for who in one.people for text in (who, who.rpartition("/")[2])}
            hit = one.is_enterprise(absence.who) or one.is_team(absence.who) or folded(absence.who) in texts
            if hit and not one.past and absence.overlaps(one.start, one.end):
                yield f"{one.code}：{absence.who} 在 {one.start:%m-%d %H:%M} 不在场"


def _apart(told: list[Told], facts: Facts) -> Iterator[str]:
    """Nobody meets whom they refused, avoid, have met, or are themselves."""
    fair = facts.fair
    refused = [(row.enterprise, row.team, "一方表示不见") for row in fair.wishes if row.wish is Wish.NO]
    rules = [
        *refused,
        *((row.enterprise, row.team, "已经见过面") for row in fair.met),
        *((block.enterprise, block.org, "设置要求回避") for block in fair.settings.blocked),
    ]
    for one in told:
        if one.past:
            continue
        for enterprise, team, why in rules:
            if one.is_enterprise(enterprise) and one.is_team(team):
                yield f"{one.code}：{enterprise} 与 {team} {why}，却排在了一起"
        if one.org and one.org == one.enterprise:
            yield f"{one.code}：双方是同一单位"
        for blocked in (folded(name) for need in one.needs for name in need.blocked_orgs):
            part = min(len(blocked), len(one.org)) >= _NAME_LEAST and (blocked in one.org or one.org in blocked)
            if one.org and (part or blocked == one.org):
                yield f"{one.code}：{one.achievements[0].org} 是企业的回避单位"


def _wished(one: Told, facts: Facts) -> bool:
    return any(
        row.wish is not Wish.NO and one.is_enterprise(row.enterprise) and one.is_team(row.team)
        for row in facts.fair.wishes
    )


def _levels(told: list[Told], facts: Facts) -> Iterator[str]:
    """Two who did not ask for each other have a pair at the level; a confirmed meeting was graded by an earlier run."""
    least = facts.fair.settings.min_level
    for one in told:
        pair = facts.pairs.get(one.topic) if one.topic else None
        if not one.meeting.confirmed and not _wished(one, facts) and (pair is None or pair.level < least):
            yield f"{one.code}：双方没有提出会面，匹配也没有达到 {least} 级"


def _valid(told: list[Told], facts: Facts) -> Iterator[str]:
    """Nothing that ran out before the fair is talked about, unless the meeting was confirmed."""
    for one in told:
        if one.meeting.confirmed or one.past:
            continue
        for side in (one.needs, one.achievements):
            about = [record for record in side if one.topic and record.id in one.topic] or side
            if all(facts.ran_out(record) for record in about):
                yield f"{one.code}：{about[0].id} 在对接会之前已过期"


def _share(told: list[Told], facts: Facts) -> Iterator[str]:
    share = facts.fair.settings.team_share
    if share >= 1:
        return
    counts = Counter(one.team for one in told if not _wished(one, facts))
    for team, count in counts.items():
        if count > max(1, int(share * _places(facts))):
            yield f"团队 {team} 没有被点名的会面有 {count} 次，超过全部桌次的 {share:.0%}"


def _places(facts: Facts) -> int:
    """Table slots of the whole fair, counted from the sessions."""
    settings = facts.fair.settings
    length, gap = settings.slots.minutes, settings.slots.gap_minutes
    total = 0
    for day in settings.day:
        for session in day.session:
            at = dt.datetime.combine(day.date, session.start)
            while (end := at + dt.timedelta(minutes=length)) <= dt.datetime.combine(day.date, session.end):
                pause = [p for p in session.pause if p.start < end.time() and at.time() < p.end]
                if pause:
                    at = dt.datetime.combine(day.date, max(p.end for p in pause))
                    continue
                names = {name for group in settings.table for name in group.names if not _shut(group.closed, at, end)}
                total += len(names - {c.table for c in settings.table_closed if c.overlaps(at, end)})
                at = end + dt.timedelta(minutes=gap)
    return total


def _shut(closings: tuple[Closing, ...], start: dt.datetime, end: dt.datetime) -> bool:
    return any(closing.overlaps(start, end) for closing in closings)


def _sums(plan: Plan, told: list[Told], facts: Facts) -> Iterator[str]:
    """Worth, wishes and total are what the pairs and wishes give; the bound is no less than the total."""
    goal = plan.objective
    worth = wishes = 0
    for one in told:
        pair = facts.pairs.get(one.topic) if one.topic else None
        candidate = plan.candidate(one.meeting)
        wishes += candidate.bonus
        worth += round(POINTS * (pair.fit + pair.level_probs[3])) if pair else candidate.worth
    if (worth, wishes) != (goal.worth, goal.wishes):
        yield f"目标值不符：会面价值应为 {worth}、意愿应为 {wishes}，排期写的是 {goal.worth}、{goal.wishes}"
    if goal.worth + goal.wishes + goal.fairness != goal.total or goal.bound < goal.total:
        yield f"目标值不符：总分 {goal.total}、上界 {goal.bound} 与各项不合"
