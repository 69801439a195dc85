"""The signed contracts of a time, for 技术合同登记: one row each, and totals by kind."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.access.caller import Caller
from api.audit import note
from api.db.tables import Introduction
from api.errors import InvalidError
from api.introductions.contracts import Contract, ContractKind, contract_of
from api.introductions.parts import Part
from api.introductions.showing import Brief, Shower, log_reads
from api.introductions.stages import Stage
from api.records.reading import Reader

__all__ = ["MOST", "Entry", "Register", "Total", "register"]

MOST = 20_000
"""Contracts in one register."""
_CLOSED = "（未公开）"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One contract; names and titles are as far as the reader may know them, else 未公开."""

    introduction_id: str
    contract: Contract
    need_title: str
    need_organisation: str
    achievement_title: str
    achievement_organisation: str
    broker: str


@dataclass(frozen=True, slots=True)
class Total:
    """Number and amount (CNY) of the contracts of one kind."""

    kind: ContractKind
    count: int
    amount_cny: float


@dataclass(frozen=True, slots=True)
class Register:
    """Contracts by the day they were signed, and totals of every kind."""

    entries: Sequence[Entry]
    totals: Sequence[Total]

    @property
    def amount_cny(self) -> float:
        """Of all."""
        return sum(total.amount_cny for total in self.totals)


def register(session: Session, caller: Caller, first: dt.date, last: dt.date) -> Register:
    """The contracts signed from `first` to `last`, both included; that they were read goes into the audit log.

    Raises:
        InvalidError: the days are in the wrong order, or there are more contracts than `MOST`.
    """
    if first > last:
        raise InvalidError("起始日期晚于截止日期；请改正。", "The first day is after the last.", field="first")
    signed = (
        Introduction.stage == Stage.SIGNED.value,
        Introduction.signed_on >= first,
        Introduction.signed_on <= last,
    )
    count = session.scalar(select(func.count()).select_from(Introduction).where(*signed)) or 0
    if count > MOST:
        raise InvalidError(
            f"这段时间有 {count} 份合同，一次最多 {MOST} 份；请缩短时间。", "Too many contracts.", field="first"
        )
    rows = session.scalars(select(Introduction).where(*signed).order_by(Introduction.signed_on, Introduction.id)).all()
    shower = Shower(Reader(session, caller), rows)
    entries = []
    for row in rows:
        contract = contract_of(row)
        if contract is None:
            continue
        shown = shower.show(row, Part.STAFF)
        log_reads(session, caller, shower.reads([shown]))
        entries.append(
            Entry(
                introduction_id=row.id,
                contract=contract,
                need_title=_title(shown.need),
                need_organisation=shown.need.organisation or _CLOSED,
                achievement_title=_title(shown.achievement),
                achievement_organisation=shown.achievement.organisation or _CLOSED,
                broker=shown.broker,
            )
        )
    detail = {"first": first.isoformat(), "last": last.isoformat(), "count": len(entries)}
    note(session, caller, "contracts-read", kind="introduction", detail=detail)
    return Register(entries, [_total(kind, entries) for kind in ContractKind])


def _title(brief: Brief) -> str:
    return _CLOSED if brief.seen is None else brief.seen.record.title


def _total(kind: ContractKind, entries: Sequence[Entry]) -> Total:
    amounts = [entry.contract.amount_cny for entry in entries if entry.contract.kind is kind]
    return Total(kind, len(amounts), sum(amounts))
