"""Asking for an introduction: who may ask for which pair, and who is asked."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from api.access.caller import Caller
from api.access.groups import Group
from api.access.roles import OWNERS, Role
from api.db.base import now
from api.db.tables import Introduction, IntroductionMessage, Organisation, RecordRow
from api.errors import ConflictError, ForbiddenError, NotFoundError
from api.introductions.blocked import avoids
from api.introductions.log import keep, tell_parts
from api.introductions.parts import Part, part_of
from api.introductions.stages import Answer
from api.records.content import stored_record
from api.records.reading import Reader
from api.records.states import State
from matcher.records import Need, Side

__all__ = ["ASKED", "Ask", "Grade", "Pair", "check", "request"]

ASKED = "有人希望与贵单位对接，请查看并答复"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What is asked for; `note` is read by the asked sides before they answer."""

    need_id: str
    achievement_id: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Grade:
    """What the index says of a pair: level 1 to 4, `fit` = P(level ≥ 3)."""

    level: int
    fit: float


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """A pair somebody may ask for; `own` is the side of the asking organisation, None for a broker or organiser."""

    need: RecordRow
    achievement: RecordRow
    own: Side | None
    withheld: Side | None


def check(session: Session, caller: Caller, ask: Ask) -> Pair:
    """The pair, where the caller may ask for it.

    Raises:
        NotFoundError: a record does not exist, or may not be known to the caller.
        ForbiddenError: an owner asks for a pair of others.
        ConflictError: a record is not published, or the pair cannot be introduced.
    """
    reader = Reader(session, caller)
    achievement = reader.row(ask.achievement_id, Side.ACHIEVEMENT)
    need = reader.row(ask.need_id, Side.NEED)
    wanted = stored_record(need)
    if not isinstance(wanted, Need):
        raise NotFoundError("没有这条需求；请核对编号。", "No such record.")
    own = _own_side(caller, need, achievement)
    _check_published(caller, need, achievement)
    if need.owner_id == achievement.owner_id:
        raise _not_now()
    return Pair(need, achievement, own, _withheld(reader, own, wanted, achievement))


def request(session: Session, caller: Caller, ask: Ask, grade: Grade | None = None) -> Introduction:
    """A new introduction; the other side, or both for a broker or organiser, are asked.

    Args:
        session: the transaction.
        caller: who asks.
        ask: for what.
        grade: what the index says of the pair, None where it knows one of them not.

    Raises:
        NotFoundError, ForbiddenError, ConflictError: as for `check`; ConflictError also where there is one already.
    """
    pair = check(session, caller, ask)
    _check_new(session, caller, pair)
    broker = caller.account_id if caller.role is Role.BROKER else None
    row = Introduction(
        need_id=pair.need.id,
        achievement_id=pair.achievement.id,
        need_owner_id=pair.need.owner_id,
        achievement_owner_id=pair.achievement.owner_id,
        requested_by=caller.account_id,
        asked_by=pair.own.value if pair.own is not None else caller.role.value,
        withheld="" if pair.withheld is None else pair.withheld.value,
        broker_id=broker,
        broker_since=now() if broker else None,
        need_answer=(Answer.ACCEPTED if pair.own is Side.NEED else Answer.WAITING).value,
        achievement_answer=(Answer.ACCEPTED if pair.own is Side.ACHIEVEMENT else Answer.WAITING).value,
        level=None if grade is None else grade.level,
        fit=None if grade is None else grade.fit,
        version=0,
    )
    session.add(row)
    try:
        session.flush()
    except IntegrityError as error:
        # Somebody was faster by a moment.
        raise _not_now() from error
    if ask.note.strip():
        session.add(IntroductionMessage(introduction_id=row.id, account_id=caller.account_id, text=ask.note))
    keep(session, caller, row, "request", {"asked_by": row.asked_by})
    asked = [part for part in (Part.NEED, Part.ACHIEVEMENT) if pair.own is None or part != pair.own.value]
    tell_parts(session, caller, row, asked, key="ask", subject=ASKED)
    return row


def _own_side(caller: Caller, need: RecordRow, achievement: RecordRow) -> Side | None:
    if caller.role not in OWNERS:
        return None
    if caller.owns(need.owner_id):
        return Side.NEED
    if caller.owns(achievement.owner_id):
        return Side.ACHIEVEMENT
    raise ForbiddenError(
        "只能为本单位的需求或成果发起对接；请换用本单位的记录，或请技术经纪人发起。",
        "One of the two records must be your organisation's.",
    )


def _check_published(caller: Caller, need: RecordRow, achievement: RecordRow) -> None:
    for row, what in ((need, "需求"), (achievement, "成果")):
        if row.state == State.PUBLISHED:
            continue
        if caller.owns(row.owner_id):
            raise ConflictError(
                f"{what}“{row.title[:40]}”现在是“{State(row.state).label}”；请先发布再发起对接（可设为仅本人可见）。",
                "Publish the record first.",
            )
        raise ConflictError(f"该{what}目前不接受新的对接；请选择其他{what}。", "The record takes no introductions now.")


def _withheld(reader: Reader, own: Side | None, need: Need, achievement: RecordRow) -> Side | None:
    """The side that shall not hear of the introduction, where the need avoids who made the achievement.

    Raises:
        ConflictError: the need avoids it, and the caller may be told.
    """
    owner = reader.session.get_one(Organisation, achievement.owner_id)
    if not avoids(need, [owner.name, stored_record(achievement).org]):
        return None
    if own is Side.ACHIEVEMENT:
        # A refusal would say that the need avoids this institution, or a name that it wrote there to find out.
        return Side.NEED
    if own is None:
        raise _not_now()
    if Group.OWNER not in reader.see(achievement).closed:
        raise ConflictError(
            "该成果的完成单位在此需求的回避单位之列；如要对接，请先在需求中去掉该单位。",
            "Your need avoids the owner of this achievement.",
        )
    # Whose achievement it is, is closed to the enterprise: it must not find out by trying names.
    return Side.ACHIEVEMENT


def _check_new(session: Session, caller: Caller, pair: Pair) -> None:
    found = session.scalars(
        select(Introduction).where(
            Introduction.need_id == pair.need.id, Introduction.achievement_id == pair.achievement.id
        )
    ).one_or_none()
    if found is None:
        return
    if part_of(found, caller) is None:
        raise _not_now()
    raise ConflictError(
        f"这条需求和这项成果已有对接（编号 {found.id}）；请在原对接中继续。", f"There is one already: {found.id}."
    )


def _not_now() -> ConflictError:
    return ConflictError(
        "这条需求和这项成果目前不能发起新的对接：可能已在对接中，或有一方暂不接受；请选择其他线索。",
        "This pair cannot be introduced now.",
    )
