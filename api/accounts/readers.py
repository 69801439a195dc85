"""Who read the restricted text of a record: what its owner may know of the audit log."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.access.caller import Caller
from api.access.groups import Group
from api.access.roles import Role
from api.days import CHINA
from api.db.base import now
from api.db.tables import Account, Audit, Organisation
from api.errors import NotFoundError
from api.records.reading import Reader

__all__ = ["Reading", "readers"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What one organisation read in one day; `organisation` is "" for an account of none. `times` counts answers."""

    day: dt.date
    organisation: str
    role: Role
    groups: tuple[Group, ...]
    times: int


def readers(session: Session, caller: Caller, record_id: str, *, days: int) -> list[Reading]:
    """Who read restricted groups of one of the caller's records within the last `days`, newest first.

    Raises:
        NotFoundError: the record is not of the caller's organisation.
    """
    row = Reader(session, caller).row(record_id)
    if not caller.owns(row.owner_id):
        raise NotFoundError(f"您的单位没有编号为“{record_id[:40]}”的记录；请核对编号。", "No such record of yours.")
    lines = session.execute(
        select(Audit.at, Audit.detail, Organisation.name, Account.role)
        .join(Account, Audit.account_id == Account.id)
        .outerjoin(Organisation, Audit.organisation_id == Organisation.id)
        .where(Audit.thing_id == row.id, Audit.action == "read", Audit.at >= now() - dt.timedelta(days=days))
        .execution_options(yield_per=1000)
    )
    groups: dict[tuple[dt.date, str, str], set[str]] = {}
    times: dict[tuple[dt.date, str, str], int] = {}
    for at, detail, name, role in lines:
        key = (at.astimezone(CHINA).date(), name or "", role)
        groups.setdefault(key, set()).update(detail.get("groups", ()))
        times[key] = times.get(key, 0) + 1
    return [
        Reading(
            day=day,
            organisation=name,
            role=Role(role),
            groups=tuple(group for group in Group if group in groups[day, name, role]),
            times=times[day, name, role],
        )
        for day, name, role in sorted(groups, key=lambda key: (-key[0].toordinal(), key[1:]))
    ]
