"""Writing records: every change is a version, and every change that the index must learn of is queued with it."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.access.groups import ALWAYS_SECRET, Group
from api.db.base import new_id, now
from api.db.tables import IndexQueue, RecordRow, RecordVersion
from api.errors import ChangedError, ConflictError, InvalidError
from api.records.content import check_no_state_secret, to_content
from api.records.states import State, check_move
from matcher.records import Record, Side, Tier

__all__ = ["Draft", "Outcome", "RecordStore", "check_version"]


_BULK = frozenset({"import", "feed"})
_UNDECIDED = (State.REVIEW, State.DRAFT)


class Outcome(StrEnum):
    """What an upsert did."""

    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a record shall be. `tiers` are those of field groups the owner set, by name of group."""

    record: Record
    owner_id: str
    external_id: str = ""
    tiers: Mapping[str, int] | None = None
    feed_id: str | None = None


class RecordStore:
    """Changes records in one session, in the name of one account; the caller has checked who may."""

    def __init__(self, session: Session, account_id: str | None) -> None:
        """`account_id` None: the service itself."""
        self.session = session
        self.account_id = account_id

    def create(self, draft: Draft, *, state: State = State.DRAFT, action: str = "create") -> RecordRow:
        """A new record at version 1.

        Raises:
            ConflictError: the owner has a record of that external id on that side.
            InvalidError: a tier that cannot be set, or the mark of a state secret.
            RecordError: a number in the record is infinite or not a number.
        """
        tiers = _checked(draft)
        state = _unreviewed(state, draft.record.visibility)
        record_id = new_id()
        external_id = draft.external_id or record_id
        side = draft.record.side
        if self.find(draft.owner_id, side, external_id) is not None:
            raise ConflictError(
                f"贵单位已有编号为“{external_id}”的记录；请修改原记录，或换一个编号。", "This number is in use."
            )
        row = RecordRow(
            id=record_id,
            side=side.value,
            owner_id=draft.owner_id,
            external_id=external_id,
            title=draft.record.title[:500],
            content=to_content(draft.record),
            tiers=tiers,
            visibility=int(draft.record.visibility),
            state=state.value,
            version=0,
            feed_id=draft.feed_id,
            valid_until=draft.record.valid_until,
            created_by=self.account_id,
            published_at=now() if state is State.PUBLISHED else None,
        )
        self.session.add(row)
        self._keep(row, action)
        return row

    def change(
        self, row: RecordRow, record: Record, tiers: Mapping[str, int] | None, *, action: str = "change"
    ) -> None:
        """Put a record's content in place of what there was; `tiers` None leaves them.

        Raises:
            InvalidError: a tier that cannot be set, or the mark of a state secret.
            RecordError: a number in the record is infinite or not a number.
        """
        row.tiers = _checked(Draft(record=record, owner_id=row.owner_id, tiers=row.tiers if tiers is None else tiers))
        row.content = to_content(record)
        row.title = record.title[:500]
        row.visibility = int(record.visibility)
        row.valid_until = record.valid_until
        self._keep(row, action)

    def upsert(self, draft: Draft, *, state: State, action: str) -> tuple[RecordRow, Outcome]:
        """Create, or change what has the same owner, side and external id; nothing is written where nothing differs.

        A record that its owner withdrew or finished stays so; one that was deleted or expired comes back to `state`.

        Raises:
            InvalidError, RecordError: as for `create`.
        """
        found = self.find(draft.owner_id, draft.record.side, draft.external_id)
        if found is None:
            return self.create(draft, state=state, action=action), Outcome.CREATED
        returns = found.deleted_at is not None or found.state == State.EXPIRED
        tiers = found.tiers if draft.tiers is None else dict(draft.tiers)
        content = to_content(draft.record)
        same = (found.content, found.tiers, found.visibility) == (content, tiers, int(draft.record.visibility))
        if same and not returns:
            return found, Outcome.UNCHANGED
        if returns:
            found.deleted_at = None
            found.state = _unreviewed(state, draft.record.visibility).value
            if found.state == State.PUBLISHED:
                # It was not there meanwhile: what waits for a partner waits from now on.
                found.published_at = now()
        if draft.feed_id is not None:
            found.feed_id = draft.feed_id
        self.change(found, draft.record, draft.tiers, action=action)
        return found, Outcome.CHANGED

    def move(self, row: RecordRow, state: State, *, action: str) -> None:
        """Change a record's state; a change of a published record that passed its review leaves its day.

        Raises:
            ConflictError: it cannot go there from where it is.
        """
        wished, state = state, _unreviewed(state, Tier(row.visibility))
        if wished is not state and row.state == state:
            return
        check_move(State(row.state), state)
        if state is State.PUBLISHED and not self._is_only_changed(row):
            row.published_at = now()
        row.state = state.value
        self._keep(row, action)

    def extend(self, row: RecordRow, valid_until: dt.date, *, action: str = "renew") -> None:
        """Let a record be valid until another day."""
        row.valid_until = valid_until
        row.content = {**row.content, "valid_until": valid_until.isoformat()}
        self._keep(row, action)

    def delete(self, row: RecordRow, *, action: str = "delete") -> None:
        """Hide a record for good; its versions stay."""
        row.deleted_at = now()
        self._keep(row, action)

    def find(self, owner_id: str, side: Side, external_id: str) -> RecordRow | None:
        """The record of an owner's own number, also where it was deleted."""
        return self.session.scalars(
            select(RecordRow).where(
                RecordRow.owner_id == owner_id, RecordRow.side == side.value, RecordRow.external_id == external_id
            )
        ).one_or_none()

    def _is_only_changed(self, row: RecordRow) -> bool:
        """Whether a record in review, or sent back from it, was published until then: neither new nor back again."""
        if row.published_at is None or row.state not in _UNDECIDED:
            return False
        # The row cannot tell: one that was withdrawn has a day, too, and also comes back by way of a review.
        last = self.session.scalars(
            select(RecordVersion.state)
            .where(RecordVersion.record_id == row.id, RecordVersion.state.not_in(_UNDECIDED))
            .order_by(RecordVersion.version.desc())
            .limit(1)
        ).first()
        return last == State.PUBLISHED

    def _keep(self, row: RecordRow, action: str) -> None:
        """The next version, and a place in the index's queue."""
        row.version += 1
        row.updated_at = now()
        self.session.flush()
        self.session.add(
            RecordVersion(
                record_id=row.id,
                version=row.version,
                content=row.content,
                tiers=row.tiers,
                visibility=row.visibility,
                state="deleted" if row.deleted_at is not None else row.state,
                action=action,
                changed_by=self.account_id,
            )
        )
        self.session.add(IndexQueue(record_id=row.id, bulk=action in _BULK))
        self.session.flush()


