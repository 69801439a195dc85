"""Whether a number is asked for, a circumstance it is asked under, or a property of what exists."""

import re

from matcher.text.indicators.base import IndicatorKind, Op
from matcher.text.indicators.statements import DOUBLE_85, Statement

__all__ = ["kind_of"]

_STATED = (IndicatorKind.TARGET, IndicatorKind.PROPERTY)
_BARE = (Op.EQUAL, Op.RANGE, Op.ABOUT)
_UNDER = re.compile(
    r"^[^，。;,]{0,10}?(?:条件|情况|环境|工况|氛围|状态)下"
    r"|^[^，。;,\d]{0,8}(?:(?<![同实及小随按])时(?![间效代])|下)(?:[，,: ]|$|[\u4e00-\u9fff])"
)
_FOR = re.compile(r"适用于?|用于|针对|输入|电源|供电|工作(?:温度|电压|环境|压力)|环境|条件|介质|原料|当(?!量)")
_FOR_REACH = 14
# An achievement that lists 工作温度1350℃ tells a figure of its own, and a need that says 要求 before it.
_OWN_FIGURE = re.compile(r"^[^在当时下]{0,8}(?:工作|使用|运行)(?:温度|电压|压力|频率|电流)(?:范围)?[ :为可达到约(]*$")
_ASKED = re.compile(r" ?(?:要求|需要|须|应)")
# Where it is measured: 距阀1m处噪声, 阀后1m噪声.
_AWAY = re.compile(r"(?:^|[在于(、])距离?(?![离为达到约可在是应])[\u4e00-\u9fff]{1,6} ?$|[阀泵机]后 ?$")
_THERE = re.compile(r" ?(?:远?处|外(?![径圆壁形观包层]))")
_EVERY = re.compile(r"每隔? ?$")
# 清除率≥190mL/min（血流速200mL/min）: behind a value, brackets hold what it is measured under.
_BRACKETED = re.compile(r"^ ?\((?![^()]*(?:误差|偏差|精度|公差))[^()为是]{0,14}$")
_LASTING = re.compile(r"(?:存储|储存|放置|静置|浸泡|保温|反应|搁置|存放|加热|烘干?|固化|处理|老化)$")
# What a bare value without a name is a circumstance of: 25℃, 1C, 220V.
_CIRCUMSTANCES = frozenset({"温度", "倍率", "电压", "时间", "压力", "相对湿度", "频率"})


def kind_of(
    statement: Statement, op: Op, name: str, before: str, after: str, *, achieved: bool, listed: bool
) -> IndicatorKind:
    """The kind of a statement named `name` ("" where nothing names it) between the words `before` and `after`.

    `listed`: it stands in a field that holds figures only, where a name that could be a circumstance is asked for.
    """
    quantity = statement.quantity.unit.quantity
    if (
        (statement.right is not None and statement.right.word == DOUBLE_85)
        or (op is not Op.CHANGE and _UNDER.match(after) is not None)
        or (op in _BARE and _is_circumstance(quantity, name, before, after))
    ):
        return IndicatorKind.CONDITION
    own = listed or ((achieved or _ASKED.match(before) is not None) and _OWN_FIGURE.search(before) is not None)
    paced = achieved and quantity == "时间" and _EVERY.search(before) is not None
    if op in _BARE and (paced or (not own and _is_for(quantity, name, before))):
        return IndicatorKind.CONDITION
    return _STATED[achieved]


def _is_circumstance(quantity: str, name: str, before: str, after: str) -> bool:
    """A bare value without a name, in brackets behind another, or of the place of measuring."""
    if not name or name.endswith("性能"):
        return quantity in _CIRCUMSTANCES or _BRACKETED.search(before) is not None
    if quantity == "尺寸":
        return _AWAY.search(before) is not None or _THERE.match(after) is not None
    return _BRACKETED.search(before) is not None


def _is_for(quantity: str, name: str, before: str) -> bool:
    """A bare value that words before it make a circumstance: 用于220V, 保温30min."""
    lasting = quantity == "时间" and _LASTING.search(name) is not None
    return lasting or _FOR.search(before[-_FOR_REACH:]) is not None
