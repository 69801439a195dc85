"""Find the indicators of one text: numbers → quantities → comparators → is it one? → names."""

import re

from matcher.text.indicators.ambiguous import is_ambiguous, settle
from matcher.text.indicators.base import Direction, Indicator, Op
from matcher.text.indicators.bounds import bounds, direction_of_change, operator
from matcher.text.indicators.context import Context, Section
from matcher.text.indicators.evidence import Evidence
from matcher.text.indicators.kinds import kind_of
from matcher.text.indicators.parameter import complete, name_after, name_before
from matcher.text.indicators.quantities import Quantity
from matcher.text.indicators.reject import rejection
from matcher.text.indicators.remains import decrease, flipped, tells_rest
from matcher.text.indicators.statements import Statement, is_list_gap, read_statements
from matcher.text.indicators.units import NO_UNIT, Unit, parse_unit, read_unit

__all__ = ["extract"]

_BOASTS = frozenset(["高达", "可达", "可达到", "多达", "长达"])
_SYMBOLS = frozenset("≥≤><=~≈≮≯")
# 由75%降至12%: the first value is what is so today.
_FROM = re.compile(r"(?:由|从|自)[^，。;,]{0,20}$")
_FROM_REACH = 21
_TO_LATER = re.compile(
    r"^[^，。;]{0,14}?(?:提|降|升|增|减|缩|延|扩|转|变|改|压)[^，。;\d]{0,5}(?:到|至|为)|^[^，。;\d]{0,8}(?:到|至) ?\d"
)
_PER = re.compile(r"每(?P<per>秒|分钟?|小时|天|吨|公斤|平方米|立方米|亩)(?:的|约|为|达到?)?$")
_UNIT_IN_LABEL = re.compile(r"[(/] ?(?P<unit>[A-Za-zμΩ℃°%·/0-9^²³()]{1,12}?|[\u4e00-\u9fff]{1,4}) ?\)?[ :为是]*$")
_ACIDITY = re.compile(r"[pP][hH]值? ?(?:应|须|需|要|能)?$|酸碱度$")
_ACIDITY_REACH = 6
_PER_REACH = 8
_LABEL_REACH = 16
_LONGEST_BARE_LABEL = 7
_NEARBY = 12
_NAME_REACH = 24
# 电耗≤7500kWh，较旧炉降低40%: only what it is compared with is named, so that it is the value before that changes …
_ONLY_COMPARED = re.compile(r"(?:较|比|相比)(?!例|重|值|率|表面|容量|能量|功率|热容|强度|电阻)")
# … unless the verb names what does.
_NAMED_BY_VERB = re.compile(r"减重|增产|提速|降本|减排|节[能电水油约]")
_SAME = 0.01
# Traits that are part of a name (八通道采集卡) count at their first mention only.
_TRAITS = frozenset({"bit", "channel", "degree_of_freedom", "px"})


def _unit_in_label(text: str, stop: int, floor: int) -> Unit:
    """A unit written before the value: 粒度(μm)：5-10, 噪声dB(A)≤80; NO_UNIT where there is none."""
    piece = text[max(floor, stop - _LABEL_REACH) : stop]
    plain = piece.rstrip(" :为是")
    for length in range(min(_LONGEST_BARE_LABEL, len(plain)), 1, -1):
        at = len(plain) - length
        if plain[at].isascii() and not plain[at - 1 : at].isascii():
            read = read_unit(plain, at)
            if read is not None and read[1] == len(plain) and read[0].family == "physical":
                return read[0]
    label = _UNIT_IN_LABEL.search(piece)
    return (parse_unit(label["unit"]) if label else None) or NO_UNIT


def _with_unit(text: str, statement: Statement, clause: int, stop: int) -> Statement:
    """The statement with the unit its surroundings give: 度 and C settled, one in the label, 每秒 before the value."""
    quantity = statement.quantity
    unit = quantity.unit
    if is_ambiguous(unit):
        unit = settle(unit, text[max(0, clause - _NEARBY) : stop])
    if unit is NO_UNIT and statement.left is not None:
        unit = _unit_in_label(text, statement.start, clause)
        if unit is NO_UNIT and _ACIDITY.search(text, max(clause, statement.start - _ACIDITY_REACH), statement.start):
            unit = parse_unit("pH") or NO_UNIT
    near = max(clause, quantity.start - _PER_REACH)
    per = _PER.search(text, near, quantity.start) if text.find("每", near, quantity.start) >= 0 else None
    if per is not None and (rate := parse_unit(f"{unit.text}/{per['per']}")) is not None:
        unit = rate
    return statement if unit is quantity.unit else statement._replace(quantity=quantity._replace(unit=unit))


def _starts_from(text: str, clause: int, quantity: Quantity) -> bool:
    if _FROM.search(text, max(clause, quantity.start - _FROM_REACH), quantity.start) is None:
        return False
    return _TO_LATER.match(text[quantity.end : quantity.end + _NAME_REACH]) is not None


def _name(text: str, statement: Statement, floor: int, clause: int) -> tuple[str, int]:
    """What names the value, as it stands ("" where nothing does), and where it begins."""
    name, start = name_before(text, max(floor, clause - _NAME_REACH), statement.start)
    if statement.left is None or not name:
        name = name_after(text, statement.quantity.end) or name
    return name, start


