"""What acceptance opens: each side's record to the other's organisation, both to the broker; each opening is logged."""

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from api.access.caller import Caller
from api.audit import note
from api.db.base import now
from api.db.tables import Grant, Introduction
from api.introductions.parts import broker_was_there
from matcher.records import Side

__all__ = ["close_to_broker", "open_to_all"]


def open_to_all(session: Session, caller: Caller, row: Introduction) -> None:
    """Both sides have accepted: write the grants, and a line in the audit log for each."""
    row.opened_at = now()
    _open(session, caller, row, Side.NEED, organisation_id=row.achievement_owner_id)
    _open(session, caller, row, Side.ACHIEVEMENT, organisation_id=row.need_owner_id)
    if row.broker_id is not None:
        for side in Side:
            _open(session, caller, row, side, account_id=row.broker_id)
    for owner_id, other_id in (
        (row.need_owner_id, row.achievement_owner_id),
        (row.achievement_owner_id, row.need_owner_id),
    ):
        # Its general contact line, which is in no record.
        detail = {"introduction": row.id, "to_organisation": other_id, "to_account": row.broker_id}
        note(session, caller, "open", kind="organisation", thing_id=owner_id, detail=detail)


def close_to_broker(session: Session, caller: Caller, row: Introduction) -> None:
    """A broker leaves: what only this introduction opened to it is closed again. Call before `broker_id` is cleared."""
    account_id = row.broker_id
    if account_id is None:
        return
    others = session.scalars(
        select(Introduction).where(Introduction.broker_id == account_id, Introduction.opened_at.is_not(None))
    ).all()
    for side, record_id in ((Side.NEED, row.need_id), (Side.ACHIEVEMENT, row.achievement_id)):
        kept = next(
            (
                item
                for item in others
                if item.id != row.id and record_id in {item.need_id, item.achievement_id} and broker_was_there(item)
            ),
            None,
        )
        grants = select(Grant).where(
            Grant.record_id == record_id, Grant.account_id == account_id, Grant.organisation_id.is_(None)
        )
        for grant in session.scalars(grants).all():
            if kept is not None:
                grant.introduction_id = kept.id
                continue
            session.delete(grant)
            detail = {"introduction": row.id, "account": account_id}
            note(session, caller, "close", kind=side.value, thing_id=record_id, detail=detail)
    session.flush()


def _open(
    session: Session,
    caller: Caller,
    row: Introduction,
    side: Side,
    *,
    organisation_id: str | None = None,
    account_id: str | None = None,
) -> None:
    record_id = row.need_id if side is Side.NEED else row.achievement_id
    to = Grant.account_id == account_id if account_id is not None else Grant.organisation_id == organisation_id
    nobody_else = or_(Grant.account_id.is_(None), Grant.organisation_id.is_(None))
    # An earlier introduction may have opened the record to them: one grant is enough, the opening is logged again.
    if session.scalar(select(Grant.id).where(Grant.record_id == record_id, to, nobody_else).limit(1)) is None:
        session.add(
            Grant(
                record_id=record_id,
                organisation_id=organisation_id,
                account_id=account_id,
                introduction_id=row.id,
            )
        )
        session.flush()
    detail = {"introduction": row.id, "organisation": organisation_id, "account": account_id}
    note(session, caller, "open", kind=side.value, thing_id=record_id, detail=detail)
