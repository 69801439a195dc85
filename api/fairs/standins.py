"""Somebody is missing: who sits with those left alone, each told in one sentence."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from api.errors import InvalidError
from matcher.fair.base import Candidate, Party, Plan
from matcher.fair.noshow import Filled, fill

__all__ = ["StandIn", "stand_ins"]


@dataclass(frozen=True, slots=True)
class StandIn:
    """One meeting that fell out; `partner` and `candidate` are None where nobody is free."""

    filled: Filled
    alone: Party | None
    partner: Party | None
    candidate: Candidate | None
    text: str


def stand_ins(plan: Plan, slot: int, missing: Collection[int]) -> Sequence[StandIn]:
    """Stand-ins in a slot for those whom `missing` parties leave alone.

    Raises:
        InvalidError: there is no such slot.
    """
    if not 0 <= slot < len(plan.problem.slots):
        raise InvalidError("排期里没有这个时段；请重新读取。", "No such slot.", field="body.slot")
    return [_told(plan, filled) for filled in fill(plan, slot, missing)]


def _told(plan: Plan, filled: Filled) -> StandIn:
    table, parties = plan.table(filled.meeting).name, plan.problem.parties
    if filled.alone is None:
        return StandIn(filled, None, None, None, f"{table}：双方都没到，这一桌空出。")
    alone = parties[filled.alone]
    if filled.candidate is None:
        return StandIn(filled, alone, None, None, f"{table}：{alone.name} 落单，此时没有空闲又匹配的对象。")
    candidate = plan.problem.candidates[filled.candidate]
    partner = parties[candidate.team if candidate.enterprise == filled.alone else candidate.enterprise]
    graded = f"（{candidate.best.level} 级）" if candidate.best else "（按意愿）"
    return StandIn(filled, alone, partner, candidate, f"{table}：{alone.name} 改见 {partner.name}{graded}。")
