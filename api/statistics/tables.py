"""The answers as tables for download, one sheet each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from api.days import CHINA
from api.statistics.counts import Count
from api.statistics.fields import Gap, GapMap
from api.statistics.freshness import Freshness, SideAges
from api.statistics.overview import Overview
from api.statistics.records import SideCounts
from api.statistics.sheet import Sheet
from api.statistics.unserved import Unserved
from api.statistics.year import MONTHS
from matcher.report.columns import Column, Kind

__all__ = ["Line", "freshness_sheet", "gap_sheet", "overview_sheet", "unserved_sheet"]


@dataclass(frozen=True, slots=True)
class Line:
    """One figure of the overview: of which part, of what, and how much; "" where there is none."""

    part: str
    item: str
    value: str | int | float


_LINES: tuple[Column[Line], ...] = (
    Column(heading="部分", width=24, value=lambda line: line.part, kind=Kind.NAME),
    Column(heading="项目", width=28, value=lambda line: line.item),
    Column(heading="数值", width=18, value=lambda line: line.value),
)
_GAPS: tuple[Column[Gap], ...] = (
    Column(heading="领域代码", width=10, value=lambda gap: gap.code, kind=Kind.ID),
    Column(heading="规划领域", width=26, value=lambda gap: gap.name, kind=Kind.NAME),
    Column(heading="类别", width=16, value=lambda gap: gap.group),
    Column(heading="需求", width=10, value=lambda gap: gap.needs),
    Column(heading="成果", width=10, value=lambda gap: gap.achievements),
    Column(heading="无合适成果的需求", width=18, value=lambda gap: gap.unserved),
    Column(heading="尚未评估的需求", width=16, value=lambda gap: gap.ungraded),
    Column(
        heading="无合适成果占比",
        width=16,
        value=lambda gap: "" if gap.share is None else gap.share,
        kind=Kind.PERCENT,
    ),
)
_UNSERVED: tuple[Column[Unserved], ...] = (
    Column(heading="需求名称", width=44, value=lambda need: need.title, kind=Kind.NAME),
    Column(heading="需求单位", width=28, value=lambda need: need.organisation or ""),
    Column(heading="地区", width=14, value=lambda need: need.region or ""),
    Column(heading="规划领域", width=24, value=lambda need: "、".join(field.name for field in need.fields)),
    Column(heading="最佳匹配等级", width=14, value=lambda need: need.best_level or "无匹配"),
    Column(heading="发布日期", width=12, value=lambda need: need.published_at.astimezone(CHINA).date().isoformat()),
    Column(heading="等待天数", width=10, value=lambda need: need.waiting_days),
    Column(heading="有效期", width=12, value=lambda need: need.valid_until.isoformat() if need.valid_until else ""),
    Column(heading="需求编号", width=30, value=lambda need: need.id, kind=Kind.ID),
)
_FEED_STATUS = {"waiting": "尚未读取", "ok": "正常", "late": "超时未更新", "failing": "读取失败", "off": "已停用"}


def overview_sheet(found: Overview) -> Sheet[Line]:
    """Every figure of an overview, one a line."""
    return Sheet(f"{found.year}年总览", _LINES, tuple(_lines(found)), lambda line: line.part)


def gap_sheet(found: GapMap) -> Sheet[Gap]:
    """A line a field, then what has none, then all."""
    return Sheet("供需缺口", _GAPS, (*found.fields, found.without_field, found.total))


def unserved_sheet(found: Sequence[Unserved]) -> Sheet[Unserved]:
    """A line a need."""
    return Sheet("无合适成果的需求", _UNSERVED, found)


def freshness_sheet(found: Freshness) -> Sheet[Line]:
    """Every figure of it, one a line; of each feed its status and what waits."""
    return Sheet("数据新旧", _LINES, tuple(_fresh(found)), lambda line: line.part)


def _fresh(found: Freshness) -> Iterator[Line]:
    yield from _ages("需求", found.needs)
    yield from _ages("成果", found.achievements)
    for feed in found.feeds:
        part = f"供数：{feed.name}（{feed.organisation}）"
        yield Line(part, "状况", _FEED_STATUS.get(feed.status, feed.status))
        yield Line(part, "记录", feed.records)
        yield Line(part, "连续失败次数", feed.failures)
        yield Line(part, "等待确认的撤回", feed.waiting)
    yield Line("匹配评估", "需求", found.outlook.needs)
    yield Line("匹配评估", "待评估的需求", found.outlook.waiting)
    yield Line("匹配评估", "有变动待比对的成果", found.outlook.changes)
    yield Line("搜索索引", "待编入的变动", found.index.queued)


def _ages(part: str, side: SideAges) -> Iterator[Line]:
    yield Line(part, "已发布", side.published)
    yield Line(part, "30 天内更新", side.within_30_days)
    yield Line(part, "31–90 天前更新", side.within_90_days)
    yield Line(part, "91–365 天前更新", side.within_365_days)
    yield Line(part, "超过一年没有更新", side.older)
    yield Line(part, "30 天内到期", side.ending_within_30_days)
    yield Line(part, "已过有效期仍在发布", side.overdue)
    yield Line(part, "已过期", side.expired)


def _lines(found: Overview) -> Iterator[Line]:
    for progress in found.progress:
        target = "未设" if progress.target is None else progress.target
        yield Line("年度目标", f"{progress.label}：目标", target)
        yield Line("年度目标", f"{progress.label}：完成", progress.reached)
        yield Line("年度目标", f"{progress.label}：完成率", _percent(progress.share))
    yield from _side("需求", found.needs)
    yield from _side("成果", found.achievements)
    yield from _counts("单位", found.organisations)
    yield from _counts("已发布需求的最佳匹配等级", found.levels)
    asked = found.introductions
    yield Line("当年发起的对接", "合计", asked.total)
    yield from _counts("当年发起的对接", asked.stages)
    yield from _months("当年发起的对接", asked.by_month)
    yield Line("对接答复", "双方接受", asked.accepted)
    yield Line("对接答复", "婉拒", asked.declined)
    yield Line("对接答复", "等待答复", asked.waiting)
    yield Line("对接答复", "接受率", _percent(asked.acceptance_rate))
    days = asked.median_days_to_acceptance
    yield Line("对接答复", "从发起到接受的天数（中位数）", "" if days is None else days)
    yield from _counts("未成原因", asked.refusals)
    yield from _contracts(found)


def _contracts(found: Overview) -> Iterator[Line]:
    contracts = found.contracts
    yield Line("技术合同份数", "合计", contracts.count)
    for kind in contracts.kinds:
        yield Line("技术合同份数", kind.kind.value, kind.count)
    yield from _months("技术合同份数", [month.count for month in contracts.months])
    yield Line("技术合同成交额（元）", "合计", contracts.amount_cny)
    for kind in contracts.kinds:
        yield Line("技术合同成交额（元）", kind.kind.value, kind.amount_cny)
    yield from _months("技术合同成交额（元）", [month.amount_cny for month in contracts.months])


def _side(name: str, counts: SideCounts) -> Iterator[Line]:
    yield Line(f"{name}（现状态）", "合计", counts.total)
    yield from _counts(f"{name}（现状态）", counts.states)
    yield Line(f"当年新增{name}", "合计", counts.new)
    yield from _months(f"当年新增{name}", counts.new_by_month)


def _counts(part: str, counts: Sequence[Count]) -> Iterator[Line]:
    return (Line(part, count.label, count.count) for count in counts)


def _months(part: str, values: Sequence[int | float]) -> Iterator[Line]:
    return (Line(part, f"{month} 月", value) for month, value in zip(MONTHS, values, strict=True))


def _percent(share: float | None) -> str:
    return "" if share is None else f"{share:.1%}"