def _judge(context: Context, statement: Statement, floor: int, *, achieved: bool, listed: bool) -> Indicator | None:
    """The indicator that a statement makes, None where it makes none; its name does not begin before `floor`."""
    text = context.text
    at = statement.quantity.start
    whole, stop = context.clause_start(at), context.clause_end(statement.end)
    clause = max(floor, whole)
    statement = _with_unit(text, statement, clause, stop)
    quantity, left = statement.quantity, statement.left
    if _starts_from(text, whole, quantity):
        return None
    symbol = left is not None and left.word[:1] in _SYMBOLS
    direction, op = direction_of_change(text, clause, statement), operator(statement)
    gone = decrease(quantity) if tells_rest(text[clause:at]) else None
    if gone is not None:
        quantity, direction, op = gone, Direction.DECREASE, flipped(op)
    evidence = Evidence(
        quantity=quantity,
        section=context.section(at),
        symbol=symbol or quantity.is_tolerance,
        word=left is not None and left.op is not None and not symbol,
        boasts=left is not None and (left.op is Op.ABOUT or left.word in _BOASTS),
        right=statement.right is not None,
        changed=direction is not None,
        before=text[clause:at],
        after=text[quantity.end : stop],
        achieved=achieved,
        context=context,
        clause=clause,
        sentence=context.sentence_start(at),
    )
    if rejection(evidence):
        return None
    raw, name_start = _name(text, statement, floor, clause)
    own = quantity.name if quantity.name and not (statement.middle and raw) else raw
    low, high = bounds(op, quantity)
    start, end, unit = min(name_start, statement.start, at), statement.end, quantity.unit
    outer = Op.CHANGE if direction else op
    return Indicator(
        parameter=(own or unit.quantity) if direction or quantity.name else complete(own, unit.quantity),
        op=outer,
        low=low,
        high=high,
        unit=unit.text,
        canonical_unit=unit.canonical,
        canonical_low=None if low is None else unit.canonical_value(low),
        canonical_high=None if high is None else unit.canonical_value(high),
        kind=kind_of(statement, outer, raw, evidence.before, text[end:stop], achieved=achieved, listed=listed),
        start=start,
        end=end,
        text=context.original[start:end],
        direction=direction,
        op2=op if direction else None,
    )


def _continues(text: str, last: Indicator, new: Indicator, statement: Statement) -> bool:
    """A further member of a list (10MHz和40MHz) has the name of the first."""
    if statement.quantity.name or last.canonical_unit != new.canonical_unit or last.op is Op.CHANGE:
        return False
    return statement.quantity.start < last.end or is_list_gap(text[last.end : statement.quantity.start])


def _changes(text: str, last: Indicator, new: Indicator) -> bool:
    """Whether a change that names only what it is compared with is one of the value just before it."""
    if new.op is not Op.CHANGE or _ONLY_COMPARED.match(new.parameter) is None:
        return False
    near = text[last.end : new.start].strip() in {"，", ",", ""}
    return near and _NAMED_BY_VERB.search(text, new.start, new.end) is None


def _is_twin(text: str, last: Indicator, new: Indicator) -> bool:
    """1CC/1CD: the rates of charge and discharge are one statement; 10bar（1MPa） is one value in two units."""
    if new.canonical_unit != last.canonical_unit or new.start - last.end > 1:
        return False
    if new.canonical_unit == "C-rate":
        return new.start - last.end == 1 and new.low == last.low
    bracketed = new.unit != last.unit and text[last.end : new.start + 1].lstrip()[:1] == "("
    values = [
        (one, other)
        for one, other in ((last.canonical_low, new.canonical_low), (last.canonical_high, new.canonical_high))
        if one is not None and other is not None
    ]
    return bracketed and bool(values) and all(abs(one - other) <= _SAME * abs(one) for one, other in values)


def extract(text: str, *, achieved: bool = False, listed: bool = False) -> tuple[Indicator, ...]:
    """The indicators of a text in order; linear in its length, whatever the text.

    Args:
        text: one field of a record, as it was written.
        achieved: the text tells what exists (an achievement) rather than what is wanted (a need); its figures are
            properties, and words such as 目前 do not exclude them.
        listed: the text is a list of figures, such as a column 技术指标: as if it stood under that heading, and a
            bare 供电电压220V is asked for rather than a circumstance.
    """
    context = Context(text, begins=Section.TARGET if listed else Section.PLAIN)
    folded = context.text
    kept: list[Indicator] = []
    traits: set[tuple[float | None, str]] = set()
    floor = 0
    for statement in read_statements(folded):
        new = _judge(context, statement, min(floor, statement.start), achieved=achieved, listed=listed)
        if new is None:
            continue
        floor = statement.end
        last = kept[-1] if kept else None
        if last is not None and _continues(folded, last, new, statement):
            new = new._replace(parameter=last.parameter, kind=last.kind)
        elif last is not None and _changes(folded, last, new):
            new = new._replace(parameter=last.parameter)
        trait = (new.low, new.canonical_unit)
        if trait not in traits and not (last is not None and _is_twin(folded, last, new)):
            kept.append(new)
        if new.op is Op.EQUAL and new.canonical_unit in _TRAITS:
            traits.add(trait)
    return tuple(kept)
