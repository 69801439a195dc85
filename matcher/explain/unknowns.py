"""What the other side leaves open, as phrases."""

from collections.abc import Iterator, Sequence

from matcher.corpus.written import as_written
from matcher.explain.doubt import is_silent
from matcher.explain.quote import inner
from matcher.explain.reason import with_name
from matcher.records import Achievement, CheckState, Gate, GateState, IndicatorCheck, Need, PriceKind, Record, Side

__all__ = ["unknowns"]


def unknowns(
    need: Need,
    achievement: Achievement,
    gates: Sequence[Gate],
    checks: Sequence[IndicatorCheck],
    *,
    query_side: Side,
) -> tuple[str, ...]:
    """What a caller has to ask, indicators and hard conditions first."""
    named = {gate.name for gate in gates}
    partner = achievement if query_side is Side.NEED else need
    gaps = _gaps_of_achievement(achievement, named) if query_side is Side.NEED else _gaps_of_need(need, named)
    return (
        *_indicators(need, achievement, checks),
        *(gate.reason for gate in gates if gate.state is GateState.UNKNOWN and not is_silent(gate, partner)),
        *gaps,
    )


def _indicators(need: Need, achievement: Achievement, checks: Sequence[IndicatorCheck]) -> Iterator[str]:
    if checks:
        silent = [check for check in checks if check.state is CheckState.UNKNOWN]
        for check in sorted(silent, key=lambda check: not check.must):
            yield with_name(check)
    elif need.indicators_text and not achievement.indicators_text:
        yield "需求列有技术指标，成果中未找到可比数值，须逐项核实"


def _gap(record: Record, field: str, side: str, label: str) -> str:
    """A field left open, or written in words that were not understood: those are quoted."""
    said = as_written(record, field)
    return f"{side}{label}写作“{inner(said)}”，须问清" if said else f"{side}未写{label}"


def _gaps_of_achievement(achievement: Achievement, named: set[str]) -> Iterator[str]:
    if not achievement.summary:
        yield "成果只有名称，没有简介"
    if achievement.trl is None and "trl" not in named:
        yield _gap(achievement, "trl", "成果", "成熟度")
    if not achievement.transfer_modes and "modes" not in named:
        yield _gap(achievement, "modes", "成果", "合作方式")
    if "budget" not in named and achievement.price is None:
        yield _gap(achievement, "price", "成果", "价格")
    elif "budget" not in named and achievement.price is not None and achievement.price.kind is PriceKind.NEGOTIABLE:
        yield "价格面议"
    if not achievement.contact:
        yield "成果未写联系人"


def _gaps_of_need(need: Need, named: set[str]) -> Iterator[str]:
    if not need.problem:
        yield "需求只有名称，没有内容"
    if not need.indicators_text:
        yield "需求未单列技术指标"
    if not need.modes and "modes" not in named:
        yield _gap(need, "modes", "需求", "合作方式")
    if need.budget_high_cny is None and "budget" not in named:
        yield _gap(need, "budget", "需求", "预算")
    if not need.contact:
        yield "需求未写联系人"
