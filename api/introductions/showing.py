"""An introduction as one caller may see it. Before acceptance a side learns of the other what it could read anyway."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.access.caller import Caller
from api.access.groups import Group
from api.audit import note
from api.db.tables import Account, Introduction, Organisation, RecordRow
from api.introductions.parts import Part, broker_was_there, is_inside
from api.records.reading import Reader, Seen
from matcher.records import Side

__all__ = ["Brief", "Contact", "Read", "Shower", "Shown", "log_reads"]

T = TypeVar("T", RecordRow, Organisation, Account)
_LINE = frozenset({Group.BASIC, Group.OWNER})


@dataclass(frozen=True, slots=True, eq=False)
class Brief:
    """One side: the record as far as the caller sees it (None: not at all), and its owner's name where that is open."""

    side: Side
    seen: Seen | None
    organisation: str
    own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """How to reach one side; both lines may be empty."""

    side: Side
    organisation: str
    organisation_contact: str
    record_contact: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Shown:
    """What is shown of an introduction; `contacts` is empty before all have accepted."""

    row: Introduction
    part: Part
    inside: bool
    need: Brief
    achievement: Brief
    contacts: tuple[Contact, ...]
    broker: str

    @property
    def graded(self) -> bool:
        """Whether level and fit may be shown: they say something of both records."""
        return self.need.seen is not None and self.achievement.seen is not None


@dataclass(frozen=True, slots=True)
class Read:
    """Groups of a record that were shown in an introduction."""

    side: Side
    record_id: str
    version: int
    groups: tuple[str, ...]
    introduction_id: str


def log_reads(session: Session, caller: Caller, reads: Iterable[Read]) -> None:
    """Write into the audit log what `Shower.reads` found."""
    for read in reads:
        detail = {"groups": list(read.groups), "version": read.version, "introduction": read.introduction_id}
        note(session, caller, "read", kind=read.side.value, thing_id=read.record_id, detail=detail)


class Shower:
    """Shows introductions to one caller, having read what they name at once."""

    def __init__(self, reader: Reader, rows: Iterable[Introduction]) -> None:
        """`rows`: those that will be shown."""
        self._reader = reader
        session, found = reader.session, list(rows)
        records = {i for row in found for i in (row.need_id, row.achievement_id)}
        owners = {i for row in found for i in (row.need_owner_id, row.achievement_owner_id)}
        brokers = {row.broker_id for row in found if row.broker_id is not None}
        self._records = {row.id: row for row in _all(session, RecordRow, records)}
        self._owners = {row.id: row for row in _all(session, Organisation, owners)}
        self._brokers = {row.id: row for row in _all(session, Account, brokers)}

    def show(self, row: Introduction, part: Part, *, with_contacts: bool = False) -> Shown:
        """As the caller may see it in this part; contacts only where they are open, and asked for."""
        need = self._brief(Side.NEED, row.need_id, row.need_owner_id)
        achievement = self._brief(Side.ACHIEVEMENT, row.achievement_id, row.achievement_owner_id)
        contacts: tuple[Contact, ...] = ()
        if with_contacts and _contacts_open(row, part):
            contacts = (self._contact(need, row.need_owner_id), self._contact(achievement, row.achievement_owner_id))
        return Shown(
            row=row,
            part=part,
            inside=is_inside(row, part),
            need=need,
            achievement=achievement,
            contacts=contacts,
            broker=self._broker(row),
        )

    def reads(self, shown: Iterable[Shown], *, amounts: bool = False) -> list[Read]:
        """What was shown of others' that not everybody may read; it belongs into the audit log.

        Args:
            shown: what the caller is answered with.
            amounts: budget and price are in the answer, too.
        """
        found: list[Read] = []
        line = _LINE | {Group.TERMS} if amounts else _LINE
        for item in shown:
            groups = line | {Group.CONTACT} if item.contacts else line
            for brief in (item.need, item.achievement):
                if brief.seen is None or brief.own:
                    continue
                read = tuple(group.value for group in brief.seen.restricted if group in groups)
                if read:
                    found.append(Read(brief.side, brief.seen.row.id, brief.seen.row.version, read, item.row.id))
        return found

    def _brief(self, side: Side, record_id: str, owner_id: str) -> Brief:
        record = self._records.get(record_id)
        own = self._reader.caller.owns(owner_id)
        if record is None or not self._reader.sees(record):
            return Brief(side, None, self._owners[owner_id].name if own else "", own)
        seen = self._reader.see(record)
        open_owner = own or Group.OWNER not in seen.closed
        return Brief(side, seen, self._owners[owner_id].name if open_owner else "", own)

    def _contact(self, brief: Brief, owner_id: str) -> Contact:
        owner = self._owners[owner_id]
        return Contact(
            side=brief.side,
            organisation=owner.name,
            organisation_contact=owner.contact,
            record_contact="" if brief.seen is None else brief.seen.record.contact,
        )

    def _broker(self, row: Introduction) -> str:
        broker = self._brokers.get(row.broker_id or "")
        return "" if broker is None else broker.display_name or broker.login


def _contacts_open(row: Introduction, part: Part) -> bool:
    if row.opened_at is None:
        return False
    return part in {Part.NEED, Part.ACHIEVEMENT} or (part is Part.BROKER and broker_was_there(row))


def _all(session: Session, table: type[T], ids: Iterable[str]) -> Sequence[T]:
    wanted = sorted(ids)
    return session.scalars(select(table).where(table.id.in_(wanted))).all() if wanted else ()
