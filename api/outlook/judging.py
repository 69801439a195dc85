"""From what the engine found for a need to what is kept of it: whose achievements count, which pairs stand."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.access.groups import projected
from api.db.tables import Organisation, Outlook, RecordRow, StandingPair
from api.introductions.blocked import avoids
from api.introductions.worth import Amount, expected_amount
from api.outlook.asking import LEAST_LEVEL, LISTED, Asked, Question, plan_codes, postings
from api.records.content import for_index, to_record
from matcher.records import Achievement, Match, Record, Region, Tier
from matcher.text.normalize import normalize

__all__ = ["Partners", "listed", "outlook_of", "pairs_of", "partners_of", "standing"]

FITS = 3
_UNSTATED = Amount(0.0, "")


@dataclass(frozen=True, slots=True, eq=False)
class Partners:
    """Achievements as the database has them, and the names of their owners by id."""

    rows: Mapping[str, RecordRow]
    names: Mapping[str, str]


def partners_of(session: Session, question: Question, found: Iterable[Asked]) -> Partners:
    """The achievements that were found for a need, and whose they and the need are."""
    ids = sorted({i for asked in found for match in asked.matches for i in postings(match)})
    rows = {row.id: row for row in session.scalars(select(RecordRow).where(RecordRow.id.in_(ids)))} if ids else {}
    owners = {row.owner_id for row in rows.values()} | {question.row.owner_id}
    found_owners = session.scalars(select(Organisation).where(Organisation.id.in_(sorted(owners))))
    return Partners(rows, {owner.id: owner.name for owner in found_owners})


def standing(question: Question, asked: Asked, partners: Partners, *, avoiding: bool) -> list[Match]:
    """The matches that count, best first: not with the need's own organisation.

    Where a posting does not count, a re-post of it by another organisation stands for it.

    Args:
        question: the need.
        asked: what was found for it.
        partners: of it.
        avoiding: leave out organisations that the need would rather avoid as well.
    """
    kept: list[Match] = []
    for match in asked.matches:
        counting = (i for i in postings(match) if _counts(question, partners, i, avoiding=avoiding))
        kept += [replace(match, achievement_id=i) for i in counting][:1]
    return kept


def outlook_of(question: Question, tier: Tier, asked: Asked, kept: Sequence[Match], moment: dt.datetime) -> Outlook:
    """How the need fares in the eyes of a tier; `kept` are the matches that count."""
    need, best = question.asked[tier], max((match.fit for match in kept), default=0.0)
    return Outlook(
        need_id=question.row.id,
        tier=int(tier),
        need_version=question.row.version,
        looked_at=moment,
        best_level=max((match.level for match in kept), default=0),
        best_fit=best,
        fitting=sum(match.level >= FITS for match in kept),
        none_fits=best < asked.bar,
        open_fit=any(match.level >= FITS for match in asked.matches),
        avoids=bool(question.need.blocked_orgs),
        fields="".join(f"|{code}" for code in plan_codes(need)) + "|",
        org=need.org[:500],
        region=_place(need.region),
    )


def listed(kept: Sequence[Match], asked: Asked, partners: Partners) -> list[tuple[Match, RecordRow]]:
    """The best pairs, where the index holds the achievement as the database does: only then its version is known."""
    best = [match for match in kept if match.level >= LEAST_LEVEL][:LISTED]
    return [
        (match, row)
        for match in best
        if (row := partners.rows.get(match.achievement_id)) is not None and _same(for_index(row), asked.held[row.id])
    ]


def pairs_of(
    question: Question,
    pairs: Sequence[tuple[Match, RecordRow]],
    why: Mapping[str, str],
    moment: dt.datetime,
) -> list[StandingPair]:
    """The need's pairs as they are kept, for brokers and staff; `why` by achievement, what has none is left out."""
    need = question.asked[Tier.RESTRICTED]
    kept: list[StandingPair] = []
    for match, row in pairs:
        achievement = projected(to_record(row), row.tiers, Tier.RESTRICTED)
        if row.id not in why or not isinstance(achievement, Achievement):
            continue
        amount = expected_amount(need, achievement, _UNSTATED)
        kept.append(
            StandingPair(
                need_id=question.row.id,
                achievement_id=row.id,
                need_version=question.row.version,
                achievement_version=row.version,
                level=match.level,
                fit=match.fit,
                rank=len(kept) + 1,
                why=why[row.id][:1000],
                amount_cny=None if amount is _UNSTATED else amount.cny,
                amount_basis=amount.basis,
                org=achievement.org[:500],
                region=_place(achievement.region),
                looked_at=moment,
            )
        )
    return kept


def _counts(question: Question, partners: Partners, achievement_id: str, *, avoiding: bool) -> bool:
    row = partners.rows.get(achievement_id)
    if row is None or row.owner_id == question.row.owner_id:
        return False
    names = (partners.names.get(row.owner_id, ""), str(row.content.get("org", "")))
    mine = {_folded(name) for name in (partners.names.get(question.row.owner_id, ""), question.need.org)} - {""}
    return mine.isdisjoint(map(_folded, names)) and not (avoiding and avoids(question.need, names))


def _same(stored: Record | None, held: Record) -> bool:
    """Whether two are alike but for what the index adds."""
    return stored is not None and _bare(stored) == _bare(held)


def _bare(record: Record) -> Record:
    return replace(record, labels=(), duplicate_of="")


def _folded(name: str) -> str:
    return "".join(normalize(name).split())


def _place(region: Region | None) -> str:
    return f"{region.code}\t{region.name}"[:120] if region is not None else ""
