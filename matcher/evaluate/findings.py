"""What is found beside the figures (reliability, failures, leaks, label noise), for people and for programs."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from types import MappingProxyType
from typing import Any

from rich.markup import escape
from rich.table import Table

from matcher.evaluate.base import Interval
from matcher.evaluate.conflicts import LabelNoise
from matcher.evaluate.failures import Failures, Stage
from matcher.evaluate.leaks import Effect, Leaks
from matcher.evaluate.near import NearPair
from matcher.evaluate.reliability import Bin, Reliability
from matcher.evaluate.render import number
from matcher.records import Achievement, Need, Record, Tier

__all__ = [
    "STAGES",
    "effects_table",
    "failures_document",
    "failures_table",
    "leaks_document",
    "leaks_table",
    "noise_document",
    "noise_table",
    "reliability_document",
    "reliability_table",
    "shown_title",
]

STAGES: Mapping[Stage, tuple[str, str]] = MappingProxyType(
    {
        Stage.DUPLICATE: ("重复发布", "前 10 名里已有同一成果的另一条，一般不必修"),
        Stage.DATA: ("数据", "名称或正文说得太少，或同一内容评级不一；先修数据"),
        Stage.NOT_RETRIEVED: ("没检索到", "候选里没有它；看编码器、分词与候选数"),
        Stage.RANKED_LOW: ("排得太低", "候选里有，但在前 10 名之外；看排序"),
        Stage.GRADED_WRONG: ("评级不准", "等级差 2 级以上，或把握与人工相反；看分级模型"),
    }
)
"""Stage → its Chinese name and what to do about it."""

_KINDS = ("文字完全相同", "文字近似")
_EXAMPLES = 5
_BAR = 25


def _share(value: float) -> str:
    return "—" if math.isnan(value) else f"{value:.1%}"


def shown_title(record: Record) -> str:
    """The title, where everybody may read it."""
    return record.title if record.visibility is Tier.PUBLIC else "（不公开）"


def reliability_table(found: Reliability) -> Table:
    """One row a bin, with a bar of the observed share and a mark where the mean fit stands."""
    table = Table(
        title="把握可信吗：说几成，就该有几成达到 3 级",
        caption=f"█ 实际占比，◆ 平均把握，两者越近越好；区间为 Wilson 95%。ECE {found.ece:.3f}",
        title_justify="left",
        caption_justify="left",
    )
    table.add_column("把握")
    for heading in ("对数", "平均把握", "实际占比", "95% 区间"):
        table.add_column(heading, justify="right")
    table.add_column("图", no_wrap=True)
    for each in found.bins:
        interval = "—" if not each.pairs else f"{each.share_low:.1%} – {each.share_high:.1%}"
        row = f"{each.low:.0%}–{each.high:.0%}", str(each.pairs), _share(each.fit), _share(each.share), interval
        table.add_row(*row, _bar(each))
    return table


def _bar(each: Bin) -> str:
    if not each.pairs:
        return ""
    full, mark = round(each.share * _BAR), min(_BAR, round(each.fit * _BAR))
    cells = ["█" if at < full else "·" for at in range(_BAR + 1)]
    cells[mark] = "◆"
    return "".join(cells)


def reliability_document(found: Reliability) -> dict[str, Any]:
    """Bins in order, undefined figures null."""
    bins = [
        {name: number(value) if isinstance(value, float) else value for name, value in asdict(each).items()}
        for each in found.bins
    ]
    return {"bins": bins, "ece": number(found.ece)}


def failures_table(found: Failures) -> Table:
    """One row a stage."""
    table = Table(
        title="失败分析：每对标注归到最早可以补救的一步",
        caption=f"共 {len(found.rows)} 处失败；标注 {found.pairs} 对，其中 3 级以上 {found.partners} 对。",
        title_justify="left",
        caption_justify="left",
    )
    table.add_column("阶段")
    for heading in ("处数", "占失败", "占标注"):
        table.add_column(heading, justify="right")
    table.add_column("怎么办", style="dim")
    for stage, count in found.counts().items():
        share = count / len(found.rows) if found.rows else float("nan")
        table.add_row(STAGES[stage][0], str(count), _share(share), _share(count / found.pairs), STAGES[stage][1])
    return table


def failures_document(found: Failures) -> dict[str, Any]:
    """Counts by stage."""
    stages = {stage.value: count for stage, count in found.counts().items()}
    return {"failures": len(found.rows), "partners": found.partners, "stages": stages}


def leaks_table(found: Leaks, needs: Mapping[str, Need]) -> Table:
    """What crosses the split, and examples of needs."""
    table = Table(
        title=f"数据泄漏：{escape(found.split.name)}",
        caption=f"检验 {found.tested} 条需求、{found.tested_pairs} 对标注。",
        title_justify="left",
        caption_justify="left",
    )
    table.add_column("跨部分的近似内容")
    table.add_column("数量", justify="right")
    table.add_column("例子（相似度）", style="dim")
    near = [_pair(pair, needs) for pair in found.needs[:_EXAMPLES]]
    table.add_row("需求对", str(len(found.needs)), "\n".join(near))
    table.add_row("涉及的被检验需求", str(len(found.leaking)), "")
    pairs = [f"{pair.first} ≈ {pair.second}（{pair.similarity:.2f}）" for pair in found.achievements[:_EXAMPLES]]
    table.add_row("成果对", str(len(found.achievements)), "\n".join(map(escape, pairs)))
    table.add_row("两边都评过的成果", str(len(found.shared)), escape("、".join(found.shared[:_EXAMPLES])))
    table.add_row("需求与成果都近似的标注", str(found.known_pairs), "答案本身见过")
    return table


def _pair(pair: NearPair, needs: Mapping[str, Need]) -> str:
    one, other = (shown_title(needs[i])[:20] for i in (pair.first, pair.second))
    return escape(f"{pair.first} {one} ≈ {pair.second} {other}（{pair.similarity:.2f}）")


def effects_table(found: Sequence[Effect]) -> Table:
    """Each figure with and without the leaking needs."""
    table = Table(
        title="去掉泄漏的需求，指标差多少",
        caption="只有按这一划分训练的模型，差值才说明泄漏；否则只说明这些需求本身难易。",
        title_justify="left",
        caption_justify="left",
    )
    for heading in ("指标", "全部", "去掉后", "差", "差的 95% 区间"):
        table.add_column(heading, justify="left" if heading == "指标" else "right")
    for each in found:
        table.add_row(
            each.metric,
            _with_range(each.every),
            _with_range(each.clean),
            _figure(each.difference, "+.3f"),
            f"{_figure(each.low, '+.3f')} – {_figure(each.high, '+.3f')}",
        )
    return table


def _figure(value: float, form: str) -> str:
    return "—" if math.isnan(value) else format(value, form)


def _span(ends: tuple[float, float]) -> str:
    return "—" if math.isnan(ends[0]) else f"{ends[0]:.3f} – {ends[1]:.3f}"


def _with_range(found: Interval) -> str:
    low, high = _figure(found.low, ".2f"), _figure(found.high, ".2f")
    return f"{_figure(found.value, '.3f')}（{low}–{high}）"


def leaks_document(found: Leaks, effects: Sequence[Effect] = ()) -> dict[str, Any]:
    """Counts, the pairs of needs, and the effect on each figure."""
    return {
        "split": found.split.name,
        "tested_needs": found.tested,
        "tested_pairs": found.tested_pairs,
        "need_pairs": [[pair.first, pair.second, number(pair.similarity)] for pair in found.needs],
        "leaking_needs": list(found.leaking),
        "achievement_pairs": len(found.achievements),
        "shared_achievements": len(found.shared),
        "known_pairs": found.known_pairs,
        "effects": {
            each.metric: {
                "every": number(each.every.value),
                "clean": number(each.clean.value),
                "difference": number(each.difference),
                "low": number(each.low),
                "high": number(each.high),
            }
            for each in effects
        },
    }


def noise_table(
    found: tuple[LabelNoise, LabelNoise], needs: Mapping[str, Need], achievements: Mapping[str, Achievement]
) -> Table:
    """One row a question, one column for equal texts and one for near ones; examples below."""
    lines = [
        f"{each.level} / {each.other_level} 级：{shown_title(needs[each.one[0]])[:24]} × "
        f"{shown_title(achievements[each.one[1]])[:24]}（{each.one[1]}，{each.other[1]}）"
        for each in found[1].conflicts[:_EXAMPLES]
    ]
    table = Table(
        title="标注噪声：同样的内容，评级是否一致",
        caption="\n".join(map(escape, ["最大的分歧：", *lines])) if lines else None,
        title_justify="left",
        caption_justify="left",
    )
    table.add_column("")
    for kind in _KINDS:
        table.add_column(kind, justify="right")
    rows: tuple[tuple[str, Callable[[LabelNoise], str]], ...] = (
        ("评过不止一次的标注（对）", lambda each: f"{each.repeated} / {each.pairs}"),
        ("内容相同的组，其中评级不一", lambda each: f"{each.cells}，{each.split_cells}"),
        ("冲突（对对）", lambda each: str(len(each.conflicts))),
        ("同一内容两次评级平均差几级", lambda each: _figure(each.repeat_mae, ".3f")),
        ("这份标注上 MAE 不可能低于", lambda each: _figure(each.bound_mae, ".3f")),
        ("这份标注上竞赛得分不可能高于", lambda each: _figure(each.bound_contest, ".3f")),
        ("若处处同样嘈杂：可及的 MAE", lambda each: _span(each.likely_mae)),
        ("若处处同样嘈杂：可及的得分", lambda each: _span(each.likely_contest)),
    )
    for name, cell in rows:
        table.add_row(name, *(cell(each) for each in found))
    return table


def noise_document(found: tuple[LabelNoise, LabelNoise]) -> dict[str, Any]:
    """Counts and bounds for equal texts (`same`) and near ones (`near`), with the conflicts of the latter."""
    document: dict[str, Any] = {
        kind: {
            "pairs": each.pairs,
            "repeated": each.repeated,
            "cells": each.cells,
            "split_cells": each.split_cells,
            "conflicts": len(each.conflicts),
            "repeat_mae": number(each.repeat_mae),
            "bound_mae": number(each.bound_mae),
            "bound_contest": number(each.bound_contest),
            "likely_mae": [number(value) for value in each.likely_mae],
            "likely_contest": [number(value) for value in each.likely_contest],
        }
        for kind, each in zip(("same", "near"), found, strict=True)
    }
    document["examples"] = [[*each.one, each.level, *each.other, each.other_level] for each in found[1].conflicts]
    return document
