"""Brokers claim introductions that have none, and let go of them."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from api.access.caller import Caller
from api.db.base import now
from api.db.tables import Introduction, RecordRow
from api.errors import ConflictError, ForbiddenError, NotFoundError
from api.introductions.log import keep, tell_parts
from api.introductions.opening import close_to_broker
from api.introductions.parts import Part, find
from api.introductions.stages import OPEN, Stage
from api.records.reading import Reader

__all__ = ["claim", "claimable", "release"]


def claimable(reader: Reader) -> ColumnElement[bool]:
    """The condition on `Introduction` under which a broker may know of it and claim it: it sees both records."""
    visible = select(RecordRow.id).where(reader.visible)
    return and_(
        Introduction.withheld == "",
        Introduction.stage.in_([stage.value for stage in OPEN]),
        Introduction.need_id.in_(visible),
        Introduction.achievement_id.in_(visible),
    )


def claim(session: Session, caller: Caller, introduction_id: str) -> tuple[Introduction, Part]:
    """Become the broker of an introduction that has none; repeating it changes nothing.

    Raises:
        NotFoundError: there is none, or the caller may not know of it.
        ConflictError: another broker has it.
    """
    row = session.scalars(
        select(Introduction).where(Introduction.id == introduction_id).with_for_update()
    ).one_or_none()
    if row is not None and row.broker_id == caller.account_id:
        return row, Part.BROKER
    open_to_caller: Sequence[str] = []
    if row is not None:
        open_to_caller = session.scalars(
            select(Introduction.id).where(Introduction.id == row.id, claimable(Reader(session, caller)))
        ).all()
    if row is None or not open_to_caller:
        raise NotFoundError(
            f"没有编号为“{introduction_id[:40]}”的对接，或它已结束；请在待认领列表中核对。", "No such introduction."
        )
    if row.broker_id is not None:
        raise ConflictError("这次对接已由其他经纪人认领；请选择其他线索。", "Another broker has claimed it.")
    row.broker_id, row.broker_since = caller.account_id, now()
    keep(session, caller, row, "claim")
    tell_parts(
        session,
        caller,
        row,
        (Part.NEED, Part.ACHIEVEMENT),
        key=f"{row.version}:claim",
        subject=f"技术经纪人 {caller.display_name or caller.organisation_name} 已认领这次对接",
    )
    return row, Part.BROKER


def release(session: Session, caller: Caller, introduction_id: str) -> None:
    """Let go of an introduction; what it opened to the broker is closed again.

    Raises:
        NotFoundError: as for `find`.
        ForbiddenError: the caller is not its broker.
        ConflictError: it was signed.
    """
    row, part = find(session, caller, introduction_id, lock=True)
    if part is not Part.BROKER:
        raise ForbiddenError("只有认领的经纪人可以放弃认领。", "Only its broker can let go of it.")
    if row.stage == Stage.SIGNED:
        raise ConflictError("已签约的对接不能放弃认领。", "It was signed.")
    close_to_broker(session, caller, row)
    row.broker_id = row.broker_since = None
    keep(session, caller, row, "release")
    tell_parts(
        session, caller, row, (Part.NEED, Part.ACHIEVEMENT), key=f"{row.version}:release", subject="经纪人已放弃认领"
    )
