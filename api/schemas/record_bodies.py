"""Needs and achievements as callers send them. Field names are those of `matcher.records`."""

import datetime as dt
from dataclasses import fields, replace
from typing import Annotated, Any, Self, TypeVar

from pydantic import ConfigDict, Field, model_validator

from api.access.groups import GROUPS, Group
from api.schemas.base import Body, Line, LongText
from matcher.corpus.values.region import parse_region
from matcher.records import (
    Achievement,
    IpItem,
    Need,
    Price,
    PriceKind,
    Record,
    Region,
    Tier,
    TransferMode,
    TrlBand,
    TrlSource,
)

__all__ = ["AchievementBody", "IpBody", "NeedBody", "RecordBody", "RegionBody"]

R = TypeVar("R", bound=Record)
_Trl = Annotated[int, Field(ge=1, le=9)]
_Cny = Annotated[float, Field(ge=0, le=1e13, allow_inf_nan=False)]
_Lines = Annotated[list[Line], Field(max_length=50)]
_Day = Annotated[dt.date, Field(ge=dt.date(1950, 1, 1), le=dt.date(2100, 12, 31))]


class RegionBody(Body):
    """行政区；`code` 是 GB/T 2260 六位代码，可空。An administrative division."""

    name: Line
    code: Annotated[str, Field(pattern=r"^(\d{6})?$", description="空则按名称填写；Filled in from the name")] = ""

    def to_region(self) -> Region:
        """The engine's region; a place named without its code gets it, as in a spreadsheet."""
        if self.code or not self.name:
            return Region(name=self.name, code=self.code)
        return parse_region(self.name) or Region(name=self.name)


class PriceBody(Body):
    """价格（元）；A price in CNY."""

    kind: PriceKind
    low_cny: _Cny | None = None
    high_cny: _Cny | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.low_cny is not None and self.high_cny is not None and self.low_cny > self.high_cny:
            raise ValueError("最低价高于最高价")
        return self


class TrlBody(Body):
    """技术成熟度 1–9（GB/T 22900）；Technology readiness."""

    low: _Trl
    high: _Trl

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.low > self.high:
            raise ValueError("成熟度下限高于上限")
        return self


class IpBody(Body):
    """一项知识产权；One intellectual-property right."""

    type: Line
    number: Line = ""
    status: Line = ""


class RecordBody(Body):
    """What needs and achievements share."""

    title: Annotated[Line, Field(min_length=2, description="名称；Title")]
    confidential_detail: Annotated[LongText, Field(description="保密详情，仅本单位可见；Only the owner reads it")] = ""
    keywords: _Lines = []
    indicators_text: Annotated[LongText, Field(description="技术指标、考核指标；Targets or stated figures")] = ""
    org: Annotated[Line, Field(description="单位名称，空为本单位；Organisation shown")] = ""
    contact: Annotated[Line, Field(description="联系方式，对接被接受后才打开；Opened on acceptance only")] = ""
    fields: _Lines = []
    industry_codes: Annotated[
        list[Annotated[str, Field(pattern=r"^[A-T]?\d{0,4}$", min_length=1)]], Field(max_length=20)
    ] = []
    region: RegionBody | None = None
    valid_until: _Day | None = None
    source: Line = ""
    source_url: Annotated[str, Field(max_length=1000, pattern=r"^(https?://[^\s]+)?$")] = ""
    visibility: Annotated[Tier, Field(description="1 公开 2 登录可见 3 授权可见 4 仅本人；Who may see the record")] = (
        Tier.PUBLIC
    )
    tiers: Annotated[
        dict[Group, Tier], Field(description="各字段组的可见级别，不写为默认；Who may read each field group")
    ] = {}

    def _common(self, org: str) -> dict[str, Any]:
        region = None if self.region is None else self.region.to_region()
        return {
            "id": "",
            "title": self.title,
            "confidential_detail": self.confidential_detail,
            "keywords": tuple(word for word in self.keywords if word),
            "indicators_text": self.indicators_text,
            "org": self.org or org,
            "contact": self.contact,
            "fields": tuple(word for word in self.fields if word),
            "industry_codes": tuple(self.industry_codes),
            "region": region,
            "valid_until": self.valid_until,
            "source": self.source,
            "source_url": self.source_url,
            "visibility": self.visibility,
        }

    def own_tiers(self) -> dict[str, int]:
        """The tiers by name of group."""
        return {group.value: int(tier) for group, tier in self.tiers.items()}

    def to_record(self, org: str, before: Record | None = None, closed: frozenset[Group] = frozenset()) -> Record:
        """The engine's record without an id.

        Args:
            org: the owner's name, shown where the body names none.
            before: what is replaced; what a body cannot say (unknown columns, where it was read) is kept.
            closed: groups that the caller cannot read, and therefore cannot change: they are kept too.
        """
        raise NotImplementedError


