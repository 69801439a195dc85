"""All standing pairs that may be introduced, those that promise most first, as one broker or member of staff sees them.

A pair is there only while both records are at the versions that were matched: nothing of an older text is shown, and
what was withdrawn, closed, ended or deleted is gone at once.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, or_, select, true
from sqlalchemy.orm import Session, aliased, join

from api.access.caller import Caller
from api.access.roles import Role
from api.db.tables import Introduction, Outlook, RecordRow, StandingPair
from api.introductions.brokers import claimable
from api.introductions.parts import of_caller
from api.introductions.stages import Stage
from api.introductions.worth import Amount, typical_amount, untried_chance
from api.records.reading import Reader, Seen
from api.records.states import State
from matcher.rank.gates import blocks
from matcher.records import Tier
from matcher.text.amounts import about

__all__ = ["Lead", "Leads", "Wanted", "leads"]

_NEED = aliased(RecordRow, name="need")
_ACHIEVEMENT = aliased(RecordRow, name="achievement")
_PAIRS = (
    join(
        StandingPair,
        Outlook,
        and_(Outlook.need_id == StandingPair.need_id, Outlook.tier == int(Tier.RESTRICTED)),
    )
    .join(_NEED, _NEED.id == StandingPair.need_id)
    .join(_ACHIEVEMENT, _ACHIEVEMENT.id == StandingPair.achievement_id)
    .outerjoin(
        Introduction,
        and_(
            Introduction.need_id == StandingPair.need_id,
            Introduction.achievement_id == StandingPair.achievement_id,
        ),
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which leads to list. `field` is a code of a plan field, `region` one of GB/T 2260 without its last zeros."""

    field: str = ""
    region: str = ""
    level_from: int = 2
    text: str = ""
    organisation: str = ""
    taken: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lead:
    """A pair with what it promises; `introduction` is None where there is none or the caller may not know of it."""

    pair: StandingPair
    fields: tuple[str, ...]
    need: Seen
    achievement: Seen
    chance: float
    amount: Amount
    taken: bool
    introduction: Introduction | None

    @property
    def value_cny(self) -> float:
        """Expected value: chance × amount."""
        return self.chance * self.amount.cny

    @property
    def worth(self) -> str:
        """How the expected value comes about, in the words of a worklist."""
        how = f"签约机会 {self.chance:.1%}（{Stage.NEW.label}，匹配度 {self.pair.fit:.0%}）"
        amount = f"{about(self.amount.cny)}（{self.amount.basis}）"
        return f"预计收益 {about(self.value_cny)} = {how}× {amount}"


@dataclass(frozen=True, slots=True)
class Leads:
    """One page, and how many there are in all."""

    items: Sequence[Lead]
    total: int


def leads(session: Session, caller: Caller, wanted: Wanted, page: tuple[int, int], today: dt.date) -> Leads:
    """Leads from place `page[0]` on, `page[1]` of them at most, by expected value; ties by ids.

    Args:
        session: to read in.
        caller: a broker or staff.
        wanted: which.
        page: start and limit.
        today: the day validity is judged on.
    """
    reader, typical = Reader(session, caller), typical_amount(session)
    conditions = [*_standing(caller, today), *_filters(wanted), *_not_avoiding(session, caller), _untaken(wanted)]
    value = func.coalesce(StandingPair.amount_cny, typical.cny) * StandingPair.fit
    start, limit = page
    found = session.execute(
        select(StandingPair, Outlook.fields, Introduction)
        .select_from(_PAIRS)
        .where(*conditions)
        .order_by(value.desc(), StandingPair.need_id, StandingPair.achievement_id)
        .offset(start)
        .limit(limit)
    ).all()
    total = session.scalar(select(func.count()).select_from(_PAIRS).where(*conditions)) or 0
    seen = _seen(reader, {i for pair, _, _ in found for i in (pair.need_id, pair.achievement_id)})
    known = _known(reader, [introduction for _, _, introduction in found if introduction is not None])
    items = [
        Lead(
            pair=pair,
            fields=tuple(code for code in fields.split("|") if code),
            need=seen[pair.need_id],
            achievement=seen[pair.achievement_id],
            chance=untried_chance(pair.fit),
            amount=typical if pair.amount_cny is None else Amount(pair.amount_cny, pair.amount_basis),
            taken=introduction is not None,
            introduction=introduction if introduction is not None and introduction.id in known else None,
        )
        for pair, fields, introduction in found
        if pair.need_id in seen and pair.achievement_id in seen
    ]
    return Leads(items, total)


