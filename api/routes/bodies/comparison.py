"""Up to four achievements side by side for one need, over the wire."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import BaseModel, Field, model_validator

from api.schemas.base import Body, Text
from api.schemas.matching import EvidenceOut, GateOut, PartnerOut
from matcher.records import CheckState, GateState

__all__ = [
    "CellOut",
    "ColumnOut",
    "ComparisonBody",
    "ComparisonOut",
    "FactCellOut",
    "FactName",
    "FactRowOut",
    "IndicatorRowOut",
]

_RecordId = Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[^\x00]+$")]


class FactName(StrEnum):
    """The rows below the indicators, in this order."""

    MATURITY = "maturity"
    MODES = "modes"
    PRICE = "price"
    REGION = "region"
    ORGANISATION = "organisation"
    IP = "ip"


class ComparisonBody(Body):
    """一句话或一条需求（二选一），和 1–4 项成果；A text or a need, and one to four achievements."""

    text: Annotated[
        Text, Field(description="需求，用自己的话写；与 need_id 二选一", examples=["石墨电极耐温≥1200℃的涂层"])
    ] = ""
    need_id: Annotated[_RecordId | None, Field(description="需求编号；与 text 二选一")] = None
    achievement_ids: Annotated[
        list[_RecordId], Field(min_length=1, max_length=4, description="成果编号，按表格的列序；One column each")
    ]

    @model_validator(mode="after")
    def _one_need(self) -> Self:
        if bool(self.text.strip()) == (self.need_id is not None):
            raise ValueError("请在 text 和 need_id 中填写一个，且只填一个")
        if len(set(self.achievement_ids)) < len(self.achievement_ids):
            raise ValueError("同一项成果写了两次")
        return self


class CellOut(BaseModel):
    """One target against one achievement. `need` and `achievement` are the verbatim stretches compared."""

    state: CheckState
    label: Annotated[str, Field(description="满足、不满足或未说明")]
    need: EvidenceOut
    achievement: Annotated[EvidenceOut | None, Field(description="成果原文；没有写时为空；None where not stated")]
    margin: Annotated[float | None, Field(description="差距，单位见 unit；正数为优于要求，算不出时为空")]
    unit: str
    reason: Annotated[str, Field(description="一行中文，如“需求 ≥1200℃，成果 1350℃，高出 150℃”")]
    question: Annotated[str, Field(description="要问对方的问题；满足时为空")]


class IndicatorRowOut(BaseModel):
    """A row of the table: one target of the need, as extracted; `cells` stand in the order of `columns`."""

    parameter: str
    must: Annotated[bool, Field(description="需求写明是必须达到的")]
    need: Annotated[EvidenceOut, Field(description="需求原文；The need's own words")]
    cells: list[CellOut]


class FactCellOut(BaseModel):
    """What one achievement says to a row, and whether that suits the need."""

    text: Annotated[str, Field(description="成果写明的；未写或不公开时为空")]
    state: Annotated[
        GateState | None,
        Field(description="与需求的条件相比：符合、不符、未知；需求没有此条件时为空；None: the need sets no condition"),
    ]
    reason: Annotated[str, Field(description="符合与否的一句话；需求没有此条件时为空")]
    closed: Annotated[bool, Field(description="此项对您不开放，并非没有；Closed to the caller")]


class FactRowOut(BaseModel):
    """成熟度、合作方式、价格、地区、单位、知识产权：one row each, always all six, in the order of `FactName`."""

    name: FactName
    label: Annotated[str, Field(description="行标题，如“成熟度”")]
    need: Annotated[str, Field(description="需求的要求，如“TRL ≥ 6”；没有时为空")]
    cells: Annotated[list[FactCellOut], Field(description="与 columns 同序")]


class ColumnOut(BaseModel):
    """A column of the table: one achievement as the caller may read it, graded and explained."""

    achievement: PartnerOut
    level: Annotated[int, Field(ge=1, le=4)]
    level_name: str
    fit: Annotated[float, Field(ge=0, le=1, description="达到 3 级及以上的把握")]
    reason: str
    lines: list[str]
    evidence: list[EvidenceOut]
    gates: Annotated[list[GateOut], Field(description="硬条件，同 explain_pair")]
    questions: list[str]
    unknowns: list[str]
    met: Annotated[int, Field(description="满足的指标数")]
    unmet: int
    unknown: int


class ComparisonOut(BaseModel):
    """需求指标 × 成果的对照表；Rows: the need's targets and six facts. Columns: the achievements in the order asked."""

    need_id: Annotated[str, Field(description="按文本比较时为空；Empty where a text was compared")]
    need_title: str
    columns: list[ColumnOut]
    indicators: Annotated[list[IndicatorRowOut], Field(description="需求没有可比的指标时为空列表")]
    facts: list[FactRowOut]
    message: Annotated[str, Field(description="给人看的一句话，如“需求没有写可比的指标……”；One sentence for people")]
