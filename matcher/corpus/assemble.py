"""One row of cells → one typed record, or the reason why not. Nothing a cell said is lost."""

import datetime as dt
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypedDict

from matcher.corpus.columns import FIELD_LABELS, Column
from matcher.corpus.read import Row
from matcher.corpus.read.cells import is_error_text
from matcher.corpus.rowview import Layout, RowView
from matcher.corpus.values.budget import parse_budget, render_budget
from matcher.corpus.values.date import Period, parse_period
from matcher.corpus.values.industry import parse_fields, parse_industry, render_industry
from matcher.corpus.values.ip import parse_ip, render_ip
from matcher.corpus.values.mode import parse_modes, render_modes
from matcher.corpus.values.price import parse_price
from matcher.corpus.values.region import parse_region, parse_regions, render_region, render_regions
from matcher.corpus.values.secrecy import Secrecy, has_secret_label, has_secret_mark, is_secret_word, parse_secrecy
from matcher.corpus.values.status import parse_status
from matcher.corpus.values.tier import parse_tier, render_tier
from matcher.corpus.values.trl import parse_trl
from matcher.corpus.values.wordlist import split_keywords, split_names
from matcher.records import Achievement, Need, Provenance, Region, Side, Tier, TrlBand
from matcher.text.sentences import sentences

__all__ = ["FIELDS_OF", "LONGEST_TITLE", "MASK", "Assembled", "Refusal", "RowAssembler"]

LONGEST_TITLE = 200
"""Characters; a longer title is a text put into the wrong column."""

MASK = "（涉密内容已遮盖）"
"""What stands in a report in place of a state secret."""

_DERIVED_TITLE = 40
_QUESTION = "是否"
_YES, _NO = frozenset({"是", "Y", "TRUE"}), frozenset({"否", "N", "FALSE"})
_NOT_SECRET = re.compile(r"[不非未无]涉密|非密")
_FOOTER = re.compile(r"(?:填表|填报|制表|审核|联系|负责)人|(?:合计|总计|小计)|(?:注|备注|说明|填表说明)\s*[:：]")
_ONLY_NEEDS = frozenset({"budget", "current_state", "region_scope", "preferred_orgs", "blocked_orgs"})
_ONLY_ACHIEVEMENTS = frozenset(
    {"team", "price", "ip_items", "level", "application_scope", "prior_use", "last_confirmed_on"}
)
_SHARED = frozenset(FIELD_LABELS) - _ONLY_NEEDS - _ONLY_ACHIEVEMENTS - {"extra"}
FIELDS_OF: Mapping[Side, frozenset[str]] = {
    Side.NEED: _SHARED | _ONLY_NEEDS,
    Side.ACHIEVEMENT: _SHARED | _ONLY_ACHIEVEMENTS,
}
"""Column kinds that each side has a field for; columns of other kinds are kept in `extra`."""