def _standing(caller: Caller, today: dt.date) -> list[ColumnElement[bool]]:
    """Both records as they were matched, published, valid, open to the caller, and of two organisations."""
    conditions = [
        Outlook.need_version == StandingPair.need_version,
        _NEED.version == StandingPair.need_version,
        _ACHIEVEMENT.version == StandingPair.achievement_version,
        _NEED.owner_id != _ACHIEVEMENT.owner_id,
    ]
    for row in (_NEED, _ACHIEVEMENT):
        conditions += [
            row.deleted_at.is_(None),
            row.state == State.PUBLISHED.value,
            row.visibility <= int(caller.tier),
            or_(row.valid_until.is_(None), row.valid_until >= today),
        ]
    return conditions


def _filters(wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions = [StandingPair.level >= wanted.level_from]
    if wanted.field:
        conditions.append(Outlook.fields.contains(f"|{wanted.field}|", autoescape=True))
    if wanted.region:
        conditions.append(
            or_(*(side.region.startswith(wanted.region, autoescape=True) for side in (Outlook, StandingPair)))
        )
    if wanted.text:
        conditions.append(or_(*(row.title.icontains(wanted.text, autoescape=True) for row in (_NEED, _ACHIEVEMENT))))
    if wanted.organisation:
        conditions.append(
            or_(*(side.org.icontains(wanted.organisation, autoescape=True) for side in (Outlook, StandingPair)))
        )
    return conditions


def _untaken(wanted: Wanted) -> ColumnElement[bool]:
    """A pair has one introduction, whatever came of it.

    One that is withheld counts like one of another broker: a pair in neither list would tell that somebody is avoided.
    """
    return true() if wanted.taken else Introduction.id.is_(None)


def _not_avoiding(session: Session, caller: Caller) -> list[ColumnElement[bool]]:
    """As in a search: a need that would rather not meet the caller's organisation is not offered to it."""
    if not caller.organisation_name:
        return []
    cautious = session.execute(
        select(RecordRow.id, RecordRow.content)
        .join(Outlook, and_(Outlook.need_id == RecordRow.id, Outlook.tier == int(Tier.RESTRICTED)))
        .where(Outlook.avoids)
    )
    away = [
        need_id
        for need_id, content in cautious
        if any(blocks(str(name), caller.organisation_name) for name in content.get("blocked_orgs", ()))
    ]
    return [StandingPair.need_id.not_in(away)] if away else []


def _seen(reader: Reader, record_ids: set[str]) -> dict[str, Seen]:
    rows = reader.session.scalars(select(RecordRow).where(RecordRow.id.in_(sorted(record_ids)))) if record_ids else ()
    return {row.id: reader.see(row) for row in rows if reader.sees(row)}


def _known(reader: Reader, introductions: Sequence[Introduction]) -> set[str]:
    """Those of the introductions that the caller may know: its own, for brokers those to be claimed, for staff all."""
    if not introductions:
        return set()
    caller = reader.caller
    condition = of_caller(caller)
    if caller.role is Role.BROKER:
        condition = or_(condition, and_(Introduction.broker_id.is_(None), claimable(reader)))
    ids = [item.id for item in introductions]
    return set(reader.session.scalars(select(Introduction.id).where(Introduction.id.in_(ids), condition)))
