"""What a quantity needs beside its unit to be an indicator, by family of the unit; physical units need nothing."""

import re
from collections.abc import Callable

from matcher.text.indicators.context import Section
from matcher.text.indicators.cues import cue, found
from matcher.text.indicators.evidence import Evidence

__all__ = ["family_rejection"]

_CALENDAR = frozenset(["年", "a", "个月", "月", "周", "星期", "天", "d", "昼夜", "日"])
_LAND = frozenset(["亩", "公顷", "平方公里", "平方千米"])
# 元/吨 is a cost figure of a process, 元/台 a price.
_PRICE_EACH = re.compile(
    r"(?:元|块|美元|人民币)(?:/|每) ?(?:台|套|人|个|件|只|辆|年|月|天|家|户|篇|次|批|头|瓶|盒|箱|支|亩)"
)
# 单台成本不高于3万元 is asked of the product; budgets and sales are not.
_COST = re.compile(r"(?:成本|造价|单价|(?:运行|处理|药剂|能源|电|水|加工)费用?)[^，。;\d]{0,8}$")
_MONEY_BEGINS = frozenset("元块美人")
_COUNTED = re.compile(r"(?:容量|数量|速度|产能|效率)[为达到约:]*$")
_HAS_NAME = re.compile(r"[\u4e00-\u9fffA-Za-z)]")
_CLAUSE_ENDS = re.compile(r" ?(?:[，。;、,)\n!]|$)")
_KEPT_AT = r"(?:稳定|控制|保持|维持|调节|调整)?[ :为在是约达到于((]*$"
# A bare number this small is a rate or a pressure, not a count.
_TINY = 1e-2


def _aimed(evidence: Evidence) -> bool:
    return evidence.section is Section.TARGET or evidence.in_sentence("aim")


def _paid(_: Evidence) -> str:
    return "people"


def _money(evidence: Evidence) -> str:
    named = evidence.compared and _COST.search(evidence.before) is not None
    return "" if named and (evidence.achieved or _aimed(evidence)) else "money"


def _share(evidence: Evidence) -> str:
    named = cue("share", after=r"[^，。;\d]{0,3}$").search(evidence.before)
    if evidence.compared or evidence.quantity.is_range or named or evidence.section is Section.TARGET:
        return ""
    return "bare share"


def _count(evidence: Evidence) -> str:
    if found("endured", evidence.before + evidence.after[:8]) or _COUNTED.search(evidence.before):
        return ""
    floor = evidence.word and re.search(r"不[少低]于|至少", evidence.before)
    handed_over = cue("deliverable", before="^.{0,14}?").match(evidence.after)
    if handed_over and not evidence.symbol and not floor and not found("aim", evidence.before[-6:]):
        return "deliverable"
    return "" if evidence.compared and (_aimed(evidence) or evidence.symbol) else "bare count"


def _technical(evidence: Evidence) -> str:
    quantity, canonical = evidence.quantity, evidence.quantity.unit.canonical
    if canonical == "级":
        stated = found("grade", evidence.before) or evidence.symbol or evidence.right
        return "" if stated and not quantity.han else "bare grade"
    if canonical == "Kpts":
        return "" if re.search(r"存储|采样|深度|缓存|容量|点", evidence.before[-8:]) else "bare K"
    if canonical == "times":
        return "" if evidence.compared or quantity.is_range or _aimed(evidence) else "bare multiple"
    if canonical == "bit" and (quantity.han or cue("people").match(evidence.after)):
        return "people"
    return ""


def _unitless(evidence: Evidence) -> str:
    quantity = evidence.quantity
    if quantity.han:
        return "a word"
    named = cue("number", after=_KEPT_AT).search(evidence.before) is not None
    ends = evidence.right or _CLAUSE_ENDS.match(evidence.after) is not None
    stated = evidence.symbol and _HAS_NAME.search(evidence.before) is not None
    ranged = quantity.is_tolerance or (quantity.is_range and named and ends)
    bounded = ends and (evidence.word or evidence.right) and (named or abs(quantity.high) < _TINY)
    return "" if stated or ranged or bounded else "no unit"


_RULES: dict[str, Callable[[Evidence], str]] = {
    "money": _money,
    "people": _paid,
    "percent": _share,
    "count": _count,
    "technical": _technical,
    "none": _unitless,
}


def family_rejection(evidence: Evidence) -> str:
    """Why the quantity is no indicator as far as its unit goes, "" where nothing speaks against it."""
    unit = evidence.quantity.unit
    if unit.text[:1] in _MONEY_BEGINS and _PRICE_EACH.match(unit.text):
        return "price"
    if unit.text in _CALENDAR and unit.quantity == "时间":
        return "" if found("life", evidence.before + evidence.after) else "calendar time without a life"
    if not evidence.compared and (unit.text in _LAND or (unit.canonical == "t/h" and unit.text.endswith("年"))):
        return "land or capacity"
    rule = _RULES.get(unit.family)
    return rule(evidence) if rule else ""
