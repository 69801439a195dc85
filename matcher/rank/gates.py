"""Hard conditions of a need against an achievement: pass, fail or unknown. Unknown never removes a candidate."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from matcher.corpus.written import as_written
from matcher.records import Achievement, Gate, GateState, Need, Record, Region, Side
from matcher.text.amounts import yuan
from matcher.text.normalize import normalize

__all__ = [
    "GATES",
    "LABELS",
    "OVER",
    "REFUSED",
    "GateInfo",
    "blocks",
    "check_gates",
    "failed",
    "failing",
    "inside",
    "is_over",
    "sets_conditions",
    "was_refused",
]

_NAME_LEAST = 3
_OPEN_ENDED = frozenset({"长期", "长期有效", "永久", "永久有效", "不限"})
OVER = frozenset({"撤回", "过期", "已转化", "已签约", "已结束"})
"""The states of a record that no longer stands."""


@dataclass(frozen=True, slots=True)
class _Setting:
    today: dt.date
    query_side: Side


def _gate(name: str, state: GateState, reason: str) -> Gate:
    return Gate(name=name, state=state, reason=reason)


def inside(place: Region, scope: Region) -> GateState:
    """By GB/T 2260 prefix (41 province, 4102 city, 410225 county) where both codes are known, else by name.

    A place named more coarsely than the scope (河南 for 开封), or of unknown code, may lie inside: unknown.
    """
    if place.code and scope.code:
        where, within = (code.removesuffix("00").removesuffix("00") for code in (place.code, scope.code))
        if where.startswith(within):
            return GateState.PASS
        return GateState.UNKNOWN if within.startswith(where) else GateState.FAIL
    return GateState.PASS if scope.name in place.name else GateState.UNKNOWN


def _region(need: Need, achievement: Achievement, _: _Setting) -> Gate | None:
    if not need.region_scope:
        return None
    wanted = "、".join(scope.name for scope in need.region_scope)
    if achievement.region is None:
        return _gate("region", GateState.UNKNOWN, f"需求限定地区 {wanted}，成果未写所在地")
    found = {inside(achievement.region, scope) for scope in need.region_scope}
    state = next(state for state in (GateState.PASS, GateState.UNKNOWN, GateState.FAIL) if state in found)
    return _gate("region", state, f"成果在{achievement.region.name}，需求限定{wanted}")


def _trl(need: Need, achievement: Achievement, _: _Setting) -> Gate | None:
    if need.trl_min is None:
        return None
    band = achievement.trl
    if band is None:
        return _gate("trl", GateState.UNKNOWN, f"需求要求成熟度不低于 TRL {need.trl_min}，成果未写成熟度")
    shown = f"TRL {band.low}" if band.low == band.high else f"TRL {band.low}–{band.high}"
    said = f"（原文“{band.raw}”）" if band.raw else ""
    reason = f"成果成熟度 {shown}{said}，需求要求不低于 TRL {need.trl_min}"
    if band.low >= need.trl_min:
        return _gate("trl", GateState.PASS, reason)
    return _gate("trl", GateState.FAIL if band.high < need.trl_min else GateState.UNKNOWN, reason)


def _modes(need: Need, achievement: Achievement, _: _Setting) -> Gate | None:
    if not need.modes:
        return None
    wanted = "、".join(need.modes)
    if not achievement.transfer_modes:
        said = as_written(achievement, "modes")
        told = f"成果合作方式写作“{said}”" if said else "成果未写合作方式"
        return _gate("modes", GateState.UNKNOWN, f"需求希望{wanted}，{told}")
    offered = "、".join(achievement.transfer_modes)
    shared = set(need.modes) & set(achievement.transfer_modes)
    return _gate("modes", GateState.PASS if shared else GateState.FAIL, f"需求希望{wanted}，成果提供{offered}")


def _budget(need: Need, achievement: Achievement, _: _Setting) -> Gate | None:
    if need.budget_high_cny is None:
        return None
    budget, price = f"预算至多 {yuan(need.budget_high_cny)}", achievement.price
    if price is None or (price.low_cny is None and price.high_cny is None):
        said = as_written(achievement, "price")
        told = "面议" if price else f"写作“{said}”" if said else "未写"
        return _gate("budget", GateState.UNKNOWN, f"{budget}，成果价格{told}")
    if price.low_cny is None and price.high_cny is not None:
        state = GateState.PASS if price.high_cny <= need.budget_high_cny else GateState.UNKNOWN
        return _gate("budget", state, f"{budget}，成果价格至多 {yuan(price.high_cny)}")
    low = price.low_cny or 0.0
    state = GateState.PASS if low <= need.budget_high_cny else GateState.FAIL
    return _gate("budget", state, f"{budget}，成果价格 {yuan(low)} 起")


def _over(label: str, record: Record, today: dt.date) -> str | None:
    """Why a record no longer stands, or None."""
    if record.status in OVER:
        return f"{label}状态为“{record.status}”"
    if record.valid_until is not None and record.valid_until < today:
        return f"{label}已于 {record.valid_until.isoformat()} 到期"
    return None


def _validity(need: Need, achievement: Achievement, setting: _Setting) -> Gate | None:
    """The partner must be valid; whoever asks with an expired record of their own is only told so."""
    asked, partner = (need, achievement) if setting.query_side is Side.NEED else (achievement, need)
    names = {Side.NEED: "需求", Side.ACHIEVEMENT: "成果"}
    if reason := _over(names[partner.side], partner, setting.today):
        return _gate("validity", GateState.FAIL, reason)
    if reason := _over(names[asked.side], asked, setting.today):
        return _gate("validity", GateState.UNKNOWN, f"{reason}，请先确认是否仍在征集或可合作")
    if partner.valid_until is None:
        said = as_written(partner, "valid_until")
        if said in _OPEN_ENDED:
            return _gate("validity", GateState.PASS, f"{names[partner.side]}有效期写作“{said}”")
        if said:
            return _gate("validity", GateState.UNKNOWN, f"{names[partner.side]}有效期写作“{said}”，须确认是否仍有效")
        return _gate("validity", GateState.UNKNOWN, f"{names[partner.side]}未写有效期，须确认是否仍有效")
    return _gate("validity", GateState.PASS, f"{names[partner.side]}有效期至 {partner.valid_until.isoformat()}")


def _blocked(need: Need, achievement: Achievement, _: _Setting) -> Gate | None:
    if not need.blocked_orgs:
        return None
    if not _spelled(achievement.org):
        return _gate("blocked", GateState.UNKNOWN, "需求有回避单位，成果未写完成单位")
    if any(blocks(name, achievement.org) for name in need.blocked_orgs):
        return _gate("blocked", GateState.FAIL, f"完成单位 {achievement.org} 属于需求的回避单位")
    return _gate("blocked", GateState.PASS, f"完成单位 {achievement.org} 不在回避单位之列")


def blocks(name: str, org: str) -> bool:
    """Whether an organisation, which need not be named, is one that a need wants to avoid."""
    blocked, owner = _spelled(name), _spelled(org)
    # A short name (大学) is part of too many others; it must be the whole name.
    part = min(len(blocked), len(owner)) >= _NAME_LEAST and (blocked in owner or owner in blocked)
    return bool(owner) and (part or blocked == owner)


@lru_cache(maxsize=1 << 15)
def _spelled(org: str) -> str:
    """A name in one spelling; the same ones come with every query."""
    return normalize(org)


@dataclass(frozen=True, slots=True)
class GateInfo:
    """A gate's name, what a reader calls it, and the check: None where the need sets no such condition."""

    name: str
    label: str
    check: Callable[[Need, Achievement, _Setting], Gate | None]


