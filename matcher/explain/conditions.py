"""Hard conditions by name, and what speaks against a pair."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from matcher.explain.quote import cut, inner
from matcher.explain.reading import Reading, Statement
from matcher.rank.gates import LABELS
from matcher.records import Achievement, Gate, GateState, Need, Side

__all__ = ["Denials", "against", "denials", "gate_states"]

_DENIAL_MAX = 40


def gate_states(gates: Iterable[Gate], state: GateState) -> str:
    """The hard conditions in that state by the names readers know, "" where there are none."""
    return "、".join(LABELS.get(gate.name, gate.name) for gate in gates if gate.state is state)


@dataclass(frozen=True, slots=True)
class Denials:
    """What the sides say they do not do, in their own words: what touches the other side, and what does not."""

    touching: tuple[str, ...]
    others: tuple[str, ...]


def denials(need: Reading, achievement: Reading) -> Denials:
    """At most one denial a side; a need's that touches nothing of the achievement is no news and left out."""
    touching, others = [], []
    for name, own, other in (("成果", achievement, need), ("需求", need, achievement)):
        denied = [item for item in own.statements if item.denied]
        said = next((item for item in denied if _touches(item, own, other)), None)
        if said is not None:
            touching.append(_said(name, said))
        elif denied and own is achievement:
            others.append(_said(name, denied[0]))
    return Denials(tuple(touching), tuple(others))


def _touches(denied: Statement, own: Reading, other: Reading) -> bool:
    """Whether it holds a word of the other side, one that its own side does not assert elsewhere."""
    words = {token.text for token in denied.tokens}
    return not other.asserted(words).keys() <= own.asserted(words).keys()


def _said(name: str, denied: Statement) -> str:
    start, end = cut(denied.text, (), _DENIAL_MAX)
    return f"{name}写明“{inner(denied.text[start:end].rstrip('，。；'))}”"


def against(
    need: Need, achievement: Achievement, gates: Sequence[Gate], denied: Denials, *, query_side: Side
) -> tuple[str, ...]:
    """What speaks against a pair: denials, failed conditions, and a partner known by its name only."""
    found = [*denied.touching, *(gate.reason for gate in gates if gate.state is GateState.FAIL)]
    if query_side is Side.NEED and not (achievement.summary or achievement.indicators_text):
        found.append("成果只有名称，没有简介")
    if query_side is Side.ACHIEVEMENT and not (need.problem or need.indicators_text):
        found.append("需求只有名称，没有内容")
    return (*found, *denied.others)
