"""What to ask at the first call, phrased for this pair: the most useful first."""

import re
from collections.abc import Iterator, Sequence

from matcher.corpus.written import as_written
from matcher.explain.quote import inner
from matcher.records import Achievement, CheckState, Gate, GateState, IndicatorCheck, Need, PriceKind, Record, Side
from matcher.text.amounts import yuan

__all__ = ["questions"]

_MOST = 3
_OF_INDICATORS = 2
_TITLE_MAX = 24
_TARGET_MAX = 30
# 1800万元/台 tells a price, 电话咨询 does not.
_SUM = re.compile(r"\d|[十百千万亿]")
# What is sold by the piece may have to be set up.
_PIECE = re.compile(r"[/每]\s*(?:台|套|组|线|条|座|个)")


def questions(
    need: Need,
    achievement: Achievement,
    gates: Sequence[Gate],
    checks: Sequence[IndicatorCheck],
    *,
    query_side: Side,
    elsewhere: str = "",
    doubt: str = "",
    related: bool = True,
) -> tuple[str, ...]:
    """At most three: indicators (at most two of them where there is more to ask), hard conditions, then gaps.

    They go to the side that was found: to the holder of an achievement, or to the enterprise behind a need. `elsewhere`
    is what the need is about, in its own words, where the achievement does not speak of it; `doubt` why the partner may
    no longer stand. Where nothing makes the pair `related`, one question is enough.
    """
    asks_holder = query_side is Side.NEED
    indicators = list(dict.fromkeys((_of_holder if asks_holder else _of_enterprise)(need, achievement, checks)))
    rest = list((_holder_gates if asks_holder else _enterprise_gates)(need, achievement, gates))
    if asks_holder and elsewhere:
        rest.append(f"贵方的{_called(achievement)}有没有在“{inner(elsewhere)}”上用过？")
    rest += _holder_gaps(achievement, gates) if asks_holder else _enterprise_gaps(need, gates)
    partner: Record = achievement if asks_holder else need
    if doubt:
        stands = "可合作" if asks_holder else "在征集"
        rest.insert(min(len(rest), _MOST - 1), f"贵方的{_called(partner)}{doubt}，目前是否仍{stands}？")
    if not partner.contact:
        rest.append("这件事由谁负责对接，怎样联系？")
    first = indicators[: max(_OF_INDICATORS, _MOST - len(rest))]
    chosen = [*first, *dict.fromkeys(rest)][: _MOST if related else 1]
    return tuple(_named_once(chosen, f"贵方的{_called(partner)}", "这项成果" if asks_holder else "这项需求"))


def _named_once(texts: Sequence[str], name: str, short: str) -> Iterator[str]:
    """The name in full where it comes first, short after that."""
    known = False
    for text in texts:
        yield text.replace(name, short) if known else text
        known = known or name in text


def _called(record: Record) -> str:
    """A record by the beginning of its name, verbatim."""
    line = record.title.strip().splitlines()[0].strip() if record.title.strip() else ""
    return f"“{inner(line[:_TITLE_MAX])}”" + ("…" if len(line) > _TITLE_MAX else "")


def _by_use(checks: Sequence[IndicatorCheck]) -> list[IndicatorCheck]:
    """Not stated before not met, what is indispensable first; what is met needs no question."""
    open_checks = [check for check in checks if check.state is not CheckState.MET]
    return sorted(open_checks, key=lambda check: (not check.must, check.state is CheckState.UNMET))


def _of_holder(need: Need, achievement: Achievement, checks: Sequence[IndicatorCheck]) -> Iterator[str]:
    for check in _by_use(checks):
        yield check.question or f"贵方的{_called(achievement)}能否达到“{inner(check.need.text)}”？"
    if not checks and need.indicators_text and not achievement.indicators_text:
        target = need.indicators_text.strip().splitlines()[0]
        shown = target if len(target) <= _TARGET_MAX else target[:_TARGET_MAX]
        more = "" if shown == need.indicators_text.strip() else "等指标"
        yield f"贵方的{_called(achievement)}能否达到“{inner(shown)}”{more}？"


def _of_enterprise(_: Need, achievement: Achievement, checks: Sequence[IndicatorCheck]) -> Iterator[str]:
    for check in _by_use(checks):
        if check.state is CheckState.UNMET and check.achievement is not None:
            stated = inner(check.achievement.text)
            yield f"贵方要求“{inner(check.need.text)}”，{_called(achievement)}为“{stated}”，能否接受？"
        else:
            yield f"贵方要求的“{inner(check.need.text)}”是必须达到，还是可以商量？"


