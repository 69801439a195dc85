"""The audit log: who read restricted text and who changed what. It holds ids and names of groups, never texts."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from api.access.caller import Caller
from api.db.engine import Database
from api.db.tables import Audit
from api.records.reading import Reader, Seen

__all__ = ["log_reads", "note", "record_read"]


def note(
    session: Session,
    caller: Caller,
    action: str,
    *,
    kind: str = "",
    thing_id: str = "",
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Add a line; it is written with the session's transaction, so what is not logged did not happen."""
    session.add(
        Audit(
            account_id=caller.account_id,
            organisation_id=caller.organisation_id,
            key_id=caller.key_id,
            action=action,
            kind=kind,
            thing_id=thing_id,
            detail=dict(detail or {}),
            address=caller.address,
            request_id=caller.request_id,
        )
    )


def record_read(reader: Reader, seen: Seen) -> None:
    """Log that somebody else's restricted text was shown: a closed record, or groups opened by a grant or a role."""
    if seen.own:
        return
    groups = seen.restricted
    if groups:
        note(
            reader.session,
            reader.caller,
            "read",
            kind=seen.row.side,
            thing_id=seen.row.id,
            detail={"groups": [group.value for group in groups], "version": seen.row.version},
        )


def log_reads(database: Database, caller: Caller, seen: Iterable[Seen]) -> None:
    """Log what was read outside a transaction, before it is answered; nothing is written where nothing was restricted.

    A reader must not wait in line with the writers for a log that stays empty.
    """
    restricted = [item for item in seen if item.restricted and not item.own]
    if restricted:
        with database.work() as session:
            reader = Reader(session, caller)
            for item in restricted:
                record_read(reader, item)
