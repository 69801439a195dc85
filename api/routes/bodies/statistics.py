"""The bureau's figures over the wire. What each of them counts is defined in docs/statistics.md."""

import datetime as dt
from typing import Annotated, Self

from pydantic import BaseModel, Field

from api.introductions.contracts import ContractKind
from api.schemas.base import Body
from api.statistics.fields import GapMap
from api.statistics.freshness import Freshness
from api.statistics.overview import Overview
from api.statistics.targets import Measure, Targets
from api.statistics.unserved import Unserved

__all__ = ["FreshnessOut", "GapMapOut", "OverviewOut", "TargetsBody", "TargetsOut", "UnservedOut"]

_Count = Annotated[int, Field(ge=0, le=1_000_000_000)]
_Months = Annotated[list[int], Field(description="1 至 12 月，共 12 个数；January to December")]
_Share = Annotated[
    float | None, Field(description="比例，可大于 1；没有分母时为空。A ratio, null without a denominator")
]


class CountOut(BaseModel):
    """一类及其数量；A class, its Chinese name, and how many there are."""

    code: str
    label: str
    count: int


class SideCountsOut(BaseModel):
    """需求或成果的数量；Needs or achievements."""

    total: Annotated[int, Field(description="现有总数（不含已删除）；Not deleted, in any state")]
    states: Annotated[list[CountOut], Field(description="按现状态：draft、review、published、withdrawn、expired、done")]
    new: Annotated[int, Field(description="当年新增；Entered in the year")]
    new_by_month: _Months


class IntroductionCountsOut(BaseModel):
    """当年发起的对接；Introductions asked for in the year, as they stand now."""

    total: int
    by_month: Annotated[_Months, Field(description="按发起月份，共 12 个数；By month of the request")]
    stages: Annotated[list[CountOut], Field(description="按现阶段：new、contacted、negotiating、signed、lost")]
    accepted: Annotated[int, Field(description="双方均接受；Both sides accepted")]
    declined: Annotated[int, Field(description="至少一方婉拒；At least one side declined")]
    waiting: Annotated[int, Field(description="其余；Neither of the two")]
    acceptance_rate: Annotated[_Share, Field(description="accepted ÷ (accepted + declined)")]
    median_days_to_acceptance: Annotated[
        float | None, Field(description="从发起到双方接受的天数中位数，一位小数；Median days, one decimal")
    ]
    refusals: Annotated[list[CountOut], Field(description="现为“未成”的原因，多的在前；Reasons of those that are lost")]


class KindTotalOut(BaseModel):
    """一类技术合同；Contracts of one kind."""

    kind: ContractKind
    count: int
    amount_cny: float


class MonthTotalOut(BaseModel):
    """一个月的技术合同；Contracts signed in one month."""

    month: Annotated[int, Field(ge=1, le=12)]
    count: int
    amount_cny: float


class ContractCountsOut(BaseModel):
    """当年签订的技术合同；Contracts signed in the year."""

    count: int
    amount_cny: float
    kinds: list[KindTotalOut]
    months: list[MonthTotalOut]


class ProgressOut(BaseModel):
    """一项年度目标和完成情况；A measure, its target and what was reached."""

    measure: Measure
    label: str
    target: Annotated[float | None, Field(description="目标值，未设时为空；Null where none is set")]
    reached: float
    share: _Share


class OverviewOut(BaseModel):
    """一年总览；The year at a glance. Months and days are those of China (UTC+8)."""

    year: int
    at: Annotated[dt.datetime, Field(description="统计时刻；When it was counted")]
    needs: SideCountsOut
    achievements: SideCountsOut
    organisations: Annotated[list[CountOut], Field(description="启用中的单位，按类别：enterprise、institution …")]
    levels: Annotated[
        list[CountOut],
        Field(description="已发布需求按最佳匹配等级：4、3、2、1、none（无匹配）、unknown（尚未评估）；Best level"),
    ]
    introductions: IntroductionCountsOut
    contracts: ContractCountsOut
    progress: Annotated[list[ProgressOut], Field(description="五项目标，未设目标的也列出；All five measures")]

    @classmethod
    def of(cls, found: Overview) -> Self:
        """What is shown of an overview."""
        return cls.model_validate(found, from_attributes=True)


class GapOut(BaseModel):
    """一个规划领域的供需；Supply and demand of one plan field."""

    code: Annotated[str, Field(description="F1–F7、G1–G12；无领域和合计两行为空。Empty for the last two lines")]
    name: str
    group: Annotated[str, Field(description="未来产业、关键共性技术，或空")]
    needs: Annotated[int, Field(description="已发布的需求；Published needs")]
    achievements: Annotated[int, Field(description="已发布的成果；Published achievements")]
    unserved: Annotated[int, Field(description="没有 3 级及以上匹配的需求；Needs without a match of level 3 or 4")]
    ungraded: Annotated[int, Field(description="尚未评估的需求；Needs whose matches are not known yet")]
    share: Annotated[_Share, Field(description="unserved ÷ (needs − ungraded)")]