def _unreviewed(state: State, visibility: Tier) -> State:
    """A record that only its owner sees is not reviewed: nobody who reviews could see it."""
    return State.PUBLISHED if state is State.REVIEW and visibility is Tier.SECRET else state


def check_version(row: RecordRow, expected: int) -> None:
    """Raises ChangedError where somebody changed the record since the caller read it."""
    if row.version != expected:
        raise ChangedError(
            f"记录“{row.title[:40]}”已被修改（您看到的是第 {expected} 版，现在是第 {row.version} 版）；"
            "请重新读取，确认后再提交。",
            f"The record is at version {row.version}, not {expected}.",
        )


def _checked(draft: Draft) -> dict[str, int]:
    """The tiers to store."""
    check_no_state_secret(draft.record)
    tiers: dict[str, int] = {}
    for name, tier in (draft.tiers or {}).items():
        if name not in set(Group):
            raise InvalidError(f"没有叫“{name}”的字段组；可用：{'、'.join(Group)}。", field=f"tiers.{name}")
        if tier not in set(Tier):
            raise InvalidError(f"字段组“{name}”的可见级别是 {tier}；应为 1 到 4。", field=f"tiers.{name}")
        if Group(name) in ALWAYS_SECRET and tier != Tier.SECRET:
            raise InvalidError(f"字段组“{name}”只能仅本人可见，不能放宽。", field=f"tiers.{name}")
        tiers[name] = int(tier)
    return tiers
