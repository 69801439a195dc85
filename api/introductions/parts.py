"""Who somebody is in an introduction: one of its sides, its broker, staff that sees its course, or nobody."""

from collections.abc import Iterable
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, or_, select, true
from sqlalchemy.orm import Session

from api.access.caller import Caller
from api.access.roles import Role
from api.db.tables import Account, Introduction
from api.errors import ChangedError, NotFoundError
from api.introductions.stages import Answer

__all__ = [
    "Part",
    "answer_of",
    "authors",
    "broker_was_there",
    "check_version",
    "find",
    "is_inside",
    "of_caller",
    "part_of",
]


class Part(StrEnum):
    """A part in an introduction. `lead`: a broker looks at what nobody has claimed yet."""

    NEED = "need"
    ACHIEVEMENT = "achievement"
    BROKER = "broker"
    STAFF = "staff"
    LEAD = "lead"

    @property
    def label(self) -> str:
        """The Chinese name."""
        return {"need": "需求方", "achievement": "成果方", "broker": "技术经纪人", "staff": "平台", "lead": "线索"}[
            self
        ]


def part_of(row: Introduction, caller: Caller) -> Part | None:
    """The caller's part; None for a stranger, and for a side it is withheld from."""
    for side, owner_id in ((Part.NEED, row.need_owner_id), (Part.ACHIEVEMENT, row.achievement_owner_id)):
        if caller.owns(owner_id) and row.withheld != side:
            return side
    if row.broker_id is not None and row.broker_id == caller.account_id:
        return Part.BROKER
    return Part.STAFF if caller.is_staff else None


def of_caller(caller: Caller) -> ColumnElement[bool]:
    """The condition on `Introduction` under which `part_of` is not None."""
    if caller.is_staff:
        return true()
    organisation, account = caller.organisation_id or "", caller.account_id or ""
    return or_(
        and_(Introduction.need_owner_id == organisation, Introduction.withheld != Part.NEED.value),
        and_(Introduction.achievement_owner_id == organisation, Introduction.withheld != Part.ACHIEVEMENT.value),
        Introduction.broker_id == account,
    )


def find(session: Session, caller: Caller, introduction_id: str, *, lock: bool = False) -> tuple[Introduction, Part]:
    """An introduction the caller has a part in; `lock` keeps others from changing it until the end of the transaction.

    Raises:
        NotFoundError: there is none of that id, or the caller may not know of it.
    """
    wanted = select(Introduction).where(Introduction.id == introduction_id)
    row = session.scalars(wanted.with_for_update() if lock else wanted).one_or_none()
    part = None if row is None else part_of(row, caller)
    if row is None or part is None:
        raise NotFoundError(
            f"没有编号为“{introduction_id[:40]}”的对接；请在对接列表中核对编号。", "No such introduction."
        )
    return row, part


def answer_of(row: Introduction, part: Part) -> Answer:
    """How a side answered; a broker has agreed by claiming, staff and strangers have nothing to agree to."""
    if part is Part.NEED:
        return Answer(row.need_answer)
    if part is Part.ACHIEVEMENT:
        return Answer(row.achievement_answer)
    return Answer.ACCEPTED if part is Part.BROKER else Answer.WAITING


def is_inside(row: Introduction, part: Part) -> bool:
    """Whether somebody works on it: a side that has accepted, or the broker."""
    return answer_of(row, part) is Answer.ACCEPTED


def broker_was_there(row: Introduction) -> bool:
    """Whether both sides opened themselves to this broker too: it had claimed before the last of them accepted."""
    return (
        row.broker_id is not None
        and row.broker_since is not None
        and row.opened_at is not None
        and row.broker_since <= row.opened_at
    )


def authors(session: Session, row: Introduction, account_ids: Iterable[str | None]) -> dict[str | None, Part]:
    """In which part each account acted; None is the service itself."""
    found: dict[str | None, Part] = {None: Part.STAFF}
    wanted = sorted({account_id for account_id in account_ids if account_id is not None})
    for account in session.scalars(select(Account).where(Account.id.in_(wanted))) if wanted else ():
        if account.organisation_id == row.need_owner_id:
            found[account.id] = Part.NEED
        elif account.organisation_id == row.achievement_owner_id:
            found[account.id] = Part.ACHIEVEMENT
        else:
            found[account.id] = Part.BROKER if account.role == Role.BROKER else Part.STAFF
    return found


def check_version(row: Introduction, expected: int) -> None:
    """Raises ChangedError where somebody changed the introduction since the caller read it."""
    if row.version != expected:
        raise ChangedError(
            f"对接已被修改（您看到的是第 {expected} 版，现在是第 {row.version} 版）；请重新读取，确认后再提交。",
            f"The introduction is at version {row.version}, not {expected}.",
        )