@dataclass(frozen=True, slots=True)
class Assembled:
    """A record, and what of it had to be made up: its id from the content, its title from the first sentence."""

    record: Need | Achievement
    id_derived: bool = False
    title_derived: bool = False


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a row is no record: the heading and value at fault; `secret` says that nothing of the row may be shown."""

    heading: str
    value: str
    reason: str
    secret: bool = False


_LABELLED = Refusal("密级", "", "名称带有密级标志：涉密内容不得导入本系统，请删除此行", secret=True)


class _Common(TypedDict):
    """Fields that needs and achievements share, ready for their constructors."""

    id: str
    title: str
    confidential_detail: str
    keywords: tuple[str, ...]
    indicators_text: str
    org: str
    contact: str
    fields: tuple[str, ...]
    industry_codes: tuple[str, ...]
    region: Region | None
    published_on: dt.date | None
    valid_until: dt.date | None
    status: str
    source: str
    source_url: str
    visibility: Tier
    provenance: Provenance
    extra: dict[str, str]


class RowAssembler:
    """Makes the records of one table.

    Args:
        side: what the table lists.
        columns: its columns, recognised.
        file: name of the file for the records' provenance.
        sheet: name of the sheet, if any.
    """

    def __init__(self, *, side: Side, columns: Sequence[Column], file: str, sheet: str | None) -> None:
        self._side = side
        self._file, self._sheet = file, sheet
        self.layout = Layout.of(columns, FIELDS_OF[side])

    def assemble(self, row: Row) -> Assembled | Refusal:
        """Make the record of one row."""
        view = RowView(row, self.layout)
        tier = _tier(view)
        if isinstance(tier, Refusal):
            return tier
        named = _title_and_body(view)
        if isinstance(named, Refusal):
            return named
        title, body, title_derived = named
        if has_secret_label(title):
            return _LABELLED
        org, stated_id = view.first("org"), view.first("id")
        codes, fields = _industries(view)
        published, valid = _dates(view)
        common = _Common(
            id=stated_id or _content_id(self._side, title, org, body),
            title=title,
            confidential_detail=view.joined("confidential_detail"),
            keywords=view.words("keywords", split_keywords),
            indicators_text=view.joined("indicators_text"),
            org=org,
            contact=view.joined("contact", " "),
            fields=fields,
            industry_codes=codes,
            region=view.typed("region", lambda text, _: parse_region(text), render_region),
            published_on=published,
            valid_until=valid,
            status=_status(view, self._side),
            source=view.first("source"),
            source_url=view.first("source_url"),
            visibility=tier,
            provenance=Provenance(file=self._file, sheet=self._sheet, row=row.number),
            extra=view.extra,
        )
        make = _need if self._side is Side.NEED else _achievement
        return Assembled(make(view, common, body), not stated_id, title_derived)


def _need(view: RowView, common: _Common, body: str) -> Need:
    low, high = view.typed("budget", lambda text, c: parse_budget(text, c.unit_cny), render_budget) or (None, None)
    band = view.typed("trl", lambda text, _: parse_trl(text), _exact_trl)
    return Need(
        **common,
        problem=body,
        current_state=view.joined("current_state"),
        budget_low_cny=low,
        budget_high_cny=high,
        modes=view.together("modes", parse_modes, render_modes),
        trl_min=None if band is None else band.low,
        region_scope=view.together("region_scope", parse_regions, render_regions),
        preferred_orgs=view.words("preferred_orgs", split_names),
        blocked_orgs=view.words("blocked_orgs", split_names),
    )


def _achievement(view: RowView, common: _Common, body: str) -> Achievement:
    confirmed = view.typed("last_confirmed_on", _period, _exact_day)
    return Achievement(
        **common,
        summary=body,
        team=view.words("team", split_names),
        trl=view.typed("trl", lambda text, _: parse_trl(text), lambda band: band.raw),
        transfer_modes=view.together("modes", parse_modes, render_modes),
        price=view.typed("price", lambda text, c: parse_price(text, c.unit_cny), lambda price: price.raw),
        ip_items=view.together("ip_items", parse_ip, render_ip),
        level=view.first("level"),
        application_scope=view.joined("application_scope"),
        prior_use=view.joined("prior_use"),
        last_confirmed_on=None if confirmed is None else confirmed.last,
    )


def _exact_trl(band: TrlBand) -> str:
    # A need keeps only the lowest level, so every other way to say it stays in `extra`.
    return str(band.low) if band.low == band.high else ""


def _tier(view: RowView) -> Tier | Refusal:
    """Who may read the row; state secrets are refused, and what is not understood is kept close."""
    tier = Tier.PUBLIC
    for column, text in view.filled("secrecy"):
        secrecy = parse_secrecy(_phrase(column, text))
        if secrecy is Secrecy.STATE_SECRET:
            return _secret(column, text)
        tier = max(tier, {Secrecy.TRADE_SECRET: Tier.SECRET, Secrecy.INTERNAL: Tier.RESTRICTED}.get(secrecy, tier))
        view.extra[column.heading] = text
    for column, text in view.filled("industry"):
        # An industry column is often called Classification.
        if is_secret_word(text):
            return _secret(column, text)
    if any(map(has_secret_mark, view.cells)) or MASK in view.cells:
        return Refusal("密级", "", "内容带有密级标志（★）：涉密内容不得导入本系统，请删除此行", secret=True)
    if any(has_secret_label(text) for _, text in view.filled("title")):
        return _LABELLED
    stated = view.typed("visibility", lambda text, column: parse_tier(_phrase(column, text)), render_tier)
    if stated is None and view.filled("visibility"):
        stated = Tier.RESTRICTED
    return max(tier, stated or Tier.PUBLIC)


def _secret(column: Column, text: str) -> Refusal:
    reason = (
        f"“{column.heading}”为“{text[:20]}”：涉密内容不得导入本系统，请删除此行；不涉密的请在原表中改为“公开”或“内部”"
    )
    return Refusal(column.heading, text, reason, secret=True)


def _phrase(column: Column, text: str) -> str:
    """Read 是 and 否 under a question: 是否公开 + 否 → 不公开, 不涉密 + 否 → 涉密."""
    if _NOT_SECRET.search(column.heading) and text in _YES | _NO:
        return "不涉密" if text in _YES else "涉密"
    if not column.heading.strip(" *＊").startswith(_QUESTION) or text not in _YES | _NO:
        return text
    asked = column.heading.strip(" *＊").removeprefix(_QUESTION)
    return asked if text in _YES else f"不{asked}"


def _title_and_body(view: RowView) -> tuple[str, str, bool] | Refusal:
    """Title, body, and whether the title had to be taken from the body."""
    title = " ".join(view.first("title").split())
    body = view.joined("body")
    column = view.columns("title")[0]
    failed = next((view.errors[c.index] for c in view.columns("title") if c.index in view.errors), "")
    if is_error_text(title) or (failed and not title):
        reason = f"“{column.heading}”的公式出错（{title or failed}），请改为文字"
        return Refusal(column.heading, title or failed, reason)
    if len(title) > LONGEST_TITLE:
        body, title = "\n".join(filter(None, (view.first("title"), body))), ""
    if _FOOTER.match(title) and sum(map(bool, view.cells)) == 1:
        return Refusal(column.heading, title, "像是表尾的签名或说明，不是一条记录；确是记录的请补充内容")
    if title:
        return title, body, False
    first = next((span.text for span in sentences(body)), "")
    derived = " ".join(first.split()).rstrip("。；;！!？?：:，,")
    if not derived:
        return Refusal(column.heading, "", f"“{column.heading}”是空的，也没有正文可用，请填写名称")
    return derived if len(derived) <= _DERIVED_TITLE else derived[: _DERIVED_TITLE - 1] + "…", body, True


def _content_id(side: Side, title: str, org: str, body: str) -> str:
    """An id that the same row gets again: N or A, and 12 hexadecimal digits of its content."""
    content = "\x1f".join(" ".join(part.split()) for part in (side, title, org, body))
    return f"{side[0].upper()}-{hashlib.blake2b(content.encode(errors='replace'), digest_size=6).hexdigest()}"


def _industries(view: RowView) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Codes of the industries that are named, and technology fields, among them industries that no code fits."""
    codes: list[str] = []
    fields = list(view.words("fields", parse_fields))
    for column, text in view.filled("industry"):
        found = parse_industry(text)
        codes += found
        if not found:
            fields += parse_fields(text)
        elif render_industry(found) != text:
            view.extra[column.heading] = text
    codes = codes or [code for name in fields for code in parse_industry(name)]
    return tuple(dict.fromkeys(codes)), tuple(dict.fromkeys(fields))


def _dates(view: RowView) -> tuple[dt.date | None, dt.date | None]:
    """Day of publication and last valid day; a validity with two dates also tells the first where none is stated."""
    published = view.typed("published_on", _period, _exact_day)
    valid = view.typed("valid_until", _period, _exact_day)
    first = None if published is None else published.first
    last = None if valid is None else valid.last
    if first is None and valid is not None and valid.pair:
        first = valid.first
    return first, last


def _exact_day(period: Period) -> str:
    # The record keeps one day, so every period stays in `extra` as it was written.
    return str(period.first) if period.first == period.last else ""


def _period(text: str, _: Column) -> Period | None:
    return parse_period(text)


def _status(view: RowView, side: Side) -> str:
    """The state in the words of its side, or the text as it is."""
    stated = view.typed("status", lambda text, _: parse_status(text, side), str)
    return stated or view.extra.get(next((c.heading for c, _ in view.filled("status")), ""), "")
