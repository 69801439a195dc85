"""The reason in one sentence: words in common, same field, conditions; and what is said where texts are closed."""

from collections.abc import Iterator, Sequence

from matcher.explain.base import Explanation
from matcher.explain.conditions import gate_states
from matcher.records import Achievement, CheckState, Gate, GateState, IndicatorCheck, Need, Scheme

__all__ = ["NOTHING_SHARED", "reason", "with_name", "withheld"]

NOTHING_SHARED = "没有共同的关键词，只是整体意思接近"
_WITHHELD = "涉及非公开内容，理由从略"


def reason(
    need: Need,
    achievement: Achievement,
    shown: Sequence[str],
    gates: Sequence[Gate],
    checks: Sequence[IndicatorCheck],
) -> str:
    """What speaks for the pair, and what warns."""
    return "；".join(_parts(need, achievement, shown, gates, checks))


def _parts(
    need: Need,
    achievement: Achievement,
    shown: Sequence[str],
    gates: Sequence[Gate],
    checks: Sequence[IndicatorCheck],
) -> Iterator[str]:
    yield "共同要点：" + "、".join(shown) if shown else NOTHING_SHARED
    theirs = {(label.scheme, label.code) for label in achievement.labels}
    same = [
        label.name
        for label in need.labels
        if label.scheme in (Scheme.HIGHTECH, Scheme.INDUSTRY) and (label.scheme, label.code) in theirs
    ]
    if same:
        yield "同属" + "、".join(dict.fromkeys(same))
    passed = gate_states(gates, GateState.PASS)
    if passed:
        yield f"{passed}符合"
    for gate in gates:
        if gate.state is GateState.FAIL:
            yield f"注意：{gate.reason}"
    for check in checks:
        if check.must and check.state is CheckState.UNMET:
            yield f"注意：{with_name(check)}"


def with_name(check: IndicatorCheck) -> str:
    """What a check says, led by the name of what is compared."""
    return check.reason if check.parameter in check.reason else f"{check.parameter}：{check.reason}"


def withheld(gates: Sequence[Gate]) -> Explanation:
    """All that may be said where a record is closed to the reader: the outcome of each hard condition."""
    states = ((GateState.PASS, "符合"), (GateState.FAIL, "不符合"), (GateState.UNKNOWN, "待核实"))
    told = [f"{names}{said}" for state, said in states if (names := gate_states(gates, state))]
    return Explanation(reason=_WITHHELD, lines=(_WITHHELD, *(["条件：" + "；".join(told)] if told else [])))
