"""What achievements say of themselves beside the targets of a need, row by row, and whether that suits the need."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from api.access.groups import GROUPS
from api.records.reading import Seen
from matcher.rank.gates import check_gates
from matcher.records import Achievement, Gate, GateState, Need
from matcher.report.wording import budget, price, trl

__all__ = ["FACTS", "Fact", "FactRow", "fact_rows"]

_CLOSED = "此项未对您公开；可请求对接后了解"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One achievement's cell: its `text`, and `state` with `reason` where the need sets a condition on it."""

    text: str
    state: GateState | None
    reason: str
    closed: bool


@dataclass(frozen=True, slots=True)
class FactRow:
    """A row: its name, its Chinese label, what the need asks, and one cell an achievement."""

    name: str
    label: str
    need: str
    cells: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class _Kind:
    label: str
    field: str
    gate: str
    need: Callable[[Need], str]
    achievement: Callable[[Achievement], str]


def _organisations(need: Need) -> str:
    told = [
        f"{word}{'、'.join(names)}"
        for word, names in (("意向：", need.preferred_orgs), ("回避：", need.blocked_orgs))
        if names
    ]
    return "；".join(told)


def _rights(achievement: Achievement) -> str:
    told = []
    for item in achievement.ip_items:
        status = f"（{item.status}）" if item.status else ""
        told.append(f"{item.type} {item.number}".strip() + status)
    return "；".join(told)


FACTS: Mapping[str, _Kind] = {
    "maturity": _Kind(
        "成熟度",
        "trl",
        "trl",
        lambda need: "" if need.trl_min is None else f"TRL ≥ {need.trl_min}",
        lambda a: trl(a.trl),
    ),
    "modes": _Kind(
        "合作方式",
        "transfer_modes",
        "modes",
        lambda need: "、".join(need.modes),
        lambda achievement: "、".join(achievement.transfer_modes),
    ),
    "price": _Kind(
        "价格",
        "price",
        "budget",
        lambda need: f"预算 {told}" if (told := budget(need)) else "",
        lambda achievement: price(achievement.price),
    ),
    "region": _Kind(
        "地区",
        "region",
        "region",
        lambda need: "、".join(place.name for place in need.region_scope),
        lambda achievement: achievement.region.name if achievement.region else "",
    ),
    "organisation": _Kind("单位", "org", "blocked", _organisations, lambda achievement: achievement.org),
    "ip": _Kind("知识产权", "ip_items", "", lambda _: "", _rights),
}
"""By name, in the order of the table."""


def fact_rows(need: Need, achievements: Sequence[Seen], *, today: dt.date) -> tuple[FactRow, ...]:
    """All rows for achievements as the caller reads them; conditions are judged by what the caller reads too."""
    read = [(seen, seen.record) for seen in achievements]
    gates = [
        {gate.name: gate for gate in check_gates(need, record, today=today)} if isinstance(record, Achievement) else {}
        for _, record in read
    ]
    rows = []
    for name, kind in FACTS.items():
        cells = tuple(
            _cell(kind, seen, record, gate.get(kind.gate))
            for (seen, record), gate in zip(read, gates, strict=True)
            if isinstance(record, Achievement)
        )
        rows.append(FactRow(name, kind.label, kind.need(need), cells))
    return tuple(rows)


def _cell(kind: _Kind, seen: Seen, achievement: Achievement, gate: Gate | None) -> Fact:
    closed = any(kind.field in GROUPS[group] for group in seen.closed)
    text = "" if closed else kind.achievement(achievement)
    if gate is None:
        return Fact(text=text, state=None, reason="", closed=closed)
    # “成果未写” would be said of what may well be written.
    state, reason = (GateState.UNKNOWN, _CLOSED) if closed else (gate.state, gate.reason)
    return Fact(text=text, state=state, reason=reason, closed=closed)
