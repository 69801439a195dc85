"""The audit log: who read restricted text and who changed what. It holds ids and names of groups, never texts."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.access.caller import Caller
from api.db.base import now
from api.db.engine import Database
from api.db.tables import Audit
from api.records.reading import Reader, Seen

__all__ = ["log_reads", "note", "record_read"]

_READ = "read"
# Callers may choose the number of a request; an old one must not keep later readings out of the log.
_ONE_PAGE = dt.timedelta(minutes=1)


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
        detail = {"groups": [group.value for group in groups], "version": seen.row.version}
        if not _is_logged(reader, seen.row.id, detail):
            note(reader.session, reader.caller, _READ, kind=seen.row.side, thing_id=seen.row.id, detail=detail)


def _is_logged(reader: Reader, thing_id: str, detail: Mapping[str, Any]) -> bool:
    """Whether this very request, which may ask several questions for one page, is in the log with the same."""
    caller = reader.caller
    if not caller.request_id:
        return False
    lines = reader.session.scalars(
        select(Audit.detail).where(
            Audit.thing_id == thing_id,
            Audit.action == _READ,
            Audit.account_id == caller.account_id,
            Audit.request_id == caller.request_id,
            Audit.at >= now() - _ONE_PAGE,
        )
    )
    return any(line == detail for line in lines)


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
