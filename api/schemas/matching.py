"""Searches and matches over the wire."""

import datetime as dt
import re
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import BaseModel, Field, field_validator, model_validator

from api.records.states import State
from api.schemas.base import Body, Line, LongText, Text
from api.schemas.record_bodies import NeedBody
from matcher.corpus.values.region import parse_region
from matcher.diagnose import Item, NeedClass
from matcher.index.filters import Filter
from matcher.records import CheckState, GateState, Scheme, Side, TransferMode
from matcher.text.aspects import AspectKind
from matcher.text.indicators import Direction, IndicatorKind, Op

__all__ = [
    "CheckupBody",
    "CheckupOut",
    "Explain",
    "FacetOut",
    "FacetsBody",
    "FiltersBody",
    "IndicatorOut",
    "IndicatorsBody",
    "MatchOut",
    "MatchesOut",
    "OrganisationLeadOut",
    "PartnerOut",
    "SearchBody",
    "SimilarOut",
]

_Codes = Annotated[list[Line], Field(max_length=30)]
_Trl = Annotated[int, Field(ge=1, le=9)]
_Day = Annotated[dt.date, Field(ge=dt.date(1950, 1, 1), le=dt.date(2100, 12, 31))]


class Explain(StrEnum):
    """How much an answer explains: sentences chosen by meaning, by words alone (fast), or level and fit only."""

    MEANING = "meaning"
    WORDS = "words"
    NONE = "none"


def _region(text: str) -> str:
    """The code of a place without the zeros that mean “all of it”; a code of two, four or six digits stays.

    Raises:
        ValueError: no such place.
    """
    if re.fullmatch(r"\d{2}(\d{2}){0,2}", text):
        return text
    found = parse_region(text)
    if found is None or not found.code:
        raise ValueError(
            f"不认识地区“{text[:40]}”；请写行政区名称（如 开封、河南省）或 GB/T 2260 代码（如 41、410200）"
        )
    return re.sub(r"(00){1,2}$", "", found.code)


class FiltersBody(Body):
    """硬条件：各项之间“且”，一项的多个值之间“或”。What a partner must state; unknown passes unless `stated`."""

    plan: Annotated[_Codes, Field(description="规划领域，代码或名称")] = []
    hightech: Annotated[_Codes, Field(description="高新技术领域，代码或名称")] = []
    industries: Annotated[_Codes, Field(description="国民经济行业，如 C、34、C3411")] = []
    regions: Annotated[_Codes, Field(description="行政区代码或名称，如 41、410200、开封")] = []
    trl_from: _Trl | None = None
    trl_to: _Trl | None = None
    modes: Annotated[list[TransferMode], Field(max_length=10)] = []
    orgs: Annotated[_Codes, Field(description="单位名称或其中一部分")] = []
    exclude_orgs: _Codes = []
    published_after: _Day | None = None
    published_before: _Day | None = None
    stated: Annotated[bool, Field(description="未写明的是否也排除；Whether what is not stated fails")] = False

    @field_validator("regions")
    @classmethod
    def _known(cls, regions: list[str]) -> list[str]:
        """Places as the engine compares them: by code wherever one is named."""
        return [_region(region) for region in regions if region]

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if (self.trl_from or 1) > (self.trl_to or 9):
            raise ValueError("成熟度下限高于上限")
        return self

    def to_filter(self, **more: Any) -> Filter:
        """The engine's filter; `more` are its other fields."""
        labels = {Scheme.PLAN: tuple(self.plan), Scheme.HIGHTECH: tuple(self.hightech)}
        stated_trl = self.trl_from is not None or self.trl_to is not None
        return Filter(
            labels={scheme: codes for scheme, codes in labels.items() if codes},
            industries=tuple(code for code in self.industries if code),
            regions=tuple(code for code in self.regions if code),
            trl=(self.trl_from or 1, self.trl_to or 9) if stated_trl else None,
            modes=tuple(self.modes),
            orgs=tuple(name for name in self.orgs if name),
            exclude_orgs=tuple(name for name in self.exclude_orgs if name),
            published_after=self.published_after,
            published_before=self.published_before,
            keep_unknown=not self.stated,
            **more,
        )


