"""Needs that nothing published serves and that lie near an institution's own achievements, asked live with its eyes."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.access.caller import Caller
from api.db.engine import Database
from api.db.tables import Outlook, RecordRow
from api.matching.live import Matching
from api.outlook.reading import current
from api.records.reading import Reader, Seen
from api.records.states import State
from matcher.engine import Matcher
from matcher.explain import Explaining
from matcher.index.eyes import Eyes
from matcher.index.filters import Filter
from matcher.rank.gates import blocks
from matcher.records import Achievement, GateState, Match, Side, Tier

__all__ = ["Unmet", "UnmetNeeds", "unmet_needs"]

_NEWEST = 50
_DEEP = 10
_NEAR = 2
# Where nothing is near, so many of the nearest are named all the same.
_FEW = 5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Unmet:
    """A need, the own achievement nearest to it, how near, and how many other own ones are near as well."""

    need: Seen
    near: Seen
    match: Match
    others_near: int
    looked_at: dt.datetime


@dataclass(frozen=True, slots=True)
class UnmetNeeds:
    """Nearest first; `achievements` of `in_all` own published achievements were compared, the newest."""

    items: Sequence[Unmet]
    achievements: int
    in_all: int


def unmet_needs(database: Database, matching: Matching, caller: Caller, limit: int, today: dt.date) -> UnmetNeeds:
    """Published needs of others that the caller sees, that have no match at level 3 for any signed-in reader.

    Args:
        database: not held while the engine works.
        matching: the index; held for one achievement at a time.
        caller: of an institution; an organisation without achievements gets nothing.
        limit: how many needs at most.
        today: the day validity is judged on.

    Raises:
        IndexStoreError, ModelError: as for `Matching.use`.
    """
    with database.reading() as session:
        own, in_all = _own(session, caller)
        eyes = Reader(session, caller).eyes()
    found: dict[str, list[tuple[Match, Seen]]] = {}
    groups: dict[str, str] = {}
    for seen in own:
        for match in _led_to(matching, seen, eyes, today):
            copies = (match.need_id, *match.duplicates)
            groups |= dict.fromkeys(copies, min(copies))
            for need_id in copies:
                found.setdefault(need_id, []).append((replace(match, need_id=need_id, duplicates=()), seen))
    if not found:
        return UnmetNeeds((), len(own), in_all)
    with database.reading() as session:
        open_needs = _without_partner(session, caller, found, today)
    nearest = _nearest({need_id: found[need_id] for need_id in open_needs}, groups, limit)
    told = _told(matching, nearest, eyes, today)
    items = [
        Unmet(
            need=open_needs[match.need_id][0],
            near=seen,
            match=told.get((match.need_id, seen.row.id), match),
            others_near=sum(other.level >= _NEAR for other, _ in found[match.need_id]) - (match.level >= _NEAR),
            looked_at=open_needs[match.need_id][1],
        )
        for match, seen in nearest
    ]
    return UnmetNeeds(items, len(own), in_all)


def _own(session: Session, caller: Caller) -> tuple[list[Seen], int]:
    """The newest published achievements of the caller's organisation, and how many there are."""
    reader = Reader(session, caller)
    mine = (
        RecordRow.owner_id == (caller.organisation_id or ""),
        RecordRow.side == Side.ACHIEVEMENT.value,
        RecordRow.state == State.PUBLISHED.value,
        RecordRow.deleted_at.is_(None),
    )
    rows = session.scalars(
        select(RecordRow).where(*mine).order_by(RecordRow.published_at.desc(), RecordRow.id.desc()).limit(_NEWEST)
    )
    seen = [reader.see(row) for row in rows]
    return seen, session.scalar(select(func.count()).select_from(RecordRow).where(*mine)) or 0


def _eyes(eyes: Eyes, seen: Seen) -> Eyes:
    return replace(eyes, own=eyes.own | {(Side.ACHIEVEMENT, seen.row.id)})


def _led_to(matching: Matching, seen: Seen, eyes: Eyes, today: dt.date) -> tuple[Match, ...]:
    """Needs that one own achievement leads to; what a condition excludes is near as well, and is told what it lacks."""
    record = seen.record
    with matching.use() as matcher:
        if not matcher.has(Side.NEED) or not isinstance(record, Achievement):
            return ()
        conditions = Filter(eyes=_eyes(eyes, seen))
        found = matcher.leads(record, top=_DEEP, conditions=conditions, today=today, explaining=Explaining.NONE)
    return (*found.matches, *(match for match in found.excluded if not _is_over(match)))


def _is_over(match: Match) -> bool:
    return any(gate.name == "validity" and gate.state is GateState.FAIL for gate in match.gates)


def _without_partner(
    session: Session, caller: Caller, need_ids: Iterable[str], today: dt.date
) -> dict[str, tuple[Seen, dt.datetime]]:
    """Those of the needs that nothing serves, as the caller reads them now, and when each was looked at."""
    reader = Reader(session, caller)
    rows = session.execute(
        select(RecordRow, Outlook.looked_at)
        .join(Outlook, current(Tier.REGISTERED))
        .where(
            RecordRow.id.in_(sorted(need_ids)),
            RecordRow.state == State.PUBLISHED.value,
            Outlook.open_fit.is_(False),
            reader.visible,
        )
    )
    return {
        row.id: (reader.see(row), looked_at)
        for row, looked_at in rows
        if not caller.owns(row.owner_id)
        and (row.valid_until is None or row.valid_until >= today)
        and not any(blocks(str(name), caller.organisation_name) for name in row.content.get("blocked_orgs", ()))
    }


def _nearest(
    found: Mapping[str, Sequence[tuple[Match, Seen]]], groups: Mapping[str, str], limit: int
) -> list[tuple[Match, Seen]]:
    """Each need with the own achievement nearest to it, nearest first; the far ones only where all are far.

    Of needs in one group, which are re-posts of each other, the nearest is there.
    """
    ordered = sorted((min(pairs, key=_order) for pairs in found.values()), key=_order)
    first: dict[str, tuple[Match, Seen]] = {}
    for match, seen in ordered:
        first.setdefault(groups[match.need_id], (match, seen))
    best = list(first.values())
    near = [pair for pair in best if pair[0].level >= _NEAR]
    return (near or best[:_FEW])[:limit]


def _order(pair: tuple[Match, Seen]) -> tuple[int, float, str, str]:
    match, _ = pair
    return -match.level, -match.fit, match.need_id, match.achievement_id


def _told(
    matching: Matching, nearest: Sequence[tuple[Match, Seen]], eyes: Eyes, today: dt.date
) -> dict[tuple[str, str], Match]:
    """The pairs explained, by ids; a need that the index lost meanwhile is not among them."""
    told: dict[tuple[str, str], Match] = {}
    own = {seen.row.id: seen for _, seen in nearest}
    for achievement_id, seen in own.items():
        needs = [match.need_id for match, by in nearest if by.row.id == achievement_id]
        with matching.use() as matcher:
            here = _here(matcher, needs, mine := _eyes(eyes, seen))
            if here:
                explained = matcher.explain(seen.record, here, today=today, eyes=mine, explaining=Explaining.WORDS)
                told |= {(match.need_id, achievement_id): match for match in explained}
    return told


def _here(matcher: Matcher, need_ids: Iterable[str], eyes: Eyes) -> list[str]:
    if not matcher.has(Side.NEED):
        return []
    side = matcher.side(Side.NEED)
    return [i for i in need_ids if i in side and eyes.sees(side.records[side.position(i)])]
