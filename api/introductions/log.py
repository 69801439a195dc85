"""What happens in an introduction: written down once, and told to those who work on it."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.access.caller import Caller
from api.audit import note
from api.db.base import now
from api.db.tables import Account, Introduction, IntroductionEvent, RecordRow
from api.inbox import tell
from api.introductions.parts import Part, is_inside

__all__ = ["KIND", "keep", "others_inside", "tell_parts"]

KIND = "introduction"
"""Of inbox items and webhooks."""


def keep(
    session: Session, caller: Caller, row: Introduction, action: str, detail: Mapping[str, Any] | None = None
) -> None:
    """The next version, with a line in the introduction's log and one in the audit log; codes, never free texts."""
    row.version += 1
    row.updated_at = now()
    session.flush()
    session.add(
        IntroductionEvent(
            introduction_id=row.id, account_id=caller.account_id, action=action, detail=dict(detail or {})
        )
    )
    note(session, caller, f"introduction-{action}", kind=KIND, thing_id=row.id, detail=detail)
    session.flush()


def others_inside(row: Introduction) -> tuple[Part, ...]:
    """The parts that work on an introduction now."""
    return tuple(part for part in (Part.NEED, Part.ACHIEVEMENT, Part.BROKER) if is_inside(row, part))


def tell_parts(
    session: Session,
    caller: Caller,
    row: Introduction,
    parts: Iterable[Part],
    *,
    key: str,
    subject: str,
    kind: str = KIND,
) -> int:
    """Tell the people of some parts, but not the one who did it; how many were told.

    Each side reads the title of its own record, nobody that of another's; what may be read is in the introduction.

    Args:
        session: the transaction in which it happened.
        caller: who did it.
        row: the introduction.
        parts: whom to tell; a side it is withheld from is left out.
        key: what is told of, unique within the introduction, at most 80 characters.
        subject: a Chinese sentence without anything of the records.
        kind: of the inbox item.
    """
    told = 0
    for part in parts:
        if part == row.withheld:
            continue
        about = _own_title(session, row, part)
        for person in _people(session, row, part):
            if person != caller.account_id:
                body = {"introduction_id": row.id, "stage": row.stage, "part": part.value}
                line = f"{about}{subject}"
                told += tell(session, person, key=f"{KIND}:{row.id}:{key}", kind=kind, subject=line, body=body)
    return told


def _people(session: Session, row: Introduction, part: Part) -> list[str]:
    wanted = select(Account.id).where(Account.disabled_at.is_(None)).order_by(Account.id)
    if part is Part.BROKER:
        return list(session.scalars(wanted.where(Account.id == (row.broker_id or ""))))
    owner_id = row.need_owner_id if part is Part.NEED else row.achievement_owner_id
    return list(session.scalars(wanted.where(Account.organisation_id == owner_id)))


def _own_title(session: Session, row: Introduction, part: Part) -> str:
    if part not in {Part.NEED, Part.ACHIEVEMENT}:
        return ""
    record = session.get(RecordRow, row.need_id if part is Part.NEED else row.achievement_id)
    return "" if record is None else f"《{record.title[:60]}》"
