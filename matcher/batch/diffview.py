"""The changes between two runs on a terminal: how many of each kind and why, and the most important of them."""

from collections import Counter
from collections.abc import Callable, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from matcher.batch.base import RunPair
from matcher.batch.diff import Cause, Change, Kind
from matcher.report.public import public_record

__all__ = ["SHOWN", "render_diff"]

SHOWN = 15
"""How many changes are shown one by one."""

_COLOURS = {Kind.CAME: "green", Kind.ROSE: "green", Kind.WENT: "red", Kind.FELL: "yellow"}


def render_diff(changes: Sequence[Change], pairs: int) -> RenderableType:
    """Two tables, or a line where nothing differs.

    Args:
        changes: the most important first.
        pairs: how many pairs the newer run lists.
    """
    if not changes:
        return Text(f"两次结果没有差别（{pairs} 对）。")
    parts: list[RenderableType] = [_counts(changes), Text("")]
    title = "变化大的在前" if len(changes) <= SHOWN else f"其中变化最大的 {SHOWN} 处"
    return Group(*parts, Text(title, style="bold"), _first(changes[:SHOWN]))


def _counts(changes: Sequence[Change]) -> Table:
    """Kinds down, causes across; a change with two causes counts under both."""
    found = Counter((change.kind, cause) for change in changes for cause in {why.cause for why in change.why})
    total = Counter(change.kind for change in changes)
    strong = Counter(change.kind for change in changes if change.level >= 3)
    table = Table(header_style="bold")
    table.add_column("变化", no_wrap=True)
    for heading in ("对数", "其中 3 级以上", *(cause.value for cause in Cause)):
        table.add_column(heading, justify="right")
    for kind in Kind:
        causes = (str(found[kind, cause] or "") for cause in Cause)
        table.add_row(Text(kind.value, style=_COLOURS[kind]), str(total[kind]), str(strong[kind]), *causes)
    return table


def _first(changes: Sequence[Change]) -> Table:
    table = Table(header_style="bold")
    table.add_column("变化", no_wrap=True)
    table.add_column("需求", ratio=3, overflow="fold")
    table.add_column("成果", ratio=3, overflow="fold")
    table.add_column("等级", no_wrap=True)
    table.add_column("把握", no_wrap=True)
    table.add_column("名次", no_wrap=True)
    table.add_column("为什么", ratio=4, overflow="fold")
    for change in changes:
        table.add_row(
            Text(change.kind.value, style=_COLOURS[change.kind]),
            Text(public_record(change.need).title),
            Text(public_record(change.achievement).title),
            _arrow(change, lambda pair: str(pair.level)),
            _arrow(change, lambda pair: f"{pair.fit:.0%}"),
            _arrow(change, lambda pair: str(pair.need_rank or "–")),
            Text("；".join(why.detail for why in change.why)),
        )
    return table


def _arrow(change: Change, read: Callable[[RunPair], str]) -> str:
    before, after = ("无" if pair is None else read(pair) for pair in (change.before, change.after))
    return before if before == after else f"{before}→{after}"
