"""What the parties write to each other, after both have accepted; before that there is only the note of the request."""

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from api.access.caller import Caller
from api.db.base import now
from api.db.tables import Introduction, IntroductionMessage
from api.errors import ConflictError, ForbiddenError
from api.introductions.log import others_inside, tell_parts
from api.introductions.parts import Part, broker_was_there, find, is_inside

__all__ = ["messages", "say"]


def messages(
    session: Session, caller: Caller, introduction_id: str, *, before: str = "", limit: int = 20
) -> tuple[Introduction, Part, Sequence[IntroductionMessage]]:
    """Messages of an introduction, newest first, at most `limit` of those before an id.

    A broker that came after both had accepted reads what was written since it came, and the note of the request.

    Raises:
        NotFoundError: as for `find`.
        ForbiddenError: staff sees the course of an introduction, not what is said in it.
    """
    row, part = find(session, caller, introduction_id)
    if part is Part.STAFF:
        raise ForbiddenError("对接双方的留言只对双方和经纪人开放。", "Messages are for the parties only.")
    wanted = select(IntroductionMessage).where(IntroductionMessage.introduction_id == row.id)
    if part is Part.BROKER and row.opened_at is not None and not broker_was_there(row):
        wanted = wanted.where(or_(IntroductionMessage.at >= row.broker_since, IntroductionMessage.at < row.opened_at))
    if before:
        wanted = wanted.where(IntroductionMessage.id < before)
    return row, part, session.scalars(wanted.order_by(IntroductionMessage.id.desc()).limit(limit)).all()


def say(
    session: Session, caller: Caller, introduction_id: str, text: str
) -> tuple[Introduction, Part, IntroductionMessage]:
    """Write to the other parties.

    Raises:
        NotFoundError: as for `find`.
        ForbiddenError: the caller is no party.
        ConflictError: not both sides have accepted yet.
    """
    row, part = find(session, caller, introduction_id, lock=True)
    if part is Part.STAFF:
        raise ForbiddenError("只有对接双方和经纪人可以留言。", "Only the parties can write.")
    if row.opened_at is None or not is_inside(row, part):
        raise ConflictError("双方都接受对接后才能留言；请先等待答复。", "Both sides have to accept first.")
    message = IntroductionMessage(introduction_id=row.id, account_id=caller.account_id, text=text, at=now())
    session.add(message)
    session.flush()
    tell_parts(session, caller, row, others_inside(row), key=f"m:{message.id}", subject="对接中有新的留言")
    return row, part, message