class GapMapOut(BaseModel):
    """供需缺口图；The supply–demand gap map. A record of several fields counts in each; the total counts it once."""

    at: dt.datetime
    fields: Annotated[list[GapOut], Field(description="19 个规划领域，按规划顺序；In the order of the plan")]
    without_field: Annotated[GapOut, Field(description="没有领域的（多为刚发布、尚未编入索引）")]
    total: GapOut

    @classmethod
    def of(cls, found: GapMap) -> Self:
        """What is shown of a map."""
        return cls.model_validate(found, from_attributes=True)


class FieldOut(BaseModel):
    """一个规划领域；A plan field."""

    code: str
    name: str


class UnservedOut(BaseModel):
    """一条没有合适成果的需求，按您可见的内容；A need nobody can serve, as the caller may read it."""

    id: str
    title: str
    organisation: Annotated[str | None, Field(description="单位名称；未对您公开时为空")]
    region: Annotated[str | None, Field(description="地区")]
    fields: list[FieldOut]
    best_level: Annotated[int | None, Field(description="最佳匹配等级 1 或 2；没有任何匹配时为空")]
    published_at: dt.datetime
    waiting_days: Annotated[int, Field(description="自发布以来的天数；Days since it was published")]
    valid_until: dt.date | None

    @classmethod
    def of(cls, found: Unserved) -> Self:
        """What is shown of a need."""
        return cls.model_validate(found, from_attributes=True)


class SideAgesOut(BaseModel):
    """已发布记录的新旧；How fresh the published records of one side are. The four ages add up to `published`."""

    published: int
    within_30_days: Annotated[int, Field(description="30 天内更新过；Changed within 30 days")]
    within_90_days: Annotated[int, Field(description="31–90 天")]
    within_365_days: Annotated[int, Field(description="91–365 天")]
    older: Annotated[int, Field(description="超过 365 天")]
    ending_within_30_days: Annotated[int, Field(description="30 天内（含今天）到期；Last day within 30 days")]
    overdue: Annotated[int, Field(description="已过有效期、尚未转为过期；Past its last day and still published")]
    expired: Annotated[int, Field(description="状态为已过期；In the state expired")]


class FeedOut(BaseModel):
    """一个数据源的健康状况；How a feed does."""

    id: str
    name: str
    organisation: str
    kind: Annotated[str, Field(description="push、url 或 folder")]
    status: Annotated[str, Field(description="waiting、ok、late、failing 或 off")]
    last_ok_at: Annotated[dt.datetime | None, Field(description="上次成功；Last good run")]
    failures: Annotated[int, Field(description="连续失败次数；In a row")]
    last_error: str
    records: int
    waiting: Annotated[int, Field(description="等待确认的撤回；Withdrawals that wait for a confirmation")]


class OutlookStateOut(BaseModel):
    """需求最佳匹配等级的新旧；How fresh the best levels of needs are."""

    needs: Annotated[int, Field(description="已发布的需求（不含仅本人可见）；Published needs")]
    waiting: Annotated[int, Field(description="其中待评估或待重新评估的；Not looked at since something changed")]
    oldest_at: Annotated[dt.datetime | None, Field(description="最早一次评估；The oldest look at a need")]
    changes: Annotated[int, Field(description="有变动、尚未与需求比较的成果；Changed achievements not yet compared")]


class IndexStateOut(BaseModel):
    """索引的积压；What the index has still to learn."""

    queued: int
    oldest_queued_at: dt.datetime | None


class FreshnessOut(BaseModel):
    """数据的新旧；How fresh everything is."""

    at: dt.datetime
    needs: SideAgesOut
    achievements: SideAgesOut
    feeds: Annotated[list[FeedOut], Field(description="按单位和名称排序")]
    outlook: OutlookStateOut
    index: IndexStateOut

    @classmethod
    def of(cls, found: Freshness) -> Self:
        """What is shown of it."""
        return cls.model_validate(found, from_attributes=True)


class TargetsBody(Body):
    """一年的目标，整体替换；没有目标的项留空。The targets of a year, as a whole; null where there is none."""

    contracts_cny: Annotated[
        float | None, Field(ge=0, le=1e13, allow_inf_nan=False, description="技术合同成交额（元）")
    ] = None
    contracts: Annotated[_Count | None, Field(description="技术合同份数")] = None
    introductions: Annotated[_Count | None, Field(description="发起的对接")] = None
    needs: Annotated[_Count | None, Field(description="新增需求")] = None
    achievements: Annotated[_Count | None, Field(description="新增成果")] = None

    def values(self) -> dict[Measure, float]:
        """The targets that are set."""
        return {measure: float(value) for measure in Measure if (value := getattr(self, measure.value)) is not None}


class TargetsOut(BaseModel):
    """一年的目标；The targets of a year."""

    year: int
    contracts_cny: float | None
    contracts: int | None
    introductions: int | None
    needs: int | None
    achievements: int | None
    changed_at: Annotated[dt.datetime | None, Field(description="上次修改，从未设置时为空")]

    @classmethod
    def of(cls, found: Targets) -> Self:
        """What is shown of them."""
        values = {measure.value: found.values.get(measure) for measure in Measure}
        return cls.model_validate({"year": found.year, "changed_at": found.changed_at, **values})
