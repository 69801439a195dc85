"""The report as CSV: one row a match, UTF-8 with a byte order mark so that Excel shows Chinese."""

import csv
from collections.abc import Iterator
from pathlib import Path

from matcher.report.base import Leads, Pair
from matcher.report.cells import clean, looks_like_formula
from matcher.report.columns import Column, Kind, match_columns
from matcher.report.wording import wording

__all__ = ["write_table"]


def write_table(path: Path, leads: Leads) -> None:
    """Write the columns of the sheet 匹配清单; a query without any match has a row that says so.

    A text that a spreadsheet program would take for a formula gets an apostrophe in front.

    Raises:
        OSError: the file cannot be written.
    """
    columns = match_columns(leads.side)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        rows = csv.writer(file)
        rows.writerow([column.heading for column in columns])
        rows.writerows(_rows(leads, columns))


def _rows(leads: Leads, columns: tuple[Column[Pair], ...]) -> Iterator[list[str]]:
    words = wording(leads.side)
    for result in leads.results:
        for pair in leads.pairs(result):
            yield [_cell(column, pair) for column in columns]
        if not result.matches:
            query = leads.queries[result.query_id]
            said = {words.query: query.title, "等级": words.none_fits, f"{words.query}编号": query.id}
            yield [_safe(said.get(column.heading, "")) for column in columns]


def _cell(column: Column[Pair], pair: Pair) -> str:
    value = column.value(pair)
    if isinstance(value, str):
        return _safe(value)
    return f"{value:.1%}" if column.kind is Kind.PERCENT else str(value)


def _safe(text: str) -> str:
    text = clean(text)
    return f"'{text}" if looks_like_formula(text) else text
