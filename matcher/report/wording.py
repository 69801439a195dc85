"""How values and directions are put in Chinese."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matcher.rank.gates import LABELS, was_refused
from matcher.records import (
    LEVELS,
    CheckState,
    Gate,
    GateState,
    IndicatorCheck,
    MatchList,
    Need,
    Price,
    PriceKind,
    Record,
    Side,
    Tier,
    TrlBand,
    TrlSource,
)
from matcher.report.base import Leads, Pair
from matcher.text.amounts import yuan
from matcher.text.fields import text_fields

__all__ = [
    "Wording",
    "budget",
    "failures",
    "gate_summary",
    "indicators",
    "left_out",
    "level_label",
    "next_step",
    "price",
    "trl",
    "wording",
]

# Below one chance in four a partner is no reason to relax a condition.
_WORTH_ASKING = 0.25
_STATES = {GateState.FAIL: "不符合", GateState.PASS: "符合", GateState.UNKNOWN: "待核实"}
_SHORT_TEXT = 60
_CHECKED = {CheckState.UNMET: "不满足", CheckState.MET: "满足", CheckState.UNKNOWN: "未说明"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """The two sides as a reader of one direction names them."""

    query: str
    partner: str
    query_org: str
    partner_org: str
    organisations: str

    @property
    def none_fits(self) -> str:
        """What stands where no partner is likely to reach level 3."""
        return f"无合适{self.partner}"


_WORDINGS = {
    Side.NEED: Wording(
        query="需求", partner="成果", query_org="企业", partner_org="完成单位", organisations="单位与团队"
    ),
    Side.ACHIEVEMENT: Wording(
        query="成果", partner="需求", query_org="完成单位", partner_org="企业", organisations="企业线索"
    ),
}


def wording(side: Side) -> Wording:
    """The words for queries on this side."""
    return _WORDINGS[side]


def level_label(level: int) -> str:
    """Number and name, `4 强相关`."""
    return f"{level} {LEVELS[level - 1].name}"


def _range(low: float | None, high: float | None) -> str:
    if low is not None and high is not None:
        return yuan(low) if low == high else f"{yuan(low)}–{yuan(high)}"
    if low is not None:
        return f"{yuan(low)} 起"
    return f"至多 {yuan(high)}" if high is not None else ""


def price(value: Price | None) -> str:
    """A price as the file said it, else from its bounds; empty when unknown."""
    if value is None:
        return ""
    return value.raw or _range(value.low_cny, value.high_cny) or ("面议" if value.kind is PriceKind.NEGOTIABLE else "")


def budget(need: Need) -> str:
    """The budget of a need; empty when unknown."""
    return _range(need.budget_low_cny, need.budget_high_cny)


def trl(band: TrlBand | None) -> str:
    """A maturity band with the file's own word; one that was inferred says so."""
    if band is None:
        return ""
    shown = f"TRL {band.low}" if band.low == band.high else f"TRL {band.low}–{band.high}"
    if band.source is TrlSource.INFERRED:
        return f"{band.raw}（推断 {shown}）" if band.raw else f"{shown}（推断）"
    return shown


def _gate_label(gate: Gate) -> str:
    return LABELS.get(gate.name, gate.name)


def gate_summary(gates: tuple[Gate, ...]) -> str:
    """Which hard conditions are met, which are not, which are open: one line each."""
    lines = []
    for state, said in _STATES.items():
        labels = [_gate_label(gate) for gate in gates if gate.state is state]
        if labels:
            lines.append(f"{said}：{'、'.join(labels)}")
    return "\n".join(lines) or "未设"


def failures(gates: tuple[Gate, ...]) -> list[str]:
    """Each hard condition that is not met, with its reason."""
    return [f"{_gate_label(gate)}：{gate.reason}" for gate in gates if gate.state is GateState.FAIL]


def _questions(pair: Pair, count: int = 2) -> str:
    asked = pair.match.unknowns[:count]
    return "先核实：" + "；".join(asked) + "。" if asked else ""


def indicators(checks: Sequence[IndicatorCheck]) -> list[str]:
    """One line a target that is missed or met, missed ones first, and one that names those nothing is said of."""
    told = [
        f"{_CHECKED[state]}：{check.parameter}：{check.reason}"
        if check.parameter
        else f"{_CHECKED[state]}：{check.reason}"
        for state in (CheckState.UNMET, CheckState.MET)
        for check in checks
        if check.state is state
    ]
    open_ones = [check.need.text for check in checks if check.state is CheckState.UNKNOWN]
    return [*told, *([f"{_CHECKED[CheckState.UNKNOWN]}：{'、'.join(open_ones)}"] if open_ones else [])]


def left_out(result: MatchList, partners: Mapping[str, Record]) -> str:
    """How many partners a hard condition excluded, and the best of them where it beats all that is listed; or "".

    What somebody refused is counted by itself and never offered again.
    """
    barred = [match for match in result.excluded if not was_refused(match.gates)]
    refused = len(result.excluded) - len(barred)
    counts = (f"{len(barred)} 条未通过硬条件" if barred else "", f"{refused} 条已反馈为不合适" if refused else "")
    told = f"另有 {'、'.join(filter(None, counts))}"
    if not barred:
        return f"{told}。" if refused else ""
    best = max(barred, key=lambda match: match.fit)
    if best.fit <= max([_WORTH_ASKING, *(match.fit for match in result.matches)]):
        return f"{told}。"
    partner = partners[best.achievement_id if result.query_side is Side.NEED else best.need_id]
    reasons = "；".join(gate.reason for gate in best.gates if gate.state is GateState.FAIL)
    return f"{told}，其中“{partner.title}”（把握 {best.fit:.0%}）更合适，但{reasons}，可商量是否放宽。"


def next_step(result: MatchList, leads: Leads) -> str:
    """What to do about a query tomorrow morning."""
    words = wording(leads.side)
    best = next(leads.pairs(result), None)
    barred = left_out(result, leads.partners)
    if best is None:
        more = f"请补充{words.query}描述，或扩大{words.partner}库后重新匹配。"
        return f"没有可列出的{words.partner}。{barred or more}"
    if result.none_fits:
        query = leads.queries[result.query_id]
        body = "".join(item.text for item in text_fields(query) if item.name != "title" and item.tier <= Tier.PUBLIC)
        if len(body) < _SHORT_TEXT and not query.indicators_text:
            known = f"描述只有 {len(body)} 字" if body else "只有名称，没有描述"
            advice = f"{known}，请先补充对象、指标和现状再匹配"
        elif leads.side is Side.NEED:
            advice = "可向高校院所定向征集，或作为揭榜挂帅选题"
        else:
            advice = "可换用行业说法补充应用场景后再匹配，或参加对口展会推介"
        return f"{advice}。{barred}"
    who = best.partner.org or f"发布方（原表未写单位，请先向信息来源查询 {best.partner.id}）"
    call = f"{who}（{best.partner.contact}）" if best.partner.contact else who
    if best.match.level == 4:
        return f"优先联系 {call}。{_questions(best)}"
    if best.match.level == 3:
        return f"致电 {call}。{_questions(best)}"
    return f"只有弱相关线索，先读“为什么”再决定是否联系 {who}。{barred}"
