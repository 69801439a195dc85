"""Check-ups on the terminal."""

from collections.abc import Sequence

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from matcher.diagnose.base import Diagnosis, NeedClass

__all__ = ["render_diagnoses"]

_STYLES = {
    NeedClass.CLEAR: "bold green",
    NeedClass.VAGUE: "yellow",
    NeedClass.CONCEPT: "dim",
    NeedClass.AIMLESS: "bold red",
}


def render_diagnoses(diagnoses: Sequence[Diagnosis]) -> RenderableType:
    """One row a need: class, what is missing, what to ask."""
    table = Table(header_style="bold", show_lines=True)
    table.add_column("需求", ratio=3, overflow="fold")
    table.add_column("结论", no_wrap=True, min_width=6)
    table.add_column("缺少", ratio=2, overflow="fold")
    table.add_column("最该问的问题", ratio=7, overflow="fold")
    for diagnosis in diagnoses:
        table.add_row(
            Text(diagnosis.title),
            Text(diagnosis.need_class, style=_STYLES[diagnosis.need_class]),
            Text("、".join(diagnosis.missing) or "（无）"),
            Text("\n".join(f"{at}、{text}" for at, text in enumerate(diagnosis.questions, 1))),
        )
    return table
