"""Graded pairs and wishes → the meetings that may be held, and those that must not, with the reason."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from matcher.batch.base import RunPair
from matcher.corpus.values.plain import plain
from matcher.errors import ConfigError, RecordError
from matcher.fair.base import POINTS, Candidate, Exclusion, Pair, PartyKind, Wish
from matcher.fair.cast import Cast
from matcher.fair.expiry import expired
from matcher.fair.read import Fair
from matcher.rank.gates import check_gates, failed
from matcher.records import Achievement, Need

__all__ = ["Meetable", "meetable", "worth_of"]

# Of the gates only the one that names organisations is asked here, and it looks at no date.
_ANY_DAY = dt.date(2000, 1, 1)
_BLOCKED = frozenset({"blocked"})
_STRENGTH = {Wish.NO: 2, Wish.MUST: 1, Wish.WANT: 0}

_Two = tuple[int, int]
_Stale = frozenset[tuple[PartyKind, str]]


@dataclass(frozen=True, slots=True)
class Meetable:
    """What came of pairs and wishes; `best_levels` by party, 0 for one without any pair."""

    candidates: tuple[Candidate, ...]
    excluded: tuple[Exclusion, ...]
    best_levels: tuple[int, ...]


@dataclass(slots=True)
class _Said:
    """What the two said of each other, and which records they named."""

    wishes: dict[PartyKind, Wish] = field(default_factory=dict)
    records: set[str] = field(default_factory=set)
    must: bool = False


def worth_of(pair: Pair) -> int:
    """Points of a pair: P(level ≥ 3) + P(level = 4), the levels above 2 that can be expected of it."""
    return round(POINTS * (pair.fit + pair.level_probs[3]))


def meetable(fair: Fair, cast: Cast, pairs: Iterable[RunPair]) -> Meetable:
    """Every two with a pair at the level asked for or with a wish: a candidate, or excluded with a reason.

    Raises:
        ConfigError, RecordError: a name in `fair.toml` or in a spreadsheet is nobody's.
    """
    stale = _stale(fair, cast)
    graded = _graded(cast, pairs, stale)
    met = {two: row.place for row in fair.met for two in _named(cast, row.enterprise, row.team, row.place)}
    blocked = _blocked(fair, cast)
    said = _said(fair, cast, graded, {*met, *blocked})
    candidates: list[Candidate] = []
    excluded: list[Exclusion] = []
    for two in sorted({*graded, *said}):
        theirs = graded.get(two, ())
        spoken = said.get(two, _Said())
        wanted = spoken.must or Wish.WANT in spoken.wishes.values()
        usable = tuple(pair for pair in theirs if wanted or pair.level >= fair.settings.min_level)
        if not usable and not wanted:
            continue
        why = _why_not(cast, two, spoken, met, blocked) or _why_expired(cast, two, stale)
        if why:
            excluded.append(Exclusion(enterprise=two[0], team=two[1], why=why, was_must=spoken.must))
        else:
            candidates.append(
                _candidate(fair, cast, two, usable=usable, spoken=spoken, stale=stale, index=len(candidates))
            )
    best = [0] * len(cast.groups)
    for two, theirs in graded.items():
        for party in two:
            best[party] = max(best[party], *(pair.level for pair in theirs))
    return Meetable(tuple(candidates), tuple(excluded), tuple(best))


def _stale(fair: Fair, cast: Cast) -> _Stale:
    return frozenset(
        (group.kind, record.id) for group in cast.groups for record in expired(group.records, fair.settings)
    )


def _why_expired(cast: Cast, two: _Two, stale: _Stale) -> str:
    for group in (cast.groups[party] for party in two):
        if all((group.kind, record.id) in stale for record in group.records):
            return f"{group.name} 的{'需求' if group.kind is PartyKind.ENTERPRISE else '成果'}已过期"
    return ""


def _graded(cast: Cast, pairs: Iterable[RunPair], stale: _Stale) -> dict[_Two, tuple[Pair, ...]]:
    """Pairs of each two, best first; those that a hard condition kept out, or that ran out, are left out."""
    found: dict[_Two, list[Pair]] = {}
    for pair in pairs:
        if pair.need_rank is None and pair.achievement_rank is None:
            continue
        if {(PartyKind.ENTERPRISE, pair.need_id), (PartyKind.TEAM, pair.achievement_id)} & stale:
            continue
        two = (
            cast.party_of[PartyKind.ENTERPRISE, pair.need_id],
            cast.party_of[PartyKind.TEAM, pair.achievement_id],
        )
        found.setdefault(two, []).append(
            Pair(
                need_id=pair.need_id,
                achievement_id=pair.achievement_id,
                level=pair.level,
                level_probs=pair.level_probs,
                fit=pair.fit,
                score=pair.score,
            )
        )
    return {two: tuple(sorted(theirs, key=_best_first)) for two, theirs in found.items()}


def _best_first(pair: Pair) -> tuple[int, float, str, str]:
    return (-worth_of(pair), -pair.score, pair.need_id, pair.achievement_id)


def _candidate(
    fair: Fair, cast: Cast, two: _Two, *, usable: tuple[Pair, ...], spoken: _Said, stale: _Stale, index: int
) -> Candidate:
    # What the two named themselves is what they meet about.
    named = sorted(usable, key=lambda pair: -len({pair.need_id, pair.achievement_id} & spoken.records))
    best = named[0] if named else None
    records = [record.id for record in cast.groups[two[1]].records if (PartyKind.TEAM, record.id) not in stale]
    asked = next((record for record in records if record in spoken.records), records[0])
    wishes = [wish for wish in spoken.wishes.values() if wish is not Wish.NO]
    return Candidate(
        index=index,
        enterprise=two[0],
        team=two[1],
        best=best,
        others=tuple(named[1:]),
        people=cast.people_of[best.achievement_id if best else asked],
        worth=worth_of(best) if best else 0,
        bonus=round(POINTS * fair.settings.weights.want) * len(wishes),
        enterprise_wish=spoken.wishes.get(PartyKind.ENTERPRISE),
        team_wish=spoken.wishes.get(PartyKind.TEAM),
    )


def _why_not(cast: Cast, two: _Two, spoken: _Said, met: Mapping[_Two, str], blocked: Mapping[_Two, str]) -> str:
    enterprise, team = (cast.groups[party] for party in two)
    refusing = [kind for kind, wish in spoken.wishes.items() if wish is Wish.NO]
    if refusing:
        who = enterprise.name if refusing[0] is PartyKind.ENTERPRISE else team.name
        return f"{who} 表示不见"
    if two in blocked:
        return blocked[two]
    if two in met:
        return f"双方已经见过面（{met[two]}）"
    if enterprise.org and plain(enterprise.org) == plain(team.org):
        return "双方是同一单位"
    return ""


def _said(
    fair: Fair, cast: Cast, graded: Mapping[_Two, tuple[Pair, ...]], apart: Collection[_Two]
) -> dict[_Two, _Said]:
    """What the rows of the wishes say of each two; a 不见 outweighs whatever the same side said besides."""
    rows = [(row, _named(cast, row.enterprise, row.team, row.place)) for row in fair.wishes]
    refused = {two for row, twos in rows if row.wish is Wish.NO for two in twos}
    found: dict[_Two, _Said] = {}
    for row, named in rows:
        twos = named
        if row.wish is Wish.MUST and len(twos) > 1:
            # A 必见 of an organisation with several teams is kept by the best one that may be met.
            able = [two for two in twos if two not in refused and two not in apart] or twos
            twos = [min(able, key=lambda two: (-worth_of(graded[two][0]) if two in graded else 1, two))]
        for two in twos:
            spoken = found.setdefault(two, _Said())
            spoken.records |= {row.enterprise.strip(), row.team.strip()}
            spoken.must |= row.wish is Wish.MUST
            before = spoken.wishes.get(row.by)
            if before is None or _STRENGTH[row.wish] > _STRENGTH[before]:
                spoken.wishes[row.by] = row.wish
    return found


def _named(cast: Cast, enterprise: str, team: str, place: str) -> list[_Two]:
    """The two, or the enterprise with each team of the organisation named."""
    enterprises, teams = cast.enterprises(enterprise), cast.teams(team)
    for found, text, what in ((enterprises, enterprise, "企业或需求"), (teams, team, "单位、团队或成果")):
        if not found:
            raise RecordError(
                f"{place}的“{text}”不是这次匹配里的{what}；请改成需求表、成果表里的名称或编号，或删去这一行。"
            )
    return [(one, other) for one in enterprises for other in teams]


def _blocked(fair: Fair, cast: Cast) -> dict[_Two, str]:
    """Twos that a need's 回避单位 or `fair.toml` keeps apart; what one need avoids, its enterprise avoids."""
    found: dict[_Two, str] = {}
    teams = [at for at, group in enumerate(cast.groups) if group.kind is PartyKind.TEAM]
    for at, group in enumerate(cast.groups):
        for need in group.records:
            if not isinstance(need, Need) or not need.blocked_orgs:
                continue
            for team in teams:
                other = cast.groups[team].records[0]
                if isinstance(other, Achievement) and failed(check_gates(need, other, today=_ANY_DAY), _BLOCKED):
                    found[at, team] = f"{cast.groups[team].org} 是需求 {need.id} 的回避单位"
    for place, block in enumerate(fair.settings.blocked, 1):
        enterprises, theirs = cast.enterprises(block.enterprise), cast.teams(block.org)
        if not enterprises or not theirs:
            unknown = block.org if enterprises else block.enterprise
            raise ConfigError(
                f"对接会设置 {fair.source} 中 blocked 第 {place} 项的“{unknown}”不在这次匹配里；请改成表里的写法。"
            )
        found |= {(one, team): "对接会设置要求回避" for one in enterprises for team in theirs}
    return found
