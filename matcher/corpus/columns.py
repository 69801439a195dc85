"""Headings of a table → fields of a record: alias table, units, near spellings, and a user's own mapping."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from importlib import resources

from matcher.corpus.values.money import unit_of_heading
from matcher.text.normalize import fold_heading, normalize

__all__ = ["FIELD_LABELS", "RETURN_HEADINGS", "Column", "Found", "field_label", "is_heading", "recognise"]

FIELD_LABELS: Mapping[str, str] = {
    "id": "编号",
    "title": "名称",
    "body": "内容",
    "keywords": "关键词",
    "org": "单位",
    "team": "完成人",
    "contact": "联系方式",
    "fields": "技术领域",
    "industry": "行业",
    "trl": "技术成熟度",
    "indicators_text": "技术指标",
    "current_state": "现有基础",
    "modes": "合作方式",
    "price": "价格",
    "budget": "预算",
    "ip_items": "知识产权",
    "level": "成果水平",
    "application_scope": "应用范围",
    "prior_use": "前期应用",
    "region": "地区",
    "region_scope": "合作地区要求",
    "preferred_orgs": "意向合作单位",
    "blocked_orgs": "回避单位",
    "published_on": "发布日期",
    "valid_until": "有效期",
    "last_confirmed_on": "最近确认日期",
    "status": "状态",
    "source": "信息来源",
    "source_url": "来源网址",
    "visibility": "可见范围",
    "secrecy": "密级",
    "confidential_detail": "保密详情",
    "extra": "其他（原样保留）",
}
"""Fields a column can be, with what a reader calls them; `extra` is kept under its heading and not interpreted."""

RETURN_HEADINGS = ("退回原因", "来源文件", "工作表", "行号")
"""First columns of the spreadsheet of rejected rows, passed over when it is read again."""

# Record field names that people write in a mapping file for a column kind above.
_SYNONYMS = {
    "summary": "body",
    "problem": "body",
    "transfer_modes": "modes",
    "industry_codes": "industry",
    "trl_min": "trl",
    "stage": "trl",
    "indicators": "indicators_text",
    "deadline": "valid_until",
    "budget_high_cny": "budget",
    "budget_low_cny": "budget",
}
_LONGEST_HEADING = 60
# Shorter aliases end too many other headings (企业简介 is not the record's 简介).
_SHORTEST_TAIL = 4
_NOT_SAME = re.compile(r"企业|公司|单位|机构|专家|团队|合作|推荐|主管|上级|个人|市场|负责人|法人")
# Whatever else such a heading says, its column tells state secrets (定密度 and 定密封 are parts of other words).
_SECRECY = re.compile(r"密级|涉密|定密(?![度封])")
_BRACKETS = re.compile(r"[(\[【〔{].*?[)\]】〕}]")
_ADVICE = re.compile(r"勿|禁|不得|不要|不能|不可|不允许|避免")
_UNIT_TAIL = re.compile(r"(?:单位)?[:：]?(?:人民币|rmb)?(?:亿|千万|百万|十万|万|千)?元$")


class Found(StrEnum):
    """How a heading was recognised."""

    ALIAS = "alias"
    TAIL = "tail"
    MAPPING = "mapping"
    RETURNED = "returned"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its field (`extra` when unknown), and how that was found.

    `side` is N, A, n, a or - as in the alias table; `order` says which of two columns for one field counts first;
    `unit_cny` is CNY per bare number.
    """

    index: int
    heading: str
    field: str
    found: Found
    side: str = "-"
    order: int = 0
    unit_cny: float | None = None


@dataclass(frozen=True, slots=True)
class _Alias:
    field: str
    side: str
    order: int


@lru_cache(maxsize=1)
def _aliases() -> Mapping[str, _Alias]:
    text = resources.files("matcher.corpus.data").joinpath("headings.tsv").read_text(encoding="utf-8")
    found: dict[str, _Alias] = {}
    for line in text.splitlines():
        if line.startswith(("#", "field\t")):
            continue
        field, side, headings = line.split("\t")
        for heading in headings.split("|"):
            found.setdefault(fold_heading(heading), _Alias(field, side, len(found)))
    return found


def field_label(field: str) -> str:
    """What a reader calls a field."""
    return FIELD_LABELS.get(field, field)


