"""Evaluations for people (rich tables) and for programs (JSON)."""

import json
import math
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from rich.markup import escape
from rich.table import Table

from matcher.evaluate.base import Evaluation, Interval, Mode
from matcher.evaluate.compare import Comparison

__all__ = [
    "comparison_document",
    "comparison_table",
    "evaluation_document",
    "evaluation_table",
    "number",
    "to_json",
    "variants_table",
]

_MODES = {Mode.PAIRS: "只排已标注的候选", Mode.CORPUS: "从全部成果中检索"}
_MEANINGS = {
    "ndcg@10": ("前 10 名的排序质量", "1 为最好"),
    "mrr": ("第一个较强相关排第几（倒数）", "1 为最好"),
    "ndcg@5": ("前 5 名的排序质量", "1 为最好"),
    "recall@50": ("前 50 名找到多少较强相关", "1 为最好"),
    "contest": ("竞赛得分 1/(1+MAE)", "1 为最好"),
    "mae": ("等级平均相差几级", "0 为最好"),
    "kappa": ("等级一致性（二次加权）", "1 为最好，0 为碰巧"),
    "spearman": ("分数与等级的秩相关", "1 为最好，0 为无关"),
    "ece": ("把握与实际相差多少", "0 为最好"),
    "none_fits_auc": ("能否看出“无合适成果”", "1 为最好，0.5 为碰巧"),
}
_DIGITS = 6


def to_json(evaluation: Evaluation) -> str:
    """One line of JSON; figures the data cannot define are null."""
    return json.dumps(evaluation_document(evaluation), ensure_ascii=False, allow_nan=False)


def evaluation_document(evaluation: Evaluation) -> dict[str, Any]:
    """What `to_json` writes."""
    metrics = {
        name: {key: number(getattr(found, key)) for key in ("value", "low", "high")}
        for name, found in evaluation.metrics.items()
    }
    return {
        "metrics": metrics,
        "needs": evaluation.needs,
        "pairs": evaluation.pairs,
        "model": evaluation.model,
    }


def comparison_document(comparisons: Sequence[Comparison]) -> dict[str, Any]:
    """By figure: the difference with its interval, needs risen, equal and fallen, p-values; null where undefined."""
    return {
        found.metric: {
            name: number(value) if isinstance(value, float) else value
            for name, value in asdict(found).items()
            if name != "metric"
        }
        for found in comparisons
    }


def number(value: float) -> float | None:
    """A figure as JSON holds it: rounded, null where it is undefined."""
    return None if math.isnan(value) else round(value, _DIGITS)


def _shown(value: float | None, form: str = ".3f") -> str:
    return "—" if value is None or math.isnan(value) else format(value, form)


def _range(found: Interval | Comparison, form: str = ".3f") -> str:
    return f"{_shown(found.low, form)} – {_shown(found.high, form)}"


def evaluation_table(evaluation: Evaluation) -> Table:
    """One row a figure: its value, its interval, what it says."""
    table = Table(
        title=f"评测：{escape(evaluation.model)}",
        caption=f"{evaluation.needs} 个需求，{evaluation.pairs} 对标注；{_MODES[evaluation.mode]}；区间按需求重抽样。",
        title_justify="left",
        caption_justify="left",
    )
    table.add_column("指标")
    table.add_column("数值", justify="right", style="bold")
    table.add_column("95% 区间", justify="right")
    table.add_column("说明")
    table.add_column("怎么看", style="dim")
    for name, found in evaluation.metrics.items():
        table.add_row(name, _shown(found.value), _range(found), *_MEANINGS[name])
    return table


def variants_table(evaluations: Sequence[Evaluation]) -> Table:
    """One row a figure, one column a system, with the interval below the value."""
    table = Table(title="各方案对比", title_justify="left", show_lines=True)
    table.add_column("指标")
    for evaluation in evaluations:
        table.add_column(escape(evaluation.model), justify="right")
    for name in dict.fromkeys(name for evaluation in evaluations for name in evaluation.metrics):
        found = [evaluation.metrics.get(name) for evaluation in evaluations]
        table.add_row(name, *(f"{_shown(each.value)}\n{_range(each, '.2f')}" if each else "—" for each in found))
    return table


def comparison_table(first: Evaluation, second: Evaluation, comparisons: Sequence[Comparison]) -> Table:
    """One row a figure: both values, the difference with its interval, needs won and lost, p-values."""
    table = Table(
        title=f"甲：{escape(first.model)}\n乙：{escape(second.model)}",
        caption="差 = 乙 − 甲；区间不含 0 且校正后 p < 0.05 时，差别才可信（Holm 校正：同一指标比较了几个方案）。"
        "mae 与 ece 越小越好。",
        title_justify="left",
        caption_justify="left",
    )
    for heading in (
        "指标",
        "甲",
        "乙",
        "差",
        "差的 95% 区间",
        "升/平/降（需求数）",
        "符号秩 p",
        "随机化 p",
        "校正后 p",
    ):
        table.add_column(heading, justify="left" if heading == "指标" else "right")
    for found in comparisons:
        needs = "—" if found.higher is None else f"{found.higher}/{found.equal}/{found.lower}"
        table.add_row(
            found.metric,
            _shown(found.first),
            _shown(found.second),
            _shown(found.difference, "+.3f"),
            _range(found, "+.3f"),
            needs,
            _shown(found.wilcoxon),
            _shown(found.randomisation),
            _shown(found.holm),
        )
    return table
