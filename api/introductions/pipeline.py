"""Moving an introduction on: its stage, what is to be done next, and the contract."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from api.access.caller import Caller
from api.db.tables import Introduction
from api.errors import ConflictError, ForbiddenError, InvalidError
from api.introductions.contracts import Contract, check_signed_on, put_contract
from api.introductions.log import keep, others_inside, tell_parts
from api.introductions.parts import Part, check_version, find, is_inside
from api.introductions.reasons import Reason, check_reason
from api.introductions.stages import OPEN, Answer, Stage, check_move

__all__ = ["Move", "change_contract", "move", "plan_next"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Where an introduction goes; `reason` and `note` belong to 未成, `contract` to 签约."""

    stage: Stage
    reason: Reason | None = None
    note: str = ""
    contract: Contract | None = None


def move(
    session: Session, caller: Caller, introduction_id: str, expected: int, wanted: Move, *, today: dt.date
) -> tuple[Introduction, Part]:
    """Change the stage.

    Raises:
        NotFoundError, ForbiddenError: not the caller's, or not to be changed by the caller.
        ChangedError: somebody changed it since version `expected`.
        ConflictError: it cannot go there, or not before both sides have accepted.
        InvalidError: 签约 without a contract, 未成 without a reason, or one of them where it does not belong.
    """
    row, part = _working(session, caller, introduction_id, expected)
    before = Stage(row.stage)
    check_move(before, wanted.stage)
    _check_fits(wanted)
    if wanted.stage in {Stage.NEGOTIATING, Stage.SIGNED} and row.opened_at is None:
        raise ConflictError(
            f"双方都接受后才能改为“{wanted.stage.label}”；请先等待答复。", "Both sides have to accept first."
        )
    detail: dict[str, object] = {"from": before.value, "to": wanted.stage.value}
    if wanted.stage is Stage.LOST:
        reason = check_reason(wanted.reason, wanted.note)
        row.reason_code, row.reason_note = reason.value, wanted.note.strip()
        detail["reason"] = reason.value
    elif before is Stage.LOST:
        if Answer.DECLINED in {row.need_answer, row.achievement_answer}:
            raise ConflictError(
                "有一方婉拒了这次对接；须由该方接受后才能继续。", "A side declined; it has to accept first."
            )
        row.reason_code, row.reason_note = "", ""
    if wanted.contract is not None:
        check_signed_on(wanted.contract, today)
        put_contract(row, wanted.contract)
        detail |= _told(wanted.contract)
    row.stage = wanted.stage.value
    keep(session, caller, row, "stage", detail)
    said = f"对接阶段由“{before.label}”改为“{wanted.stage.label}”"
    # A side that was asked and has not answered yet has to know when there is nothing more to answer.
    parts = others_inside(row) if wanted.stage is not Stage.LOST else (Part.NEED, Part.ACHIEVEMENT, Part.BROKER)
    tell_parts(session, caller, row, parts, key=f"{row.version}:stage", subject=said)
    return row, part


def plan_next(
    session: Session,
    caller: Caller,
    introduction_id: str,
    expected: int,
    *,
    text: str,
    due_on: dt.date | None,
    today: dt.date,
) -> tuple[Introduction, Part]:
    """Say what is to be done next, and until when; an empty text says that nothing is.

    Raises:
        NotFoundError, ForbiddenError, ChangedError: as for `move`.
        ConflictError: the introduction has ended.
        InvalidError: a day without anything to do, or one that has passed.
    """
    row, part = _working(session, caller, introduction_id, expected)
    if row.stage not in OPEN:
        raise ConflictError(
            f"对接已是“{Stage(row.stage).label}”，不再安排下一步；如要继续请先改阶段。", "The introduction has ended."
        )
    if due_on is not None and not text.strip():
        raise InvalidError("请写明到期前要做什么。", "Say what is to be done.", field="text")
    if due_on is not None and due_on < today and due_on != row.due_on:
        raise InvalidError(
            f"截止日期 {due_on.isoformat()} 已过；请填写今天或以后的日期。", "That day has passed.", field="due_on"
        )
    row.next_action, row.due_on = text.strip(), due_on
    keep(session, caller, row, "next-action", {"due_on": due_on.isoformat() if due_on else None})
    until = f"，截止 {due_on.isoformat()}" if due_on else ""
    tell_parts(
        session, caller, row, others_inside(row), key=f"{row.version}:next", subject=f"对接的下一步已更新{until}"
    )
    return row, part


def change_contract(
    session: Session, caller: Caller, introduction_id: str, expected: int, contract: Contract, *, today: dt.date
) -> tuple[Introduction, Part]:
    """Correct a contract, or add the number of its registration.

    Raises:
        NotFoundError, ForbiddenError, ChangedError: as for `move`.
        ConflictError: nothing was signed yet.
        InvalidError: signed in the future.
    """
    row, part = _working(session, caller, introduction_id, expected)
    if row.stage != Stage.SIGNED:
        raise ConflictError("还没有签约；请先把阶段改为“签约”并填写合同。", "Nothing was signed yet.")
    check_signed_on(contract, today)
    put_contract(row, contract)
    keep(session, caller, row, "contract", _told(contract))
    tell_parts(session, caller, row, others_inside(row), key=f"{row.version}:contract", subject="合同登记信息已更正")
    return row, part


def _working(session: Session, caller: Caller, introduction_id: str, expected: int) -> tuple[Introduction, Part]:
    row, part = find(session, caller, introduction_id, lock=True)
    if not is_inside(row, part):
        told = "请先接受对接" if part in {Part.NEED, Part.ACHIEVEMENT} else "请由双方或技术经纪人操作"
        raise ForbiddenError(f"您还不能推进这次对接；{told}。", "Only sides that accepted and the broker may do this.")
    check_version(row, expected)
    return row, part


def _check_fits(wanted: Move) -> None:
    signed = wanted.stage is Stage.SIGNED
    if signed != (wanted.contract is not None):
        told = "改为“签约”须填写合同类别、金额和签约日期" if signed else "只有改为“签约”时才填写合同"
        raise InvalidError(f"{told}；请改正后重试。", "A contract belongs to signing.", field="contract")
    if wanted.stage is not Stage.LOST and (wanted.reason is not None or wanted.note):
        raise InvalidError(
            "只有改为“未成”时才填写原因；请去掉 reason_code 和 note。", "A reason belongs to lost.", field="reason_code"
        )


def _told(contract: Contract) -> dict[str, object]:
    return {
        "kind": contract.kind.value,
        "amount_cny": contract.amount_cny,
        "signed_on": contract.signed_on.isoformat(),
        "number": contract.number,
    }
