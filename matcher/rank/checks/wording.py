"""What a reader sees of a check: one Chinese line why, and what to ask where the texts leave it open."""

from matcher.rank.checks.base import Comparison, End, Stated, Why
from matcher.rank.checks.measure import Measure
from matcher.records import CheckState
from matcher.text.indicators import Direction, Op

__all__ = ["margin_of", "question", "reason", "shown"]

_SIGNS = {Op.AT_LEAST: "≥", Op.AT_MOST: "≤", Op.MORE: ">", Op.LESS: "<", Op.ABOUT: "约"}
_VERBS = {Direction.INCREASE: "提高", Direction.DECREASE: "降低"}
_LARGE = ((1e8, "亿"), (1e5, "万"))
_TINY = 1e-4
_DIGITS = 4
_ZERO = 1e-9
# Scales written before the number: IP65.
_PREFIXED = frozenset({"IP", "pH"})


def number(value: float) -> str:
    """A number as people write it: 1350, 0.02, 120万, 5×10^-6; four digits, more only before the point."""
    for size, word in _LARGE:
        if abs(value) >= size:
            return f"{value / (1e4 if word == '万' else size):.6g}{word}"
    if 0 < abs(value) < _TINY:
        digits, _, power = f"{value:.3e}".partition("e")
        return f"{float(digits):g}×10^{int(power)}"
    return f"{value:.{max(_DIGITS, len(str(int(abs(value)))))}g}"


def shown(measure: Measure) -> str:
    """A value as it was stated: ≥1200℃, 5–8mm, ±0.02mm, 提高≥30%."""
    low = None if measure.low is None else measure.written(measure.low)
    high = None if measure.high is None else measure.written(measure.high)
    unit, scale = ("", measure.unit) if measure.unit in _PREFIXED else (measure.unit, "")
    if measure.tolerance and high is not None:
        text = f"±{number(high)}{unit}"
    elif measure.op is Op.RANGE and low is not None and high is not None:
        text = f"{number(low)}–{number(high)}{unit}"
    else:
        value = low if low is not None else high
        text = _SIGNS.get(measure.op, "") + (number(value) if value is not None else "") + unit
    return _VERBS[measure.direction] + text if measure.direction else scale + text


def _converted(need: Measure, stated: Measure) -> str:
    """A value stated in another unit, also in the need's: 1.35GPa（即1350MPa）."""
    text = shown(stated)
    changes = stated.direction is not None or need.direction is not None
    alike = (need.factor, need.offset) == (stated.factor, stated.offset)
    if changes or alike or stated.dimension != need.dimension:
        return text
    same = Measure(
        op=stated.op,
        low=stated.low,
        high=stated.high,
        dimension=need.dimension,
        unit=need.unit,
        factor=need.factor,
        offset=need.offset,
        tolerance=stated.tolerance,
    )
    about = "约" if stated.error else ""
    return f"{text}（即{about}{shown(same)}）"


def _change(need: Measure, stated: Measure) -> str:
    """A change told by its two ends: 由290t/h至330t/h."""
    end = stated.low if stated.low is not None else stated.high
    if need.direction is None or stated.begin is None or end is None:
        return _converted(need, stated)
    return f"由{number(stated.written(stated.begin))}至{number(stated.written(end))}{stated.unit}"


def margin_of(comparison: Comparison, need: Measure) -> float | None:
    """The margin in the need's unit; a difference of temperatures has no zero to shift."""
    return None if comparison.margin is None else float(f"{comparison.margin / need.factor:.9g}")