GATES: tuple[GateInfo, ...] = (
    GateInfo("region", "地区", _region),
    GateInfo("trl", "成熟度", _trl),
    GateInfo("modes", "合作方式", _modes),
    GateInfo("budget", "预算", _budget),
    GateInfo("validity", "有效期", _validity),
    GateInfo("blocked", "回避单位", _blocked),
)


REFUSED = "refused"
"""The condition that a person set who refused a candidate; it always excludes."""

LABELS: Mapping[str, str] = {info.name: info.label for info in GATES} | {REFUSED: "已有反馈"}
"""What a reader calls each condition."""


def was_refused(gates: Sequence[Gate]) -> bool:
    """Whether a person refused the pair; what is excluded else failed a condition."""
    return any(gate.name == REFUSED for gate in gates)


def check_gates(
    need: Need, achievement: Achievement, *, today: dt.date, query_side: Side = Side.NEED
) -> tuple[Gate, ...]:
    """All hard conditions that apply to this pair, in the order of `GATES`.

    Args:
        need: the need.
        achievement: the achievement.
        today: the day validity is judged on.
        query_side: who asks; only the other side's validity can fail.
    """
    setting = _Setting(today, query_side)
    gates = (info.check(need, achievement, setting) for info in GATES)
    return tuple(gate for gate in gates if gate is not None)


def failed(gates: tuple[Gate, ...], hard: frozenset[str]) -> bool:
    """Whether any gate named in `hard` fails."""
    return any(gate.state is GateState.FAIL and gate.name in hard for gate in gates)


def sets_conditions(need: Need) -> bool:
    """Whether a need asks for anything that an achievement could fail; validity apart, which every record has."""
    return bool(
        need.region_scope
        or need.trl_min is not None
        or need.modes
        or need.budget_high_cny is not None
        or need.blocked_orgs
    )


def is_over(record: Record, today: dt.date) -> bool:
    """Whether a record says itself that it no longer stands: closed, withdrawn or expired."""
    return _over("", record, today) is not None


def failing(need: Need, achievement: Achievement, *, today: dt.date) -> tuple[str, ...]:
    """Names of the conditions a pair fails whoever asks, in the order of `GATES`; arguments as for `check_gates`."""
    over = is_over(need, today) or is_over(achievement, today)
    if not sets_conditions(need):
        return ("validity",) if over else ()
    names = {gate.name for gate in check_gates(need, achievement, today=today) if gate.state is GateState.FAIL}
    return tuple(info.name for info in GATES if info.name in names or (over and info.name == "validity"))
