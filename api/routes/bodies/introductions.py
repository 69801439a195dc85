"""Introductions over the wire."""

import datetime as dt
from typing import Annotated, Self

from pydantic import BaseModel, Field, StringConstraints

from api.db.tables import IntroductionEvent, IntroductionMessage
from api.introductions.contracts import Contract, ContractKind, contract_of
from api.introductions.parts import Part
from api.introductions.reasons import Reason
from api.introductions.register import Register
from api.introductions.showing import Brief, Contact, Shown
from api.introductions.stages import Answer, Stage
from api.introductions.worklist import Item
from api.schemas.base import Body, Line
from matcher.records import Side

__all__ = [
    "AskBody",
    "CodesOut",
    "ContractBody",
    "EventOut",
    "IntroductionOut",
    "ItemOut",
    "MessageBody",
    "MessageOut",
    "NextActionBody",
    "RefusalBody",
    "RegisterOut",
    "StageBody",
]

RecordId = Annotated[str, Field(min_length=1, max_length=26, pattern=r"^[0-9a-z]+$")]
Message = Annotated[str, StringConstraints(max_length=4_000, pattern=r"^[^\x00]*$")]
_SaidMessage = Annotated[str, StringConstraints(min_length=1, max_length=4_000, pattern=r"^[^\x00]*[^\x00\s][^\x00]*$")]


class AskBody(Body):
    """为一条需求和一项成果请求对接；Ask for an introduction."""

    need_id: RecordId
    achievement_id: RecordId
    note: Annotated[
        Message, Field(description="给对方的说明，对方答复前即可看到；Read by the asked side before it answers")
    ] = ""


class RefusalBody(Body):
    """婉拒及原因；No, and why."""

    reason_code: Reason
    note: Annotated[Line, Field(description="补充说明，双方可见；选“其他”时必填；Both sides read it")] = ""


class ContractBody(Body):
    """技术合同；A technology contract."""

    kind: ContractKind
    amount_cny: Annotated[float, Field(ge=0, le=1e13, allow_inf_nan=False, description="成交额（元）")]
    signed_on: Annotated[dt.date, Field(ge=dt.date(1985, 1, 1), le=dt.date(2100, 12, 31))]
    number: Annotated[
        str,
        StringConstraints(max_length=100, pattern=r"^[^\x00-\x1F\x7F]*$", strip_whitespace=True),
        Field(description="技术合同登记编号，可后补；Registration number, may follow later"),
    ] = ""
    with_equity: Annotated[bool, Field(description="是否含作价入股；With equity")] = False

    def contract(self) -> Contract:
        """The contract."""
        return Contract(
            kind=self.kind,
            amount_cny=self.amount_cny,
            signed_on=self.signed_on,
            number=self.number,
            with_equity=self.with_equity,
        )


class StageBody(Body):
    """新的阶段；未成须带原因，签约须带合同。The stage to go to."""

    stage: Stage
    reason_code: Reason | None = None
    note: Annotated[Line, Field(description="原因说明，仅用于未成；Only with lost")] = ""
    contract: ContractBody | None = None


class NextActionBody(Body):
    """下一步和截止日期，空为没有；What is to be done next."""

    text: Line = ""
    due_on: Annotated[dt.date, Field(ge=dt.date(2000, 1, 1), le=dt.date(2100, 12, 31))] | None = None


class MessageBody(Body):
    """一条留言；A message."""

    text: _SaidMessage


class CodeOut(BaseModel):
    """A code and its Chinese name."""

    code: str
    label: str


class CodesOut(BaseModel):
    """The codes of introductions."""

    stages: list[CodeOut]
    reasons: list[CodeOut]
    contract_kinds: list[CodeOut]

    @classmethod
    def of(cls) -> Self:
        """All of them."""
        return cls(
            stages=[CodeOut(code=stage.value, label=stage.label) for stage in Stage],
            reasons=[CodeOut(code=reason.value, label=reason.label) for reason in Reason],
            contract_kinds=[CodeOut(code=kind.value, label=kind.value) for kind in ContractKind],
        )


class BriefOut(BaseModel):
    """一方的记录；对您不可见时 id、title 为空。One side, as far as the caller may know of it."""

    id: str | None
    title: str | None
    organisation: Annotated[str | None, Field(description="发布单位名称；未对您公开时为空")]
    org: Annotated[str | None, Field(description="记录上写的单位，可能由别的单位代为发布；The organisation it names")]
    own: bool

    @classmethod
    def of(cls, brief: Brief) -> Self:
        """What is shown of a side."""
        seen = brief.seen
        return cls(
            id=None if seen is None else seen.row.id,
            title=None if seen is None else seen.record.title,
            organisation=brief.organisation or None,
            org=None if seen is None else seen.record.org or None,
            own=brief.own,
        )


class ContactOut(BaseModel):
    """一方的联系方式，双方接受后才打开；How to reach a side, after both have accepted."""

    side: Side
    organisation: str
    organisation_contact: str
    record_contact: str

    @classmethod
    def of(cls, contact: Contact) -> Self:
        """What is shown of a contact."""
        return cls(
            side=contact.side,
            organisation=contact.organisation,
            organisation_contact=contact.organisation_contact,
            record_contact=contact.record_contact,
        )


