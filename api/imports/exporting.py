"""Own records as a spreadsheet that the importer reads back: known columns, and unknown ones under their headings."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import xlsxwriter
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.access.caller import Caller
from api.db.tables import RecordRow
from api.imports.rereading import with_extra
from api.records.content import stored_record
from matcher.corpus.values.budget import render_budget
from matcher.corpus.values.industry import render_industry
from matcher.corpus.values.ip import render_ip
from matcher.corpus.values.mode import render_modes
from matcher.corpus.values.money import money_text
from matcher.corpus.values.region import render_region, render_regions
from matcher.corpus.values.tier import render_tier
from matcher.records import Achievement, Need, Price, PriceKind, Record, Side, TrlBand
from matcher.report.cells import clean

__all__ = ["own_records", "write_records"]

_OPTIONS = {
    "constant_memory": True,
    "strings_to_numbers": False,
    "strings_to_formulas": False,
    "strings_to_urls": False,
}
_WIDTH = 18
_BETWEEN = "；"


def _day(day: dt.date | None) -> str:
    return "" if day is None else day.isoformat()


def _price(price: Price | None) -> str:
    """As the file said, or so that reading it gives the same kind and bounds."""
    if price is None or price.raw:
        return "" if price is None else price.raw
    text = money_text(price.low_cny, price.high_cny)
    about = price.kind is PriceKind.INDICATIVE and price.low_cny == price.high_cny
    return (f"约{text}" if about else text) or "面议"


def _trl(band: TrlBand | None) -> str:
    if band is None or band.raw:
        return "" if band is None else band.raw
    return f"TRL{band.low}" if band.low == band.high else f"TRL{band.low}-{band.high}"


_SHARED: tuple[tuple[str, Callable[[Record], str]], ...] = (
    ("关键词", lambda record: _BETWEEN.join(record.keywords)),
    ("技术指标", lambda record: record.indicators_text),
    ("联系方式", lambda record: record.contact),
    ("技术领域", lambda record: _BETWEEN.join(record.fields)),
    ("行业", lambda record: render_industry(record.industry_codes)),
    ("所属地区", lambda record: render_region(record.region) if record.region else ""),
    ("发布日期", lambda record: _day(record.published_on)),
    ("有效期", lambda record: _day(record.valid_until)),
    ("状态", lambda record: record.status),
    ("信息来源", lambda record: record.source),
    ("来源网址", lambda record: record.source_url),
    ("可见范围", lambda record: render_tier(record.visibility)),
    ("保密详情", lambda record: record.confidential_detail),
)


def _need(need: Need) -> dict[str, str]:
    known = need.budget_low_cny is not None or need.budget_high_cny is not None
    return {
        "需求名称": need.title,
        "需求内容": need.problem,
        "需求单位": need.org,
        "现有工作基础": need.current_state,
        "预算资金": render_budget((need.budget_low_cny, need.budget_high_cny)) if known else "",
        "合作方式": render_modes(need.modes),
        "成熟度要求": str(need.trl_min) if need.trl_min else "",
        "合作地区": render_regions(need.region_scope),
        "意向合作单位": _BETWEEN.join(need.preferred_orgs),
        "回避单位": _BETWEEN.join(need.blocked_orgs),
    }


def _achievement(achievement: Achievement) -> dict[str, str]:
    return {
        "成果名称": achievement.title,
        "成果简介": achievement.summary,
        "完成单位": achievement.org,
        "完成人": _BETWEEN.join(achievement.team),
        "技术成熟度": _trl(achievement.trl),
        "转化方式": render_modes(achievement.transfer_modes),
        "价格": _price(achievement.price),
        "知识产权": render_ip(achievement.ip_items),
        "成果水平": achievement.level,
        "应用范围": achievement.application_scope,
        "前期应用": achievement.prior_use,
        "最近确认日期": _day(achievement.last_confirmed_on),
    }


_NUMBER = {Side.NEED: "需求编号", Side.ACHIEVEMENT: "成果编号"}


def own_records(session: Session, caller: Caller, side: Side) -> list[tuple[str, Record]]:
    """The records of the caller's organisation, whole, each with its own number; in the order they were entered."""
    if caller.organisation_id is None:
        return []
    rows = session.scalars(
        select(RecordRow)
        .where(
            RecordRow.owner_id == caller.organisation_id,
            RecordRow.side == side.value,
            RecordRow.deleted_at.is_(None),
        )
        .order_by(RecordRow.id)
    )
    return [(row.external_id, stored_record(row)) for row in rows]


def write_records(path: Path, side: Side, records: Sequence[tuple[str, Record]]) -> None:
    """Write records of one side, each with its owner's own number.

    Reading the file back gives the same values; what a platform's words were read as may be told in other words.

    Raises:
        OSError: the file cannot be written.
    """
    rows = [_cells(side, number, record) for number, record in records]
    headings = list(dict.fromkeys(heading for row in [_headings(side), *rows] for heading in row))
    with xlsxwriter.Workbook(str(path), _OPTIONS) as book:
        text = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
        head = book.add_format({"bold": True, "bg_color": "#DCE6F1"})
        sheet = book.add_worksheet({Side.NEED: "需求", Side.ACHIEVEMENT: "成果"}[side])
        sheet.freeze_panes(1, 2)
        sheet.set_column(0, len(headings) - 1, _WIDTH, text)
        for at, heading in enumerate(headings):
            sheet.write_string(0, at, heading, head)
        for line, row in enumerate(rows, start=1):
            for at, heading in enumerate(headings):
                if value := row.get(heading):
                    sheet.write_string(line, at, clean(value), text)


def _headings(side: Side) -> Mapping[str, str]:
    blank: Record = Need(id="", title="") if side is Side.NEED else Achievement(id="", title="")
    return _cells(side, "", blank)


def _cells(side: Side, number: str, record: Record) -> dict[str, str]:
    own = _need(record) if isinstance(record, Need) else _achievement(record) if isinstance(record, Achievement) else {}
    cells = {_NUMBER[side]: number, **own, **{heading: value(record) for heading, value in _SHARED}}
    return with_extra(side, cells, record)
