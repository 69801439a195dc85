"""The fields of a record as they are read in a review: name, text, and the group it opens and closes with."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from api.access.groups import GROUPS, Group
from api.schemas.record_bodies import RegionBody
from api.schemas.records import RecordOut
from api.web.words import name_of
from matcher.text.amounts import yuan

__all__ = ["Shown", "shown"]


class Shown(NamedTuple):
    """One field."""

    name: str
    text: str
    group: Group


def _(text: str) -> str:
    """Marks a text for the catalogue; it is translated where it is shown."""
    return text


_FIELDS = {
    "problem": _("技术难题"),
    "summary": _("简介"),
    "indicators_text": _("技术指标"),
    "current_state": _("现有条件"),
    "application_scope": _("应用领域"),
    "prior_use": _("已有应用"),
    "trl": _("技术成熟度"),
    "trl_min": _("要求的成熟度"),
    "modes": _("合作方式"),
    "transfer_modes": _("转化方式"),
    "price": _("价格"),
    "budget": _("预算"),
    "ip_items": _("知识产权"),
    "org": _("单位"),
    "team": _("团队"),
    "region": _("地区"),
    "region_scope": _("期望合作地区"),
    "keywords": _("关键词"),
    "fields": _("技术领域"),
    "industry_codes": _("行业代码"),
    "level": _("水平"),
    "contact": _("联系方式"),
    "published_on": _("发布日期"),
    "last_confirmed_on": _("最近确认"),
    "valid_until": _("有效期"),
    "source": _("来源"),
    "source_url": _("来源网址"),
    "confidential_detail": _("保密详情"),
    "preferred_orgs": _("意向单位"),
    "blocked_orgs": _("回避单位"),
}
_GROUP_OF = {name: group for group, names in GROUPS.items() for name in names} | {"budget": Group.TERMS}


def shown(record: RecordOut, say: Callable[[str], str]) -> Iterator[Shown]:
    """The fields that hold something."""
    content = record.content
    for name, label in _FIELDS.items():
        text = _budget(content) if name == "budget" else _text(name, getattr(content, name, None), say)
        if text:
            yield Shown(say(label), text, _GROUP_OF[name])


def _text(name: str, value: Any, say: Callable[[str], str]) -> str:
    if value is None or value in ("", []):
        return ""
    match name:
        case "price":
            text = f"{say(name_of(value.kind))} {_range(value.low_cny, value.high_cny) or value.raw}"
        case "trl":
            band = str(value.low) if value.low == value.high else f"{value.low}–{value.high}"
            text = f"TRL {band}（{say(name_of(value.source))}）"
        case "trl_min":
            text = f"TRL ≥ {value}"
        case "ip_items":
            text = "\n".join(" ".join(part for part in (one.type, one.number, one.status) if part) for one in value)
        case _ if isinstance(value, list):
            text = "、".join(getattr(one, "name", "") if isinstance(one, RegionBody) else str(one) for one in value)
        case _:
            text = str(getattr(value, "name", value))
    return text


def _budget(content: Any) -> str:
    return _range(getattr(content, "budget_low_cny", None), getattr(content, "budget_high_cny", None))


def _range(low: float | None, high: float | None) -> str:
    if low is None or high is None or low == high:
        one = high if low is None else low
        return "" if one is None else yuan(one)
    return f"{yuan(low)}–{yuan(high)}"
