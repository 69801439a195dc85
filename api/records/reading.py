"""Which records a caller sees, and how much of each. Whatever is not seen is answered like what does not exist."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from sqlalchemy import ColumnElement, Select, and_, false, or_, select
from sqlalchemy.orm import Session

from api.access.caller import Caller
from api.access.groups import Group, closed_groups, projected
from api.db.tables import Grant, RecordRow
from api.errors import NotFoundError
from api.records.content import to_record
from api.records.states import State
from matcher.corpus.side import side_label
from matcher.index.eyes import Eyes
from matcher.records import Record, Side, Tier

__all__ = ["Placed", "Reader", "Seen"]


class Placed(Protocol):
    """What of a row of `records` says who may see it, and how much: a row, or just these columns."""

    @property
    def id(self) -> str:
        """Its id."""

    @property
    def owner_id(self) -> str:
        """The organisation it belongs to."""

    @property
    def state(self) -> str:
        """One of `State`."""

    @property
    def visibility(self) -> int:
        """Of the record as a whole, 1 to 4."""

    @property
    def deleted_at(self) -> dt.datetime | None:
        """None while it is there."""

    @property
    def tiers(self) -> Mapping[str, int]:
        """Those of field groups that the owner set."""


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """A record as one caller sees it; `closed` are the groups that were blanked."""

    row: RecordRow
    record: Record
    tier: Tier
    own: bool
    closed: frozenset[Group]

    @property
    def restricted(self) -> tuple[Group, ...]:
        """Groups that were shown and that not everybody who is signed in may read; they go into the audit log."""
        above = closed_groups(self.row.tiers, Tier(self.row.visibility), Tier.REGISTERED)
        return tuple(sorted(above - self.closed - {Group.OWN}))


class Reader:
    """What one caller may read, in one session."""

    def __init__(self, session: Session, caller: Caller) -> None:
        """Nothing is asked of the database yet."""
        self.session = session
        self.caller = caller

    @cached_property
    def granted(self) -> frozenset[str]:
        """Ids of the records that an accepted introduction opened to the caller."""
        conditions: list[ColumnElement[bool]] = []
        if self.caller.organisation_id is not None:
            conditions.append(Grant.organisation_id == self.caller.organisation_id)
        if self.caller.account_id is not None:
            conditions.append(Grant.account_id == self.caller.account_id)
        if not conditions:
            return frozenset()
        return frozenset(self.session.scalars(select(Grant.record_id).where(or_(*conditions))))

    @property
    def visible(self) -> ColumnElement[bool]:
        """The condition on `RecordRow` under which the caller may know of a row."""
        caller = self.caller
        own = RecordRow.owner_id == caller.organisation_id if caller.organisation_id is not None else false()
        open_to_all = and_(RecordRow.state == State.PUBLISHED, RecordRow.visibility <= int(caller.tier))
        in_review = (
            and_(RecordRow.state == State.REVIEW, RecordRow.visibility <= int(caller.tier))
            if caller.is_staff
            else false()
        )
        granted = RecordRow.id.in_(self.granted) if self.granted else false()
        return and_(RecordRow.deleted_at.is_(None), or_(own, open_to_all, in_review, granted))

    def sees(self, row: Placed) -> bool:
        """The same condition on a row that is at hand."""
        if row.deleted_at is not None:
            return False
        if self.caller.owns(row.owner_id) or row.id in self.granted:
            return True
        states = {State.PUBLISHED, State.REVIEW} if self.caller.is_staff else {State.PUBLISHED}
        return row.state in states and row.visibility <= self.caller.tier

    def row(self, record_id: str, side: Side | None = None) -> RecordRow:
        """A row the caller may know of.

        Raises:
            NotFoundError: there is none of that id, or the caller may not know of it.
        """
        row = self.session.get(RecordRow, record_id)
        if row is None or (side is not None and row.side != side) or not self.sees(row):
            what = "记录" if side is None else side_label(side)
            raise NotFoundError(f"没有编号为“{record_id[:40]}”的{what}；请核对编号。", "No such record.")
        return row

    def owned(self, record_id: str, side: Side | None = None) -> RecordRow:
        """A row the caller may change: its organisation's own; staff may change what they can see.

        Raises:
            NotFoundError: as for `row`; also where it is another's, which is none of the caller's business.
        """
        row = self.row(record_id, side)
        if not (self.caller.owns(row.owner_id) or self.caller.is_staff):
            raise NotFoundError(f"您的单位没有编号为“{record_id[:40]}”的记录；请核对编号。", "No such record of yours.")
        return row

    def see(self, row: RecordRow) -> Seen:
        """A row that passed `row` or `visible`, as the caller may read it."""
        own, tier = self.caller.owns(row.owner_id), self._tier(row)
        closed = closed_groups(row.tiers, Tier(row.visibility), tier, own=own)
        return Seen(row, projected(to_record(row), row.tiers, tier, own=own), tier, own, closed)

    def opens(self, row: Placed, group: Group) -> bool:
        """Whether `see` would leave a group of a row that passed `visible`."""
        own = self.caller.owns(row.owner_id)
        return group not in closed_groups(row.tiers, Tier(row.visibility), self._tier(row), own=own)

    def seen_by(self, row: RecordRow, tier: Tier) -> Seen:
        """A row that passed `row`, as a stranger of that tier would read it once it is published.

        Raises:
            NotFoundError: the record as a whole is closed to them.
        """
        if row.visibility > tier:
            raise NotFoundError("这一级读者看不到这条记录；请换一级查看。", "Closed to readers of that tier.")
        closed = closed_groups(row.tiers, Tier(row.visibility), tier)
        return Seen(row, projected(to_record(row), row.tiers, tier), tier, False, closed)

    def eyes(self) -> Eyes:
        """What the engine may answer this caller with.

        Of the caller's own records only those are named that its role would not see anyway: an institution may own
        tens of thousands, and the index holds nothing of a record that not everybody may read who may see it.
        """
        above = (RecordRow.visibility > int(self.caller.tier), RecordRow.visibility < int(Tier.SECRET))
        columns = select(RecordRow.side, RecordRow.id).where(RecordRow.state == State.PUBLISHED, *above)
        own = columns.where(RecordRow.owner_id == self.caller.organisation_id)
        opened = columns.where(RecordRow.id.in_(self.granted))
        return Eyes(
            tier=self.caller.tier,
            own=self._keys(own) if self.caller.organisation_id is not None else frozenset(),
            opened=self._keys(opened) if self.granted else frozenset(),
        )

    def _tier(self, row: Placed) -> Tier:
        """Of all that is closed in a row the caller reads what is open to this tier."""
        return Tier.SECRET if self.caller.owns(row.owner_id) or row.id in self.granted else self.caller.tier

    def _keys(self, wanted: Select[str, str]) -> frozenset[tuple[Side, str]]:
        return frozenset((Side(side), record_id) for side, record_id in self.session.execute(wanted))
