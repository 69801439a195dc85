"""Records of a file → rows of the database, in small transactions, each of which also says how far it got."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from api.access.caller import Caller
from api.db.tables import RecordRow
from api.errors import InvalidError
from api.imports.refusing import fault_of
from api.jobs.context import JobContext
from api.records.content import stored_record, to_content
from api.records.cut import uncut
from api.records.publishing import first_state
from api.records.states import State
from api.records.store import Draft, Outcome, RecordStore
from api.service import Service
from matcher.corpus.rejected import RejectedRow
from matcher.errors import RecordError
from matcher.records import Record, Side

__all__ = ["Entered", "Entering", "Order"]

# SQLite has one writer, and who waits for it looks again every 25 ms at first: so transactions are short, and between
# two of them there is as long a pause. Without it another writer was seen to wait for three seconds.
_MOST, _LONGEST_S, _LONGEST_PAUSE_S = 200, 0.03, 0.2
_TRIES = 3
_HEADINGS = ("编号", "名称")


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """For whom records are entered, in whose name, and whether they are published."""

    owner_id: str
    owner_name: str
    caller: Caller
    publish: bool


@dataclass(slots=True)
class Entered:
    """How many records were entered, and which were not: place and reason, in JSON's terms."""

    counts: dict[str, int] = field(default_factory=lambda: {outcome.value: 0 for outcome in Outcome})
    refused: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def of(cls, saved: Mapping[str, Any]) -> "Entered":
        """As `saved` says, or nothing yet."""
        entered = cls()
        entered.counts |= saved.get("counts", {})
        entered.refused = list(saved.get("refused", []))
        return entered

    def copy(self) -> "Entered":
        """To be changed by a transaction that may be rolled back."""
        return Entered(dict(self.counts), list(self.refused))

    def rejected_rows(self) -> list[RejectedRow]:
        """The records that were not entered, as rows of the spreadsheet to mend."""
        return [
            RejectedRow(
                file=row["file"],
                sheet=row["sheet"],
                row=row["row"],
                field=row["field"],
                value="",
                reason=row["reason"],
                headings=_HEADINGS,
                cells=(row["id"], row["title"]),
            )
            for row in self.refused
        ]


class Entering:
    """Enters records in their order; cut off at any moment, the next run goes on after the last transaction."""

    def __init__(self, service: Service, context: JobContext, order: Order) -> None:
        """Nothing is entered yet."""
        self._database = service.database
        self._context = context
        self._order = order
        self._state = first_state(service.settings, order.caller, publish=order.publish)
        self._reviewed = first_state(service.settings, order.caller, publish=True) is State.REVIEW

    def enter(self, records: Sequence[Record]) -> Entered:
        """Enter them all.

        Raises:
            JobCancelledError, JobLostError: as the context says; what was entered before stays.
        """
        entered, done = Entered.of(self._context.saved), int(self._context.saved.get("done", 0))
        while done < len(records):
            begun_s = time.monotonic()
            entered, done = self._some_more(records, entered, done)
            if self._database.is_sqlite:
                time.sleep(min(max(time.monotonic() - begun_s, _LONGEST_S), _LONGEST_PAUSE_S))
        return entered

    def _some_more(self, records: Sequence[Record], before: Entered, done: int) -> tuple[Entered, int]:
        """One transaction; tried again where somebody entered the same record at the same moment."""
        for _ in range(_TRIES - 1):
            try:
                return self._transaction(records, before.copy(), done)
            except IntegrityError:
                time.sleep(_LONGEST_S)
        return self._transaction(records, before.copy(), done)

    def _transaction(self, records: Sequence[Record], entered: Entered, done: int) -> tuple[Entered, int]:
        with self._database.work() as session:
            ends_s = time.monotonic() + _LONGEST_S
            some = records[done : done + _MOST]
            known = self._known(session, some)
            store = RecordStore(session, self._order.caller.account_id)
            for record in some:
                self._one(store, record, known, entered)
                done += 1
                if time.monotonic() > ends_s:
                    break
            saved = {"done": done, "counts": entered.counts, "refused": entered.refused}
            self._context.save(session, done, len(records), saved, f"已导入 {done} / {len(records)} 条")
        return entered, done

    def _known(self, session: Session, records: Sequence[Record]) -> dict[tuple[str, str], RecordRow]:
        ids = [record.id for record in records]
        # With the side the unique index serves; without it every record of the owner would be looked at.
        found = select(RecordRow).where(
            RecordRow.owner_id == self._order.owner_id,
            RecordRow.side.in_([side.value for side in Side]),
            RecordRow.external_id.in_(ids),
        )
        return {(row.side, row.external_id): row for row in session.scalars(found)}

    def _one(
        self,
        store: RecordStore,
        record: Record,
        known: Mapping[tuple[str, str], RecordRow],
        entered: Entered,
    ) -> None:
        record = replace(record, org=record.org or self._order.owner_name)
        before = known.get((record.side.value, record.id))
        try:
            fault_of(record)
            record = uncut(record, None if before is None else stored_record(before))
            if before is not None and _says_the_same(record, before):
                # The same rows from a file of another name are no change.
                record = replace(record, provenance=stored_record(before).provenance)
            draft = Draft(record=record, owner_id=self._order.owner_id, external_id=record.id)
            row, outcome = store.upsert(draft, state=self._state, action="import")
        except (InvalidError, RecordError) as error:
            entered.refused.append(_refused(record, error))
            return
        if self._move(store, row, outcome) and outcome is Outcome.UNCHANGED:
            outcome = Outcome.CHANGED
        entered.counts[outcome.value] += 1

    def _move(self, store: RecordStore, row: RecordRow, outcome: Outcome) -> bool:
        """Publish a draft that is entered again to be published; have changes looked at where there is review."""
        if row.state == State.DRAFT and self._state is not State.DRAFT:
            store.move(row, self._state, action=self._state.value)
            return True
        if row.state == State.PUBLISHED and outcome is Outcome.CHANGED and self._reviewed:
            store.move(row, State.REVIEW, action="review")
            return True
        return False


def _says_the_same(record: Record, row: RecordRow) -> bool:
    try:
        content = to_content(record)
    except RecordError:
        return False
    return {**content, "provenance": None} == {
        **row.content,
        "provenance": None,
    } and row.visibility == record.visibility


def _refused(record: Record, error: InvalidError | RecordError) -> dict[str, Any]:
    place = record.provenance
    secret = isinstance(error, InvalidError)
    return {
        "file": place.file if place else "",
        "sheet": (place.sheet if place else None) or "",
        "row": place.row if place else 0,
        "field": error.field if isinstance(error, InvalidError) else "",
        "reason": str(error),
        "id": "" if secret else record.id[:200],
        # A text that may be a state secret is not repeated anywhere.
        "title": "" if secret else record.title[:500],
    }