@lru_cache(maxsize=50_000)
def _exact(heading: str) -> _Alias | None:
    """The alias of a heading as it is, without its brackets, or without the unit at its end."""
    if len(heading) > _LONGEST_HEADING or not heading.strip():
        return None
    plain = normalize(heading)
    for spelling in (plain, _BRACKETS.sub("", plain), _UNIT_TAIL.sub("", plain.lower().rstrip(")]】 "))):
        alias = _aliases().get(fold_heading(spelling))
        if alias is not None:
            return alias
    return None


@lru_cache(maxsize=10_000)
def _by_tail(heading: str) -> _Alias | None:
    """The longest alias that ends a longer heading: 本项目主要考核指标 → 考核指标."""
    if len(heading) > _LONGEST_HEADING:
        return None
    folded = fold_heading(_BRACKETS.sub("", normalize(heading)))
    for start in range(1, len(folded) - _SHORTEST_TAIL + 1):
        alias = _aliases().get(folded[start:])
        if alias is not None and not folded.isascii():
            return None if _NOT_SAME.search(folded[:start]) else alias
    return None


@lru_cache(maxsize=10_000)
def _tells_secrecy(heading: str) -> bool:
    """Whether a heading names a degree of secrecy; in brackets it may only be advice (成果名称（涉密的请勿填报）)."""
    plain = normalize(heading).replace(" ", "")
    if not _SECRECY.search(fold_heading(plain)) and not _SECRECY.search(plain):
        return False
    if _SECRECY.search(fold_heading(_BRACKETS.sub("", plain))):
        return True
    alias = _exact(heading)
    return alias is None or (alias.field == "extra" and not _ADVICE.search(plain))


def is_heading(text: str) -> bool:
    """Tell whether a cell holds a known heading (near spellings do not count)."""
    return _exact(text) is not None or text.strip() in RETURN_HEADINGS


def recognise(headings: Sequence[str], mapping: Mapping[str, str] | None = None) -> tuple[Column, ...]:
    """Find the field of every heading.

    Args:
        headings: as they stand in the table.
        mapping: heading → field (already checked by `read_mapping` or `check_mapping`); it wins over everything.

    Returns:
        One column per heading, in order. A near spelling counts only for a field no other column has.
    """
    wanted = {} if mapping is None else {fold_heading(key): value for key, value in mapping.items()}
    returned = all(name in headings for name in RETURN_HEADINGS)
    columns: list[Column] = []
    for index, heading in enumerate(headings):
        unit = unit_of_heading(heading)
        if fold_heading(heading) in wanted:
            field, unit_cny = split_field(wanted[fold_heading(heading)])
            alias = _aliases().get(fold_heading(heading))
            side = alias.side if alias is not None and alias.field == field else "-"
            columns.append(Column(index, heading, field, Found.MAPPING, side, -1, unit_cny or unit))
        elif returned and heading in RETURN_HEADINGS:
            columns.append(Column(index, heading, "", Found.RETURNED))
        elif _tells_secrecy(heading):
            columns.append(Column(index, heading, "secrecy", Found.ALIAS))
        elif (alias := _exact(heading)) is not None:
            columns.append(Column(index, heading, alias.field, Found.ALIAS, alias.side, alias.order, unit))
        else:
            columns.append(Column(index, heading, "extra", Found.NONE, unit_cny=unit))
    taken = {column.field for column in columns}
    return tuple(_guessed(column, taken) if column.found is Found.NONE else column for column in columns)


def _guessed(column: Column, taken: set[str]) -> Column:
    alias = _by_tail(column.heading)
    if alias is None or alias.field in taken:
        return column
    return Column(column.index, column.heading, alias.field, Found.TAIL, alias.side, alias.order, column.unit_cny)


def split_field(text: str) -> tuple[str, float | None]:
    """Split what a mapping names: `budget（万元）` → (budget, 10000); headings of the alias table name their field.

    Raises:
        KeyError: no such field.
    """
    bare = _BRACKETS.sub("", normalize(text)).strip()
    unit = unit_of_heading(text)
    folded = bare.lower()
    if folded in FIELD_LABELS:
        return folded, unit
    if folded in _SYNONYMS:
        return _SYNONYMS[folded], unit
    by_label = {label: field for field, label in FIELD_LABELS.items()}
    if bare in by_label:
        return by_label[bare], unit
    alias = _exact(bare)
    if alias is None:
        raise KeyError(text)
    return alias.field, unit
