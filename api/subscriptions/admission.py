"""What may be told to a subscriber at all: of what is seen, stands, is another's, and was not refused."""

import datetime as dt
from collections.abc import Collection

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from api.access.caller import Caller
from api.db.tables import Account, Introduction, Recommendation, RecordRow, Subscription
from api.introductions.parts import of_caller
from api.records.reading import Reader
from api.records.states import State
from matcher.rank.gates import blocks
from matcher.records import Side

__all__ = ["Admission", "refused_by"]

REFUSED = "refused"


class Admission:
    """The rules for one account, in one session."""

    def __init__(self, session: Session, caller: Caller, today: dt.date) -> None:
        """`today`: the day validity is judged on."""
        self._session = session
        self.reader = Reader(session, caller)
        self._caller = caller
        self._today = today

    def admitted(self, subscription: Subscription, rows: Collection[RecordRow]) -> tuple[RecordRow, ...]:
        """Those of the records that the subscription may lead to, in the order given."""
        fit = [row for row in rows if self._may(subscription, row)]
        if not fit:
            return ()
        ids = [row.id for row in fit]
        refused = refused_by(self._session, self._caller, ids) | self._introduced(subscription, ids)
        return tuple(row for row in fit if row.id not in refused)

    def _may(self, subscription: Subscription, row: RecordRow) -> bool:
        caller = self._caller
        if row.side != subscription.looks_for or row.state != State.PUBLISHED or not self.reader.sees(row):
            return False
        if caller.owns(row.owner_id) or (row.valid_until is not None and row.valid_until < self._today):
            return False
        # As in a search: whoever would rather not meet the subscriber's organisation is not offered to it.
        return not any(blocks(str(name), caller.organisation_name) for name in row.content.get("blocked_orgs", ()))

    def _introduced(self, subscription: Subscription, record_ids: Collection[str]) -> set[str]:
        """Records that introductions have dealt with.

        For an own record: whatever was introduced to it, whatever came of that. For a saved search: what was introduced
        to the account or its organisation in vain.
        """
        theirs, mine = (
            (Introduction.achievement_id, Introduction.need_id)
            if subscription.looks_for == Side.ACHIEVEMENT
            else (Introduction.need_id, Introduction.achievement_id)
        )
        # What is withheld from the subscriber must not be betrayed by a recommendation that does not come.
        known = or_(of_caller(self._caller), Introduction.requested_by == self._caller.account_id)
        if subscription.record_id is not None:
            concerned: ColumnElement[bool] = and_(mine == subscription.record_id, known)
        else:
            over = or_(
                Introduction.stage == "lost",
                Introduction.need_answer == "declined",
                Introduction.achievement_answer == "declined",
            )
            concerned = and_(over, known)
        return set(self._session.scalars(select(theirs).where(theirs.in_(record_ids), concerned)))


def refused_by(session: Session, caller: Caller, record_ids: Collection[str]) -> set[str]:
    """Those of the records that the account, or somebody of its organisation, has refused in any subscription."""
    same = (
        Account.id == caller.account_id
        if caller.organisation_id is None
        else Account.organisation_id == caller.organisation_id
    )
    return set(
        session.scalars(
            select(Recommendation.record_id)
            .join(Subscription, Subscription.id == Recommendation.subscription_id)
            .join(Account, Account.id == Subscription.account_id)
            .where(Recommendation.record_id.in_(record_ids), Recommendation.verdict == REFUSED, same)
        )
    )