class NeedBody(RecordBody):
    """一条技术需求；A need."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "title": "石墨电极抗氧化涂层",
                    "problem": "石墨电极在高温下氧化掉渣，电耗高，希望找到能耐 1200℃ 的涂层。",
                    "indicators_text": "耐温≥1200℃；电极消耗降低20%以上",
                    "budget_high_cny": 500000,
                    "modes": ["技术开发"],
                    "region": {"name": "河南省开封市", "code": "410200"},
                    "contact": "王工 0371-00000000",
                }
            ]
        }
    )

    problem: Annotated[LongText, Field(description="拟解决的技术难题；What is to be solved")] = ""
    current_state: Annotated[LongText, Field(description="现有基础条件；What there is already")] = ""
    budget_low_cny: _Cny | None = None
    budget_high_cny: _Cny | None = None
    modes: Annotated[list[TransferMode], Field(max_length=10)] = []
    trl_min: _Trl | None = None
    region_scope: Annotated[list[RegionBody], Field(max_length=50)] = []
    preferred_orgs: _Lines = []
    blocked_orgs: _Lines = []

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        low, high = self.budget_low_cny, self.budget_high_cny
        if low is not None and high is not None and low > high:
            raise ValueError("预算下限高于上限")
        return self

    def to_record(self, org: str, before: Record | None = None, closed: frozenset[Group] = frozenset()) -> Need:
        """See `RecordBody.to_record`."""
        need = Need(
            **self._common(org),
            problem=self.problem,
            current_state=self.current_state,
            budget_low_cny=self.budget_low_cny,
            budget_high_cny=self.budget_high_cny,
            modes=tuple(self.modes),
            trl_min=self.trl_min,
            region_scope=tuple(region.to_region() for region in self.region_scope),
            preferred_orgs=tuple(self.preferred_orgs),
            blocked_orgs=tuple(self.blocked_orgs),
        )
        return _with_kept(need, before, closed)


class AchievementBody(RecordBody):
    """一项科技成果；An achievement."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "title": "石墨电极耐高温抗氧化涂层制备技术",
                    "summary": "在石墨电极表面制备复合涂层，1350℃下 100 小时不氧化。",
                    "trl": {"low": 6, "high": 7},
                    "transfer_modes": ["技术许可", "技术转让"],
                    "team": ["张教授"],
                    "tiers": {"indicators": 2},
                }
            ]
        }
    )

    summary: Annotated[LongText, Field(description="公开简介；Public summary")] = ""
    team: _Lines = []
    trl: TrlBody | None = None
    transfer_modes: Annotated[list[TransferMode], Field(max_length=10)] = []
    price: PriceBody | None = None
    ip_items: Annotated[list[IpBody], Field(max_length=100)] = []
    level: Line = ""
    application_scope: LongText = ""
    prior_use: LongText = ""
    last_confirmed_on: _Day | None = None

    def to_record(self, org: str, before: Record | None = None, closed: frozenset[Group] = frozenset()) -> Achievement:
        """See `RecordBody.to_record`."""
        trl, price = self.trl, self.price
        achievement = Achievement(
            **self._common(org),
            summary=self.summary,
            team=tuple(self.team),
            trl=None if trl is None else TrlBand(low=trl.low, high=trl.high, source=TrlSource.STATED),
            transfer_modes=tuple(self.transfer_modes),
            price=None if price is None else Price(kind=price.kind, low_cny=price.low_cny, high_cny=price.high_cny),
            ip_items=tuple(IpItem(type=item.type, number=item.number, status=item.status) for item in self.ip_items),
            level=self.level,
            application_scope=self.application_scope,
            prior_use=self.prior_use,
            last_confirmed_on=self.last_confirmed_on,
        )
        return _with_kept(achievement, before, closed)


_UNSAID = frozenset({"extra", "provenance", "published_on", "status"})


def _with_kept(record: R, before: Record | None, closed: frozenset[Group]) -> R:
    """What a body or its sender cannot say is taken from what it replaces."""
    if before is None:
        return record
    names = _UNSAID.union(*(GROUPS[group] for group in closed)) - {"id", "title", "visibility"}
    kept = {item.name: getattr(before, item.name) for item in fields(record) if item.name in names}
    return replace(record, **kept)
