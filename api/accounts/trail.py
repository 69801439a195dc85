"""The audit log, for administrators. Lines are only ever added: nothing here or elsewhere changes or removes one."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Select, select

from api.db.tables import Audit

__all__ = ["Wanted", "listed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which lines; None: any. `since` is within, `until` is not."""

    account_id: str | None = None
    organisation_id: str | None = None
    action: str | None = None
    kind: str | None = None
    thing_id: str | None = None
    since: dt.datetime | None = None
    until: dt.datetime | None = None


def listed(wanted: Wanted) -> Select[Audit]:
    """The lines; not yet ordered or cut into pages."""
    lines = select(Audit)
    for column, value in (
        (Audit.account_id, wanted.account_id),
        (Audit.organisation_id, wanted.organisation_id),
        (Audit.action, wanted.action),
        (Audit.kind, wanted.kind),
        (Audit.thing_id, wanted.thing_id),
    ):
        if value is not None:
            lines = lines.where(column == value)
    if wanted.since is not None:
        lines = lines.where(Audit.at >= wanted.since)
    if wanted.until is not None:
        lines = lines.where(Audit.at < wanted.until)
    return lines
