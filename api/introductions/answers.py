"""How a side answers: accept, or decline with a reason. When all have accepted, what was closed opens."""

from sqlalchemy.orm import Session

from api.access.caller import Caller
from api.db.tables import Introduction
from api.errors import ConflictError, ForbiddenError
from api.introductions.log import keep, others_inside, tell_parts
from api.introductions.opening import open_to_all
from api.introductions.parts import Part, answer_of, find
from api.introductions.reasons import Reason, check_reason
from api.introductions.stages import Answer, Stage

__all__ = ["accept", "decline"]


def accept(session: Session, caller: Caller, introduction_id: str) -> tuple[Introduction, Part]:
    """A side says yes, also after a no of its own; repeating it changes nothing.

    Raises:
        NotFoundError: as for `find`.
        ForbiddenError: the caller is of neither side.
        ConflictError: the introduction has ended otherwise.
    """
    row, part = _answering(session, caller, introduction_id)
    before = answer_of(row, part)
    if before is Answer.ACCEPTED:
        return row, part
    if before is Answer.WAITING and row.stage == Stage.LOST:
        raise ConflictError("这次对接已结束，不能再接受；如仍有意向，请请求方重新打开。", "The introduction has ended.")
    _answer(row, part, Answer.ACCEPTED)
    if row.stage == Stage.LOST:
        row.stage, row.reason_code, row.reason_note = Stage.CONTACTED.value, "", ""
    opened = row.need_answer == row.achievement_answer == Answer.ACCEPTED
    if opened:
        open_to_all(session, caller, row)
        if row.stage == Stage.NEW:
            row.stage = Stage.CONTACTED.value
    keep(session, caller, row, "accept", {"part": part.value, "opened": opened})
    said = "双方均已接受，联系方式和记录全文已相互打开" if opened else f"{part.label}已接受对接"
    tell_parts(session, caller, row, others_inside(row), key=f"{row.version}:accept", subject=said)
    return row, part


def decline(
    session: Session, caller: Caller, introduction_id: str, reason: Reason, note: str = ""
) -> tuple[Introduction, Part]:
    """A side says no, or takes its yes back while nothing is open yet; repeating it changes nothing.

    Raises:
        NotFoundError: as for `find`.
        ForbiddenError: the caller is of neither side.
        ConflictError: both sides have accepted already, or the introduction has ended otherwise.
        InvalidError: 其他 without a note.
    """
    row, part = _answering(session, caller, introduction_id)
    check_reason(reason, note)
    if answer_of(row, part) is Answer.DECLINED:
        return row, part
    if row.opened_at is not None:
        raise ConflictError(
            "双方已接受，不能再婉拒；如不再继续，请把阶段改为“未成”。", "Both have accepted; set the stage to lost."
        )
    if row.stage == Stage.LOST:
        raise ConflictError("这次对接已结束，无须再答复。", "The introduction has ended.")
    _answer(row, part, Answer.DECLINED)
    row.stage, row.reason_code, row.reason_note = Stage.LOST.value, reason.value, note.strip()
    keep(session, caller, row, "decline", {"part": part.value, "reason": reason.value})
    said = f"{part.label}婉拒了对接，原因：{reason.label}"
    tell_parts(session, caller, row, (Part.NEED, Part.ACHIEVEMENT, Part.BROKER), key=f"{row.version}:no", subject=said)
    return row, part


def _answering(session: Session, caller: Caller, introduction_id: str) -> tuple[Introduction, Part]:
    row, part = find(session, caller, introduction_id, lock=True)
    if part not in {Part.NEED, Part.ACHIEVEMENT}:
        raise ForbiddenError("只有需求方和成果方可以答复对接；请等待双方答复。", "Only the two sides can answer.")
    return row, part


def _answer(row: Introduction, part: Part, answer: Answer) -> None:
    if part is Part.NEED:
        row.need_answer = answer.value
    else:
        row.achievement_answer = answer.value
