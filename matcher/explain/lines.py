"""An explanation in at most six short lines a broker can read out."""

from collections.abc import Sequence
from dataclasses import dataclass

from matcher.explain.aspects import Aspect
from matcher.explain.common import Named
from matcher.explain.conditions import gate_states
from matcher.explain.quote import clip, quoted
from matcher.explain.reason import NOTHING_SHARED, with_name
from matcher.records import CheckState, Evidence, Gate, GateState, IndicatorCheck, Side

__all__ = ["LONGEST", "Told", "lines"]

LONGEST = 90
_QUOTE_MAX = 48
_OF_ASPECT = 2
_NAMES = {Side.NEED: "需求", Side.ACHIEVEMENT: "成果"}
_STATES = {CheckState.MET: "满足", CheckState.UNMET: "不满足", CheckState.UNKNOWN: "未说明"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the lines are made of; everything in it is open to the reader."""

    named: Sequence[Named]
    evidence: Sequence[Evidence]
    checks: Sequence[IndicatorCheck]
    gates: Sequence[Gate]
    against: Sequence[str]
    questions: Sequence[str]


def lines(told: Told) -> tuple[str, ...]:
    """What is the same, both sentences, indicators, conditions, what to ask; a line with nothing to say is left out."""
    found = (
        _same(told.named),
        *(_sentence(item) for item in told.evidence),
        _indicators(told.checks),
        _conditions(told.gates, told.against),
        _asked(told.questions),
    )
    return tuple(line for line in found if line)


def _same(named: Sequence[Named]) -> str:
    groups: list[str] = []
    for aspect in Aspect:
        words = [item.text for item in named if item.aspect is aspect]
        if words:
            groups.append(f"{aspect} {'、'.join(words[:_OF_ASPECT])}")
    plain = "、".join([item.text for item in named if item.aspect is None][:_OF_ASPECT])
    if plain:
        groups.append(f"另有 {plain}" if groups else plain)
    return "相同点：" + (_joined(groups, LONGEST - 4) or NOTHING_SHARED)


def _sentence(item: Evidence) -> str:
    what = f"{_NAMES[item.side]}{'名称' if item.field == 'title' else '原句'}："
    quote = quoted(item.text, item.words, most=_QUOTE_MAX, longest=LONGEST - len(what))
    return what + quote if quote else ""


def _indicators(checks: Sequence[IndicatorCheck]) -> str:
    if not checks:
        return ""
    counts = [
        f"{said} {sum(check.state is state for check in checks)} 项"
        for state, said in _STATES.items()
        if any(check.state is state for check in checks)
    ]
    # What speaks against a match tells most, then what speaks for it; what is indispensable before the rest.
    order = (CheckState.UNMET, CheckState.MET, CheckState.UNKNOWN)
    best = min(checks, key=lambda check: (order.index(check.state), not check.must))
    must = "（必须项）" if best.must and best.state is not CheckState.MET else ""
    told = f"指标：{'、'.join(counts)}"
    return clip(f"{told}；{with_name(best)}{must}", LONGEST)


def _conditions(gates: Sequence[Gate], points: Sequence[str]) -> str:
    passed = gate_states(gates, GateState.PASS)
    met = f"{passed}符合" if passed else ""
    if not points:
        return f"条件：{met}" if met else ""
    told = "不利：" + _joined([clip(point, LONGEST - 3) for point in points], LONGEST - 3)
    return f"{told}。另：{met}" if met and len(told) + len(met) + 3 <= LONGEST else told


def _asked(questions: Sequence[str]) -> str:
    if not questions:
        return ""
    told = "待核实：" + clip(questions[0], LONGEST - 4)
    for question in questions[1:]:
        if len(told) + len(question) > LONGEST:
            break
        told += question
    return told


def _joined(parts: Sequence[str], longest: int) -> str:
    """As many parts as fit, at least the first."""
    told = parts[0] if parts else ""
    for part in parts[1:]:
        if len(told) + len(part) + 1 > longest:
            break
        told += f"；{part}"
    return told
