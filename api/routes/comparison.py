"""Achievements side by side for one need, as a table of its targets and of what they say of themselves."""

from typing import Any, cast

from fastapi import APIRouter

from api.access.keys import Scope
from api.access.rights import needs
from api.access.roles import EVERYBODY
from api.days import china_day
from api.matching.asking import Asker
from api.matching.comparing import Column, Comparison, TargetRow, compare
from api.matching.facts import FactRow
from api.matching.presenting import evidence_out, partner_out
from api.problems import problems
from api.routes.bodies.comparison import (
    CellOut,
    ColumnOut,
    ComparisonBody,
    ComparisonOut,
    FactCellOut,
    FactName,
    FactRowOut,
    IndicatorRowOut,
)
from api.schemas.matching import GateOut
from api.service import CallerDep, ServiceDep
from matcher.rank.features import check_features
from matcher.records import CheckState, IndicatorCheck, Need, Side

__all__ = ["router"]

router = APIRouter(tags=["matching"])
_LABELS = {CheckState.MET: "满足", CheckState.UNMET: "不满足", CheckState.UNKNOWN: "未说明"}
_NO_TARGETS = "需求没有写可比的指标，只列出下面各项；写上数值（如“耐温≥1200℃”）就能逐项核对。"


@router.post(
    "/comparison",
    operation_id="compare",
    response_model=ComparisonOut,
    dependencies=[needs(EVERYBODY, Scope.MATCHING)],
    responses=problems(404, 409),
    summary="并排比较成果 Compare achievements",
)
def compare_achievements(service: ServiceDep, caller: CallerDep, body: ComparisonBody) -> Any:
    asker = Asker(service.database, service.matching, caller)
    if body.need_id is None:
        need, need_id = Need(id="query", title=body.text.strip()), ""
    else:
        need, need_id = cast("Need", asker.record(body.need_id, Side.NEED)), body.need_id
    return _out(compare(asker, need, body.achievement_ids, today=china_day()), need_id)


def _out(found: Comparison, need_id: str) -> ComparisonOut:
    count = len(found.targets)
    told = f"需求写明 {count} 项指标，逐项核对如下；“未说明”不等于不满足，可照问题去问。" if count else _NO_TARGETS
    return ComparisonOut(
        need_id=need_id,
        need_title=found.need.title,
        columns=[_column(column) for column in found.columns],
        indicators=[_target(row) for row in found.targets],
        facts=[_fact(row) for row in found.facts],
        message=told,
    )


def _column(column: Column) -> ColumnOut:
    match = column.match
    counts = check_features(match.checks)
    return ColumnOut(
        achievement=partner_out(column.achievement),
        level=match.level,
        level_name=match.level_name,
        fit=match.fit,
        reason=match.reason,
        lines=list(match.lines),
        evidence=[evidence_out(item) for item in match.evidence],
        gates=[GateOut(name=gate.name, state=gate.state, reason=gate.reason) for gate in match.gates],
        questions=list(match.questions),
        unknowns=list(match.unknowns),
        met=counts.met,
        unmet=counts.unmet,
        unknown=counts.unknown,
    )


def _target(row: TargetRow) -> IndicatorRowOut:
    return IndicatorRowOut(
        parameter=row.parameter,
        must=row.must,
        need=evidence_out(row.need),
        cells=[_cell(check) for check in row.checks],
    )


def _cell(check: IndicatorCheck) -> CellOut:
    return CellOut(
        state=check.state,
        label=_LABELS[check.state],
        need=evidence_out(check.need),
        achievement=None if check.achievement is None else evidence_out(check.achievement),
        margin=check.margin,
        unit=check.unit,
        reason=check.reason,
        question=check.question,
    )


def _fact(row: FactRow) -> FactRowOut:
    cells = [
        FactCellOut(text=cell.text, state=cell.state, reason=cell.reason, closed=cell.closed) for cell in row.cells
    ]
    return FactRowOut(name=FactName(row.name), label=row.label, need=row.need, cells=cells)
