"""Whether a number is asked for, a circumstance it is asked under, or a property of what exists."""

import re

from matcher.text.indicators.base import IndicatorKind, Op
from matcher.text.indicators.statements import DOUBLE_85, Statement

__all__ = ["kind_of"]

_UNDER = re.compile(
    r"^[^，。;,]{0,10}?(?:条件|情况|环境|工况|氛围|状态)下"
    r"|^[^，。;,\d]{0,8}(?:(?<![同实及小随按])时(?![间效代])|下)(?:[，,: ]|$|[\u4e00-\u9fff])"
)
_FOR = re.compile(r"适用于?|用于|针对|输入|电源|供电|工作(?:温度|电压|环境|压力)|环境|条件|介质|原料|当")
_FOR_REACH = 14
_LASTING = re.compile(r"(?:存储|储存|放置|静置|浸泡|保温|反应|搁置|存放|加热|烘干?|固化|处理|老化)$")
# What a bare value without a name is a circumstance of: 25℃, 1C, 220V.
_CIRCUMSTANCES = frozenset({"温度", "倍率", "电压", "时间", "压力", "相对湿度", "频率"})


def kind_of(statement: Statement, op: Op, name: str, before: str, after: str, *, achieved: bool) -> IndicatorKind:
    """The kind of a statement named `name` ("" where nothing names it) between the words `before` and `after`."""
    bare = op in {Op.EQUAL, Op.RANGE, Op.ABOUT}
    quantity = statement.quantity.unit.quantity
    unnamed = not name or name.endswith("性能")
    circumstance = (
        (statement.right is not None and statement.right.word == DOUBLE_85)
        or (op is not Op.CHANGE and _UNDER.search(after) is not None)
        or (bare and unnamed and quantity in _CIRCUMSTANCES)
        or (bare and quantity == "时间" and _LASTING.search(name) is not None)
        or (bare and _FOR.search(before[-_FOR_REACH:]) is not None)
    )
    if circumstance:
        return IndicatorKind.CONDITION
    return IndicatorKind.PROPERTY if achieved else IndicatorKind.TARGET