def _distance(comparison: Comparison, need: Measure) -> str:
    margin = margin_of(comparison, need)
    if margin is None:
        return "符合" if comparison.state is CheckState.MET else "不符合"
    # Shares differ by points; a change of 40 % is ten points more than one of 30 %.
    unit = " 个百分点" if need.percent and need.unit == "%" else need.unit
    size = number(abs(margin)) + unit
    if comparison.state is CheckState.MET:
        if comparison.end is End.EITHER:
            return "在要求范围内"
        return "正好达到" if abs(margin) < _ZERO else f"高出 {size}" if comparison.end is End.LOW else f"低 {size}"
    if comparison.end is End.EITHER:
        return f"未覆盖要求范围，差 {size}"
    if abs(margin) < _ZERO:
        return "正好在界上，不合要求"
    return f"差 {size}" if comparison.end is End.LOW else f"超出 {size}"


def reason(need: Stated, stated: Stated | None, comparison: Comparison, measures: tuple[Measure, Measure]) -> str:
    """One line: 需求 ≥1200℃，成果 1350℃，高出 150℃.

    Args:
        need: the target.
        stated: the property compared, None where the achievement states none.
        comparison: the verdict.
        measures: both values on one scale.
    """
    asked = f"需求 {shown(need.measure)}"
    if measures[0].dimension != need.measure.dimension:
        asked += f"（约{shown(measures[0])}）"
    if stated is None:
        return f"{asked}，成果中未找到可比数值"
    given = f"{asked}，成果 {_change(*measures)}"
    if comparison.state is CheckState.UNKNOWN:
        return f"{given}，{_OPEN[comparison.why]}"
    own = "，两边的对比基准可能不同" if need.measure.direction else ""
    return f"{given}，{_distance(comparison, measures[0])}{own}"


_OPEN = {
    Why.PARTLY: "只有一部分符合，须核实",
    Why.LOOSE: "写法不足以判断，须核实",
    Why.OUTSIDE: "与要求不一致，须核实是否适用",
    Why.CHANGE_ONLY: "只写了变化幅度，不能与数值相比",
    Why.VALUE_ONLY: "只写了数值，不能与变化幅度相比",
    Why.GRADE: "等级高低须按标准核实",
    Why.UNIT: "单位不同，不能直接相比",
    Why.NAME: "是否同一指标须核实",
    Why.CONDITION: "测试条件不同或未写，须核实",
    Why.CONFLICT: "成果写有几个不同的数值，须核实",
}


def question(need: Stated, stated: Stated | None, comparison: Comparison) -> str:
    """What to ask the owner of the achievement, "" where the target is met."""
    if comparison.state is CheckState.MET:
        return ""
    name = need.name.text or "该指标"
    asked = name + _asked(need)
    if stated is None:
        tested = "在什么条件下测得？" if need.name.flagged("test") else ""
        return f"需求要求{asked}，成果中未找到可比数值；请问实测{_what(need)}是多少？{tested}"
    said = f"成果写“{stated.evidence.text}”"
    if comparison.state is CheckState.UNMET:
        return f"需求要求{asked}，{said}；请问能否改进到要求值？"
    return f"需求要求{asked}，{said}；{_ASK[comparison.why].format(name=name, asked=_asked(need), under=_under(need))}"


_ASK = {
    Why.PARTLY: "请问能否全部达到{asked}？",
    Why.LOOSE: "请问实测值是多少，能否达到{asked}？",
    Why.OUTSIDE: "请问能否做到{asked}？",
    Why.CHANGE_ONLY: "请问变化之后的{name}是多少？",
    Why.VALUE_ONLY: "请问与现有水平相比变化多少？",
    Why.GRADE: "请问按什么标准定级，是否达到{asked}？",
    Why.UNIT: "请问换算到需求所用的单位是多少？",
    Why.NAME: "请问这是否就是所要求的{name}？",
    Why.CONDITION: "请问在{under}条件下的{name}是多少？",
    Why.CONFLICT: "请问哪个数值适用，能否达到{asked}？",
}


def _asked(need: Stated) -> str:
    return shown(need.measure)


def _under(need: Stated) -> str:
    return "、".join(shown(condition) for condition in need.conditions) or "需求所述"


def _what(need: Stated) -> str:
    name = need.name.text or "数值"
    return f"{name}的变化" if need.measure.direction else name
