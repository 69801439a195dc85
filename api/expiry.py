"""Records whose day has come: reminders before it, and the end of what nobody renewed."""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from api.chores import Chore
from api.days import china_day
from api.db.tables import RecordRow
from api.inbox import tell_organisation
from api.records.states import State
from api.records.store import RecordStore
from api.service import Service
from matcher.corpus.side import side_label
from matcher.records import Side

__all__ = ["CHORES", "expire", "remind"]

_HOUR_S = 3600
_BATCH = 50
_SHOWN = 20


def expire(service: Service, *, today: dt.date | None = None) -> int:
    """Let published records whose last day was before today be expired, and tell their owners; how many there were."""
    day = today or china_day()

    def move(session: Session, owner_id: str, rows: Sequence[RecordRow]) -> None:
        store = RecordStore(session, None)
        for row in rows:
            store.move(row, State.EXPIRED, action="expire")
        _tell(session, owner_id, rows, f"有 {len(rows)} 条记录已过期，不再参与匹配", "expired")

    return sum(_by_owner(service, RecordRow.valid_until < day, move))


def remind(service: Service, *, today: dt.date | None = None) -> int:
    """Remind owners of records that end within `renewal_days`, once for each last day; how many there were."""
    day = today or china_day()
    last = day + dt.timedelta(days=service.settings.renewal_days)

    def note(session: Session, owner_id: str, rows: Sequence[RecordRow]) -> None:
        for row in rows:
            row.reminded_for = row.valid_until
        _tell(session, owner_id, rows, f"有 {len(rows)} 条记录将于 {last} 前到期，请续期", "renewal")

    due = (RecordRow.valid_until >= day) & (RecordRow.valid_until <= last)
    not_yet = or_(RecordRow.reminded_for.is_(None), RecordRow.reminded_for != RecordRow.valid_until)
    return sum(_by_owner(service, due & not_yet, note))


def _by_owner(
    service: Service, wanted: ColumnElement[bool], change: Callable[[Session, str, Sequence[RecordRow]], None]
) -> Iterator[int]:
    """Change the published records that are wanted, some of one owner in a transaction; how many each time."""
    while True:
        with service.database.work() as session:
            rows = session.scalars(
                select(RecordRow)
                .where(RecordRow.deleted_at.is_(None), RecordRow.state == State.PUBLISHED, wanted)
                .order_by(RecordRow.owner_id, RecordRow.id)
                .limit(_BATCH)
            ).all()
            for owner_id, found in groupby(rows, key=lambda row: row.owner_id):
                change(session, owner_id, list(found))
        if not rows:
            return
        yield len(rows)


def _tell(session: Session, owner_id: str, rows: Sequence[RecordRow], subject: str, about: str) -> None:
    first = rows[0]
    named = f"{side_label(Side(first.side))}“{first.title[:60]}”" if len(rows) == 1 else ""
    texts = {"expired": "已过期，不再参与匹配", "renewal": f"将于 {first.valid_until} 到期，请续期"}
    tell_organisation(
        session,
        owner_id,
        # Repeated, the first record is no longer among those that are wanted, so the key is new where the news is.
        key=f"{about}:{first.id}:{first.valid_until}",
        kind="renewal",
        subject=f"{named}{texts[about]}" if named else subject,
        body={
            "about": about,
            "records": [
                {"id": row.id, "side": row.side, "title": row.title, "valid_until": str(row.valid_until)}
                for row in rows[:_SHOWN]
            ],
            "count": len(rows),
        },
    )


CHORES: tuple[Chore, ...] = (Chore("expire-records", _HOUR_S, expire), Chore("remind-owners", _HOUR_S, remind))