class SearchBody(Body):
    """用自己的话找；A search in one's own words."""

    text: Annotated[Text, Field(min_length=1, description="需求，用自己的话写", examples=["石墨电极在高温下氧化掉渣"])]
    looks_for: Annotated[Side, Field(description="找成果还是找需求；What to look for")] = Side.ACHIEVEMENT
    filters: FiltersBody = FiltersBody()
    limit: Annotated[int, Field(ge=1, le=50)] = 10
    cursor: Annotated[str, Field(max_length=200)] = ""
    explain: Explain = Explain.WORDS
    fields: Annotated[
        list[Line], Field(max_length=40, description="只要对方记录的这些字段，空为默认几项；Which fields of partners")
    ] = []

    @model_validator(mode="after")
    def _not_blank(self) -> Self:
        if not self.text.strip():
            raise ValueError("需求不能为空；请写一句话，例如“石墨电极抗氧化涂层”")
        return self


class GateOut(BaseModel):
    """A hard condition."""

    name: str
    state: GateState
    reason: str


class EvidenceOut(BaseModel):
    """A verbatim stretch of a record: `text` stands at [start, end) of the field named."""

    side: Side
    field: str
    start: int
    end: int
    text: str
    words: list[str]


class CheckOut(BaseModel):
    """One target of the need against what the achievement states."""

    parameter: str
    state: CheckState
    must: bool
    need: EvidenceOut
    achievement: EvidenceOut | None
    margin: float | None
    unit: str
    reason: str
    question: str


class PartnerOut(BaseModel):
    """The record on the other side, as far as the caller may read it and asked for."""

    id: str
    side: Side
    title: str
    org: str = ""
    region: str = ""
    trl: str = ""
    modes: list[str] = []
    published_on: dt.date | None = None
    own: bool = False
    state: State = State.PUBLISHED
    content: Annotated[dict[str, Any], Field(description="`fields` 要求的字段；The fields that were asked for")] = {}


class MatchOut(BaseModel):
    """One graded and explained pair. `fit` = P(level ≥ 3)."""

    need_id: Annotated[str, Field(description="查询为文本时为空；Empty where the query was a text")]
    achievement_id: str
    rank: int
    level: Annotated[int, Field(ge=1, le=4)]
    level_name: str
    fit: Annotated[float, Field(ge=0, le=1)]
    level_probs: list[float]
    reason: str
    lines: list[str]
    questions: list[str]
    unknowns: list[str]
    gates: list[GateOut]
    checks: list[CheckOut]
    evidence: list[EvidenceOut]
    shared_words: list[str]
    duplicates: list[str]
    partner: PartnerOut


class MatchesOut(BaseModel):
    """An answer: matches best first, and whether any is likely to fit at all (“无合适成果”)."""

    none_fits: bool
    message: Annotated[str, Field(description="给人看的一句话；One sentence for people")]
    considered: int
    items: list[MatchOut]
    excluded: Annotated[list[MatchOut], Field(description="被硬条件排除的；Excluded by a hard condition")] = []
    next_cursor: str = ""
    catching_up: Annotated[
        bool, Field(description="索引正在收录新记录，结果可能不全；The index is behind, records may be missing")
    ] = False


class SimilarOut(BaseModel):
    """A record of the same side that is near in meaning."""

    cosine: float
    duplicates: list[str]
    record: PartnerOut


class OrganisationLeadOut(BaseModel):
    """An organisation (and its people) found through its records; `chance` that one of them fits."""

    name: str
    chance: float
    best_level: int
    record_ids: list[str]
    people: list[str]


class FacetOut(BaseModel):
    """A value of a field and how many visible records hold it."""

    value: str
    name: str
    count: int


class FacetsBody(Body):
    """Which records to count."""

    side: Side = Side.ACHIEVEMENT
    filters: FiltersBody = FiltersBody()


class CheckupBody(Body):
    """A need to check before it is published; nothing of it is stored, and its confidential fields are not read."""

    content: NeedBody


class AspectOut(BaseModel):
    """A word of the need and what it tells of."""

    kind: AspectKind
    text: str


class CheckupOut(BaseModel):
    """需求体检；What a check-up found."""

    need_class: NeedClass
    reasons: list[str]
    aspects: list[AspectOut]
    absent: list[AspectKind]
    missing: list[Item]
    questions: list[str]
    terms: list[str]
    wording: str


class IndicatorsBody(Body):
    """A text to read numbers from."""

    text: LongText
    achieved: Annotated[bool, Field(description="文本写的是已达到的（成果）还是想要的（需求）")] = False
    listed: Annotated[bool, Field(description="文本本身就是一栏技术指标")] = False


class IndicatorOut(BaseModel):
    """One number of a text with what it bounds; see docs/indicators.md."""

    parameter: str
    op: Op
    low: float | None
    high: float | None
    unit: str
    canonical_unit: str
    canonical_low: float | None
    canonical_high: float | None
    kind: IndicatorKind
    start: int
    end: int
    text: str
    direction: Direction | None
    op2: Op | None