def _holder_gates(need: Need, achievement: Achievement, gates: Sequence[Gate]) -> Iterator[str]:
    """First what is open, then whether what fails can be helped."""
    called, where = _called(achievement), "、".join(region.name for region in need.region_scope)
    asked = {
        "region": f"贵方在哪里？需求方希望在{where}范围内合作，能否到当地实施？",
        "trl": f"贵方的{called}做到了哪一步，能否达到需求要求的 TRL {need.trl_min}？",
        "modes": f"需求方希望{'、'.join(need.modes)}，贵方能否接受？",
        "budget": _within_budget(need, achievement),
        "blocked": f"{called}的完成单位是哪家？（需求列有回避单位）",
    }
    for state in (GateState.UNKNOWN, GateState.FAIL):
        for gate in gates:
            if gate.state is state and gate.name in asked and (gate.name, state) != ("blocked", GateState.FAIL):
                yield asked[gate.name]


def _within_budget(need: Need, achievement: Achievement) -> str:
    called, most, price = _called(achievement), yuan(need.budget_high_cny or 0.0), achievement.price
    if price is not None and price.low_cny is not None:
        return f"贵方的{called}价格 {yuan(price.low_cny)} 起，能否在 {most}以内？"
    if price is not None and price.high_cny is not None:
        return f"贵方的{called}价格至多 {yuan(price.high_cny)}，能否在 {most}以内？"
    if said := _price_words(achievement):
        whole = "" if _PIECE.search(said) else "总共"
        return f"贵方的{called}价格写作“{inner(said)}”，{_included(said)}、{whole}能否在 {most}以内？"
    return f"贵方的{called}大致要多少费用？（需求预算至多 {most}）"


def _price_words(achievement: Achievement) -> str:
    """A price that was written but not understood as a number; "" where no sum is written."""
    said = as_written(achievement, "price") if achievement.price is None else achievement.price.raw
    return said if _SUM.search(said) else ""


def _included(price: str) -> str:
    return "是否含安装" if _PIECE.search(price) else "包含哪些内容"


def _enterprise_gates(need: Need, _: Achievement, gates: Sequence[Gate]) -> Iterator[str]:
    """Whether what fails can be relaxed; what is open here is for the achievement's own side to say."""
    asked = {
        "region": f"贵方限定在{'、'.join(region.name for region in need.region_scope)}范围内合作，外地团队是否可以？",
        "trl": f"贵方要求成熟度不低于 TRL {need.trl_min}，是否可以一起做后续开发？",
        "modes": f"贵方希望{'、'.join(need.modes)}，是否也考虑其他合作方式？",
        "budget": f"贵方预算至多 {yuan(need.budget_high_cny or 0.0)}，方案合适时能否再商量？",
    }
    for gate in gates:
        if gate.state is GateState.FAIL and gate.name in asked:
            yield asked[gate.name]


def _holder_gaps(achievement: Achievement, gates: Sequence[Gate]) -> list[str]:
    named, called = {gate.name for gate in gates}, _called(achievement)
    gaps = []
    if not achievement.summary:
        gaps.append(f"贵方的{called}具体解决什么问题、怎样做到？")
    if achievement.trl is None and "trl" not in named:
        gaps.append(f"贵方的{called}做到了哪一步：样品、小试、中试，还是已有用户？")
    if not achievement.transfer_modes and "modes" not in named:
        gaps.append(f"贵方的{called}打算转让、许可，还是合作开发？")
    unpriced = achievement.price is None or achievement.price.kind is PriceKind.NEGOTIABLE
    if unpriced and "budget" not in named:
        said = _price_words(achievement)
        gaps.append(
            f"贵方的{called}价格写作“{inner(said)}”，{_included(said)}？" if said else f"贵方的{called}大致要多少费用？"
        )
    return gaps


def _enterprise_gaps(need: Need, gates: Sequence[Gate]) -> list[str]:
    named, called = {gate.name for gate in gates}, _called(need)
    gaps = []
    if not need.problem:
        gaps.append(f"贵方的{called}具体要解决什么，现在是怎么做的？")
    if not need.indicators_text:
        gaps.append(f"贵方的{called}做到什么指标才算解决？")
    if need.budget_high_cny is None and "budget" not in named:
        gaps.append(f"贵方为{called}准备投入多少？")
    if not need.modes and "modes" not in named:
        gaps.append(f"贵方的{called}希望买现成技术，还是合作开发？")
    return gaps