class ContractOut(BaseModel):
    """A signed contract."""

    kind: ContractKind
    amount_cny: float
    signed_on: dt.date
    number: str
    with_equity: bool

    @classmethod
    def of(cls, contract: Contract) -> Self:
        """What is shown of a contract."""
        return cls(
            kind=contract.kind,
            amount_cny=contract.amount_cny,
            signed_on=contract.signed_on,
            number=contract.number,
            with_equity=contract.with_equity,
        )


class IntroductionOut(BaseModel):
    """一次对接，按您的身份可见的内容；An introduction as the caller may see it."""

    id: str
    part: Annotated[Part, Field(description="您在其中的身份；The caller's part")]
    stage: Stage
    stage_label: str
    asked_by: Annotated[str, Field(description="need、achievement、broker 或 organiser")]
    need: BriefOut
    achievement: BriefOut
    need_answer: Answer
    achievement_answer: Answer
    broker: Annotated[str | None, Field(description="认领的技术经纪人")]
    reason_code: Reason | None
    reason_label: str
    reason_note: str
    level: int | None
    fit: float | None
    next_action: str
    due_on: dt.date | None
    contract: ContractOut | None
    contacts: Annotated[list[ContactOut], Field(description="双方联系方式，仅在双方接受后、读取单条时给出")]
    opened_at: dt.datetime | None
    version: int
    created_at: dt.datetime
    updated_at: dt.datetime

    @classmethod
    def of(cls, shown: Shown) -> Self:
        """What is shown of an introduction."""
        row, contract = shown.row, contract_of(shown.row)
        reason = Reason(row.reason_code) if row.reason_code else None
        # Free texts of the parties are theirs; plans belong to those who work on it.
        party = shown.part not in {Part.STAFF, Part.LEAD}
        return cls(
            id=row.id,
            part=shown.part,
            stage=Stage(row.stage),
            stage_label=Stage(row.stage).label,
            asked_by=row.asked_by,
            need=BriefOut.of(shown.need),
            achievement=BriefOut.of(shown.achievement),
            need_answer=Answer(row.need_answer),
            achievement_answer=Answer(row.achievement_answer),
            broker=shown.broker or None,
            reason_code=reason,
            reason_label=reason.label if reason else "",
            reason_note=row.reason_note if party else "",
            level=row.level if shown.graded else None,
            fit=row.fit if shown.graded else None,
            next_action=row.next_action if shown.inside else "",
            due_on=row.due_on if shown.inside else None,
            contract=ContractOut.of(contract) if contract is not None else None,
            contacts=[ContactOut.of(contact) for contact in shown.contacts],
            opened_at=row.opened_at,
            version=row.version,
            created_at=row.created_at,
            updated_at=row.updated_at,
        )


class ItemOut(BaseModel):
    """工作清单中的一项：先做什么，为什么；A line of a worklist."""

    introduction: IntroductionOut
    expected_cny: Annotated[float, Field(description="预计收益（元）= 签约机会 × 预计合同额；Expected value")]
    chance: Annotated[float, Field(description="签约机会，0–1；Chance of a contract")]
    amount_cny: Annotated[float, Field(description="预计合同额（元）；Expected amount")]
    overdue_days: int
    why: Annotated[str, Field(description="排在此处的原因；Why it stands here")]

    @classmethod
    def of(cls, item: Item) -> Self:
        """What is shown of a line."""
        weight = item.weight
        return cls(
            introduction=IntroductionOut.of(item.shown),
            expected_cny=round(weight.value_cny, 2),
            chance=round(weight.chance, 4),
            amount_cny=round(weight.amount.cny, 2),
            overdue_days=weight.overdue_days,
            why=item.why,
        )


class MessageOut(BaseModel):
    """A message, and who wrote it."""

    id: str
    at: dt.datetime
    part: Part
    mine: bool
    text: str

    @classmethod
    def of(cls, message: IntroductionMessage, part: Part, account_id: str | None) -> Self:
        """What is shown of a message."""
        return cls(id=message.id, at=message.at, part=part, mine=message.account_id == account_id, text=message.text)


class EventOut(BaseModel):
    """A step of an introduction, and who took it; codes, never texts."""

    at: dt.datetime
    part: Part
    action: str
    detail: dict[str, str | float | bool | None]

    @classmethod
    def of(cls, event: IntroductionEvent, part: Part) -> Self:
        """What is shown of a step."""
        return cls(at=event.at, part=part, action=event.action, detail=event.detail)


class EntryOut(BaseModel):
    """One contract of the register."""

    introduction_id: str
    contract: ContractOut
    need_title: str
    need_organisation: str
    achievement_title: str
    achievement_organisation: str
    broker: str


class TotalOut(BaseModel):
    """Contracts of one kind."""

    kind: ContractKind
    count: int
    amount_cny: float


class RegisterOut(BaseModel):
    """已签技术合同台账；Signed contracts of a time."""

    items: list[EntryOut]
    totals: list[TotalOut]
    count: int
    amount_cny: float

    @classmethod
    def of(cls, register: Register) -> Self:
        """What is shown of a register."""
        return cls(
            items=[
                EntryOut(
                    introduction_id=entry.introduction_id,
                    contract=ContractOut.of(entry.contract),
                    need_title=entry.need_title,
                    need_organisation=entry.need_organisation,
                    achievement_title=entry.achievement_title,
                    achievement_organisation=entry.achievement_organisation,
                    broker=entry.broker,
                )
                for entry in register.entries
            ],
            totals=[TotalOut(kind=t.kind, count=t.count, amount_cny=t.amount_cny) for t in register.totals],
            count=len(register.entries),
            amount_cny=register.amount_cny,
        )
