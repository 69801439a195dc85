"""One item of a feed → one record of its owner, in the state that feed, source and review ask for."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from api.db.tables import Feed, Organisation, RecordRow, RecordVersion
from api.errors import ConflictError, InvalidError
from api.feeds.item import Item, check_external_id
from api.records.content import stored_record, to_content
from api.records.cut import uncut
from api.records.states import State
from api.records.store import Draft, Outcome, RecordStore
from matcher.errors import RecordError
from matcher.records import Record, Side, Tier

__all__ = ["WITHDRAWN", "FeedWriter"]

WITHDRAWN = "feed-withdraw"
"""Action of a version by which a feed took its record back; what somebody else took back, a feed lets lie."""
_ACTION = "feed"
_LIVE = frozenset({State.DRAFT, State.REVIEW, State.PUBLISHED})
_GONE = frozenset({State.WITHDRAWN, State.DONE, State.EXPIRED})
# What the source itself says of a record that is not to be offered (`matcher.corpus.values.status`).
_UNFINISHED = frozenset({"草稿", "审核"})
_ENDED: Mapping[str, State] = MappingProxyType(
    {
        "撤回": State.WITHDRAWN,
        "过期": State.EXPIRED,
        "已转化": State.DONE,
        "已签约": State.DONE,
        "已结束": State.DONE,
    }
)


class FeedWriter:
    """Writes a feed's items in one session. Each stands alone: one that fails leaves the others as they are."""

    def __init__(
        self, session: Session, feed: Feed, *, review: bool, today: dt.date, account_id: str | None = None
    ) -> None:
        """Nothing is written yet.

        Args:
            session: a transaction.
            feed: whose items these are.
            review: the installation looks at records before they are published.
            today: in China.
            account_id: in whose name; the feed's account where nobody else is named.
        """
        self._session = session
        self._feed = feed
        self._owner = session.get_one(Organisation, feed.organisation_id)
        self._store = RecordStore(session, account_id or feed.account_id)
        self._today = today
        published = State.REVIEW if review else State.PUBLISHED
        self._start = published if feed.publish else State.DRAFT
        self._review = review

    def enter(self, item: Item) -> tuple[RecordRow, Outcome]:
        """Create or change the record of an item; the same item again changes nothing.

        Raises:
            InvalidError: no usable number, a wrong side, a tier that cannot be set, the mark of a state secret.
            ConflictError: the record of that number was entered by hand or by another feed.
            RecordError: a number in the record is infinite or not a number, or a text was cut by a workbook.
        """
        self._check(item)
        # Another process may create the same number at the same moment; then it is there the second time.
        for last in (False, True):
            try:
                with self._session.begin_nested():
                    return self._enter(item)
            except IntegrityError as error:
                self._session.expire_all()
                if last:
                    raise ConflictError(
                        f"编号“{item.external_id}”正被另一个请求修改；请稍后重试。", "Changed at the same moment."
                    ) from error
        raise ConflictError(f"编号“{item.external_id}”未能写入；请稍后重试。")

    def unchanged(self, items: Sequence[Item]) -> set[str]:
        """Numbers of those items that would change nothing; nothing is locked, as most of a daily read is so."""
        numbers = [item.external_id for item in items]
        found = self._session.scalars(
            select(RecordRow).where(
                RecordRow.owner_id == self._feed.organisation_id,
                RecordRow.side == self._feed.side,
                RecordRow.external_id.in_(numbers),
                RecordRow.feed_id == self._feed.id,
                RecordRow.deleted_at.is_(None),
                RecordRow.state.in_(_LIVE),
            )
        )
        rows = {row.external_id: row for row in found}
        return {item.external_id for item in items if self._is_same(rows.get(item.external_id), item)}

    def withdraw(self, row: RecordRow) -> bool:
        """Take a record of this feed back: what is published is withdrawn, a draft is deleted; False where it was."""
        if row.deleted_at is not None or row.state not in _LIVE:
            return False
        if row.state == State.PUBLISHED:
            self._store.move(row, State.WITHDRAWN, action=WITHDRAWN)
        else:
            self._store.delete(row, action=WITHDRAWN)
        return True

    def _is_same(self, row: RecordRow | None, item: Item) -> bool:
        """Whether the item says what the row says, and wants it no other state."""
        if row is None or item.record.side != self._feed.side:
            return False
        try:
            record = self._ready(item, row)
        except RecordError:
            # What is wrong with it is said where it is entered.
            return False
        tiers = row.tiers if item.tiers is None else dict(item.tiers)
        if (row.content, row.tiers, row.visibility) != (to_content(record), tiers, int(record.visibility)):
            return False
        return self._state_of(record) not in _GONE and record.status not in _UNFINISHED

    def _check(self, item: Item) -> None:
        check_external_id(item.external_id)
        if item.record.side != self._feed.side:
            raise InvalidError("记录的类型（需求或成果）与供数的设置不符；请改用另一个供数。", field="content")

    def _enter(self, item: Item) -> tuple[RecordRow, Outcome]:
        found = self._store.find(self._feed.organisation_id, Side(self._feed.side), item.external_id)
        if found is not None:
            # Two that push the same record at once take turns.
            self._session.refresh(found, with_for_update=True)
            self._check_ours(found)
        record = self._ready(item, found)
        draft = Draft(
            record=record,
            owner_id=self._feed.organisation_id,
            external_id=item.external_id,
            tiers=item.tiers,
            feed_id=self._feed.id,
        )
        if found is None:
            return self._store.create(draft, state=self._state_of(record), action=_ACTION), Outcome.CREATED
        if found.state == State.EXPIRED and found.deleted_at is None and self._state_of(record) is State.EXPIRED:
            return self._change_only(found, draft)
        row, outcome = self._store.upsert(draft, state=self._state_of(record), action=_ACTION)
        row.feed_id = self._feed.id
        moved = self._settle(row, record, changed=outcome is Outcome.CHANGED)
        return row, Outcome.CHANGED if moved else outcome

    def _check_ours(self, row: RecordRow) -> None:
        """What a person entered, or another feed brings, is not overwritten behind its back."""
        if row.feed_id == self._feed.id or row.deleted_at is not None or self._feed.adopt:
            return
        other = None if row.feed_id is None else self._session.get(Feed, row.feed_id)
        if row.feed_id is not None and other is None:
            return
        whose = "由人工录入" if other is None else f"由另一个供数“{other.name}”提供"
        raise ConflictError(
            f"编号“{row.external_id}”的记录{whose}，未覆盖；如应改由本供数更新，请在供数设置中打开“接管已有记录”。",
            "A record of this number was entered by hand or by another feed.",
        )

    def _ready(self, item: Item, found: RecordRow | None) -> Record:
        """The item's record with what the source does not say: the owner's name, and what was set by hand.

        Raises:
            RecordError: a text was cut by a workbook, and is not known whole.
        """
        record = uncut(item.record, None if found is None else stored_record(found))
        record = replace(record, id="", org=record.org or self._owner.name)
        if found is None:
            tier = record.visibility if item.visibility_stated else Tier(self._feed.visibility)
            return replace(record, visibility=tier)
        if not item.visibility_stated:
            record = replace(record, visibility=Tier(found.visibility))
        before = stored_record(found)
        record = replace(record, **{name: getattr(before, name) for name in item.kept})
        # A row that only moved within its file has not changed.
        moved = replace(record, provenance=before.provenance)
        return moved if to_content(moved) == found.content else record

    def _state_of(self, record: Record) -> State:
        if record.valid_until is not None and record.valid_until < self._today:
            return State.EXPIRED
        if record.status in _UNFINISHED:
            return State.DRAFT
        return _ENDED.get(record.status, self._start)

    def _change_only(self, row: RecordRow, draft: Draft) -> tuple[RecordRow, Outcome]:
        """Expired it stays, whatever else was changed."""
        row.feed_id = self._feed.id
        tiers = row.tiers if draft.tiers is None else dict(draft.tiers)
        after = (to_content(draft.record), tiers, int(draft.record.visibility))
        if (row.content, row.tiers, row.visibility) == after:
            return row, Outcome.UNCHANGED
        self._store.change(row, draft.record, draft.tiers, action=_ACTION)
        return row, Outcome.CHANGED

    def _settle(self, row: RecordRow, record: Record, *, changed: bool) -> bool:
        """Move a record that was there to where the source wants it; whether it moved."""
        wanted = self._state_of(record)
        if record.status in _UNFINISHED and row.state == State.PUBLISHED:
            wanted = State.WITHDRAWN
        ended = wanted in _GONE
        if row.state == State.WITHDRAWN and not ended and self._withdrew(row):
            self._store.move(row, wanted, action=_ACTION)
        elif row.state == State.PUBLISHED and ended:
            self._store.move(row, wanted, action=WITHDRAWN if wanted is State.WITHDRAWN else _ACTION)
        elif row.state in {State.DRAFT, State.REVIEW} and wanted is State.WITHDRAWN:
            self.withdraw(row)
        elif row.state == State.PUBLISHED and changed and self._review:
            self._store.move(row, State.REVIEW, action="review")
        else:
            return False
        return True

    def _withdrew(self, row: RecordRow) -> bool:
        """Whether it was a feed that took the record back, or brought it so; not a person."""
        last = self._session.scalars(
            select(RecordVersion.action)
            .where(RecordVersion.record_id == row.id, RecordVersion.action != _ACTION)
            .order_by(RecordVersion.version.desc())
            .limit(1)
        ).first()
        return last is None or last == WITHDRAWN
