"""What a record states in numbers: the targets of a need, the properties of an achievement, each once."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from matcher.rank.checks.base import Stated
from matcher.rank.checks.changes import begins_at
from matcher.rank.checks.measure import Measure, read_measure
from matcher.rank.checks.musts import Musts
from matcher.rank.checks.names import Name, read_name, shortened
from matcher.rank.checks.paces import paced
from matcher.rank.checks.tables import Better, pattern
from matcher.records import Evidence, Record, Side, Tier
from matcher.text.fields import TextField, text_fields
from matcher.text.indicators import Indicator, IndicatorKind, Op, extract
from matcher.text.indicators.fold import fold

__all__ = ["read_statements"]

# What a company has today is no target.
_NOT_ASKED = frozenset({"current_state"})
_LISTS = frozenset({"indicators_text"})
# Conditions stand next to what holds under them: 25℃，1C，容量保持率≥80%.
_BEFORE = 6
_BEHIND = 3
_STOPS = frozenset("。；;\n!?！？")
_BARE = frozenset({Op.EQUAL, Op.ABOUT, Op.RANGE})
# What a test of endurance is made of beside what the extractor calls a condition: 循环500次.
_TESTED = frozenset({"cycle", "次", "C-rate", "degC", "h"})


def read_statements(record: Record, tier: Tier) -> tuple[Stated, ...]:
    """The targets of a need or the properties of an achievement, in reading order, from fields up to a tier.

    A statement repeated in another field or sentence counts once, at its first place; it is a must where any says so.

    Raises:
        TypeError: the record is neither a need nor an achievement.
    """
    found: dict[tuple[object, ...], Stated] = {}
    for field in text_fields(record):
        if field.tier > tier or (record.side is Side.NEED and field.name in _NOT_ASKED):
            continue
        for stated in _in_field(record.side, field):
            key = (stated.name.key, replace(stated.measure, unit="", factor=1.0, offset=0.0))
            known = found.get(key)
            found[key] = stated if known is None else replace(known, must=known.must or stated.must)
    if record.side is Side.ACHIEVEMENT:
        return tuple(found.values())
    return tuple(replace(stated, name=shortened(stated.name, record.title)) for stated in found.values())


def _in_field(side: Side, field: TextField) -> Iterator[Stated]:
    indicators = extract(field.text, achieved=side is Side.ACHIEVEMENT, listed=field.name in _LISTS)
    if not indicators:
        return
    folded = fold(field.text)
    musts = Musts(folded) if side is Side.NEED else None
    names = [read_name(item, field.text) for item in indicators]
    measures = [read_measure(item, name) for item, name in zip(indicators, names, strict=True)]
    chains = [_conditions(folded, indicators, names, at) for at in range(len(indicators))]
    # 循环500次容量保持率≥80%: the 500 is how it is tested, no target.
    circumstances = {place for chain in chains for place in chain}
    for at, item in enumerate(indicators):
        if item.kind is IndicatorKind.CONDITION or at in circumstances:
            continue
        reached = _as_reached(measures[at], item, folded) if side is Side.ACHIEVEMENT else measures[at]
        name, measure = paced(*_as_extreme(names[at], reached, folded[item.start : item.end]))
        yield Stated(
            name=name,
            measure=measure,
            evidence=Evidence(
                side=side, field=field.name, start=item.start, end=item.end, text=item.text, tier=field.tier
            ),
            conditions=tuple(measures[place] for place in chains[at]),
            must=musts is not None and musts.at(item.start, item.end),
        )


def _as_reached(measure: Measure, item: Indicator, folded: str) -> Measure:
    """达到95% tells of an achievement what was reached; and where a change began, if the text says so."""
    text = folded[item.start : item.end]
    if (
        measure.op in {Op.AT_LEAST, Op.AT_MOST}
        and pattern("reached").search(text)
        and not pattern("bound").search(text)
    ):
        value = measure.low if measure.low is not None else measure.high
        measure = replace(measure, op=Op.EQUAL, low=value, high=value)
    if measure.op is Op.EQUAL and measure.direction is None and pattern("used").search(text):
        measure = replace(measure, op=Op.AT_LEAST, high=None)
    begin = begins_at(folded, item) if measure.direction is None else None
    return measure if begin is None else replace(measure, begin=measure.on_scale(begin))


def _as_extreme(name: Name, measure: Measure, text: str) -> tuple[Name, Measure]:
    """最大转速12000rpm: the value of the highest speed rather than a ceiling, unless less of it is better."""
    if measure.op not in {Op.AT_LEAST, Op.AT_MOST} or not pattern("extreme").search(text):
        return name, measure
    better = name.quantity.better if name.quantity is not None else Better.NONE
    meant = (Op.AT_LEAST, Better.UP), (Op.AT_MOST, Better.DOWN)
    if pattern("bound").search(text) or (measure.op, better) in meant:
        return name, measure
    value = measure.low if measure.low is not None else measure.high
    end = "low" if pattern("extreme_low").search(text) else "high"
    return replace(name, soft=name.soft | {("extreme", end)}), replace(measure, op=Op.EQUAL, low=value, high=value)


def _conditions(folded: str, indicators: Sequence[Indicator], names: Sequence[Name], at: int) -> tuple[int, ...]:
    """The places of the conditions that stand next to the statement at `at`, in a chain on either side of it."""
    found: list[int] = []
    if indicators[at].kind is IndicatorKind.CONDITION:
        return ()
    tested = names[at].flagged("test")

    def counts(place: int) -> bool:
        item = indicators[place]
        return item.kind is IndicatorKind.CONDITION or (
            tested and item.op in _BARE and item.canonical_unit in _TESTED and item.direction is None
        )

    edge, place = indicators[at].start, at - 1
    while place >= 0 and counts(place) and _near(folded[indicators[place].end : edge], _BEFORE, tested=tested):
        found.append(place)
        edge, place = indicators[place].start, place - 1
    edge, place = indicators[at].end, at + 1
    while place < len(indicators) and counts(place) and _near(folded[edge : indicators[place].start], _BEHIND):
        found.append(place)
        edge, place = indicators[place].end, place + 1
    return tuple(found)


def _near(gap: str, reach: int, *, tested: bool = False) -> bool:
    return len(gap) <= reach * (2 if tested else 1) and not _STOPS & set(gap)
