"""One query's matches on the terminal."""

import re
from collections.abc import Mapping, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from matcher.records import Match, MatchList, Record, Side
from matcher.report.cells import split_marked
from matcher.report.public import public_record, public_result
from matcher.report.wording import left_out, level_label, wording

__all__ = ["render_matches"]

_COLOURS = {1: "dim", 2: "yellow", 3: "green", 4: "bold green"}
_TOLD = 3


def render_matches(result: MatchList, query: Record, partners: Mapping[str, Record]) -> RenderableType:
    """A table of the matches, best first, then the first of them line by line; public texts only, as in files.

    Raises:
        KeyError: a match names a partner that is not in `partners`.
    """
    result = public_result(result, query, partners)
    query, partners = public_record(query), {i: public_record(partner) for i, partner in partners.items()}
    words = wording(result.query_side)
    parts: list[RenderableType] = [Text.assemble((f"{words.query}：", "bold"), query.title)]
    if result.none_fits or not result.matches:
        near = "；以下只是最接近的，联系前请先看理由。" if result.matches else "。"
        parts.append(Text(f"{words.none_fits}{near}", style="bold red"))
    if result.matches:
        parts.append(_table(result, partners))
    if result.excluded:
        parts.append(Text(left_out(result, partners), style="dim"))
    told = [match for match in result.matches[:_TOLD] if match.lines and not result.none_fits]
    if told:
        parts.append(Text(f"前 {len(told)} 名逐条说明：", style="bold"))
        parts.append(_lines(told))
    return Group(*parts)


def _lines(told: Sequence[Match]) -> Table:
    """A hanging indent: the rank, and what is the same, what speaks against it, what to ask."""
    grid = Table.grid(padding=(0, 1))
    grid.add_column(justify="right", min_width=4)
    grid.add_column(overflow="fold")
    for match in told:
        for at, line in enumerate(match.lines):
            grid.add_row("" if at else f"{match.rank}.", _marked(line))
    return grid


def _marked(line: str) -> Text:
    """A line with the words between 【】 bold instead."""
    return Text.assemble(
        *((piece, "bold" if at % 2 else "") for at, piece in enumerate(re.split("【(.*?)】", line)) if piece)
    )


def _partner(match: Match, side: Side, partners: Mapping[str, Record]) -> Record:
    return partners[match.achievement_id if side is Side.NEED else match.need_id]


def _table(result: MatchList, partners: Mapping[str, Record]) -> Table:
    words = wording(result.query_side)
    table = Table(header_style="bold")
    table.add_column("名次", justify="right", no_wrap=True, min_width=4)
    table.add_column("等级", no_wrap=True, min_width=10)
    table.add_column("把握", justify="right", no_wrap=True, min_width=4)
    table.add_column(words.partner, ratio=3, overflow="fold")
    table.add_column(words.partner_org, ratio=2, overflow="fold")
    table.add_column("为什么", ratio=4, overflow="fold")
    for match in result.matches:
        partner = _partner(match, result.query_side, partners)
        reason = Text.assemble(
            *((piece, "bold" if marked else "") for piece, marked in split_marked(match.reason, match.shared_words))
        )
        table.add_row(
            str(match.rank),
            Text(level_label(match.level), style=_COLOURS[match.level]),
            f"{match.fit:.0%}",
            Text(partner.title),
            Text(partner.org),
            reason,
        )
    return table
