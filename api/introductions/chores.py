"""Regular work of introductions: reminding of what is due, and letting go on what was withheld and need not be more."""

import datetime as dt

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from api.access.caller import Caller
from api.audit import note
from api.chores import Chore
from api.days import china_day
from api.db.tables import Account, Introduction, Organisation, RecordRow
from api.introductions.blocked import avoids
from api.introductions.log import KIND, others_inside, tell_parts
from api.introductions.parts import Part
from api.introductions.requests import ASKED
from api.introductions.stages import OPEN
from api.records.content import stored_record
from api.records.states import State
from api.service import Service
from matcher.records import Need, Side

__all__ = ["CHORES", "DUE", "ask_withheld", "remind"]

DUE = "introduction-due"
"""Kind of the inbox items that remind."""
_OPEN = [stage.value for stage in OPEN]
_AT_ONCE = 200
_NOBODY = Caller()


def remind(session: Session, day: dt.date) -> int:
    """Tell of next actions that are due, once for each due day: the broker, or else the sides that accepted."""
    rows = session.scalars(
        select(Introduction)
        .where(
            Introduction.stage.in_(_OPEN),
            Introduction.due_on <= day,
            or_(Introduction.reminded_for.is_(None), Introduction.reminded_for != Introduction.due_on),
        )
        .order_by(Introduction.id)
        .limit(_AT_ONCE)
        .with_for_update()
    ).all()
    for row in rows:
        if row.due_on is None:
            continue
        broker = session.get(Account, row.broker_id) if row.broker_id is not None else None
        alone = broker is not None and broker.disabled_at is None
        parts = (Part.BROKER,) if alone else tuple(p for p in others_inside(row) if p is not Part.BROKER)
        day_text = row.due_on.isoformat()
        said = f"对接的下一步于 {day_text} 到期，请处理并更新"
        tell_parts(session, _NOBODY, row, parts, key=f"due:{day_text}", subject=said, kind=DUE)
        row.reminded_for = row.due_on
    session.flush()
    return len(rows)


def ask_withheld(session: Session) -> int:
    """Ask the sides that introductions were withheld from, where the need does not avoid anybody of them any more."""
    asked = 0
    rows = session.scalars(
        select(Introduction)
        .where(Introduction.withheld != "", Introduction.stage.in_(_OPEN))
        .order_by(Introduction.id)
        .with_for_update()
    ).all()
    for row in rows:
        need, achievement = session.get_one(RecordRow, row.need_id), session.get_one(RecordRow, row.achievement_id)
        gone = any(item.deleted_at is not None or item.state != State.PUBLISHED for item in (need, achievement))
        record, owner = stored_record(need), session.get_one(Organisation, row.achievement_owner_id)
        if gone or not isinstance(record, Need) or avoids(record, [owner.name, stored_record(achievement).org]):
            continue
        side, row.withheld = Side(row.withheld), ""
        # No step of the introduction and no new version: who asked must not learn that it was withheld till now.
        note(session, _NOBODY, "introduction-ask", kind=KIND, thing_id=row.id, detail={"part": side.value})
        tell_parts(session, _NOBODY, row, (Part(side.value),), key="ask", subject=ASKED)
        asked += 1
    session.flush()
    return asked


def _remind(service: Service) -> int:
    with service.database.work() as session:
        return remind(session, china_day())


def _ask_withheld(service: Service) -> int:
    with service.database.work() as session:
        return ask_withheld(session)


CHORES: tuple[Chore, ...] = (
    Chore("introduction-reminders", 600, _remind),
    Chore("introduction-asks", 600, _ask_withheld),
)
