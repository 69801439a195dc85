"""A grid of cells → headings and rows: finds the header under title rows, joins two-line headers, drops nothing.

The header is the row with most known headings among the first rows. A merged heading arrives as a value followed by
empty cells, whatever the file format, so groups are recognised by that pattern alone.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from matcher.corpus.read.base import IsHeading, Row, Table
from matcher.corpus.read.cells import is_error_text
from matcher.corpus.read.faults import spans

__all__ = ["HEADER_SEARCH_ROWS", "Grid", "known_count", "tabulate", "unique_headings"]

HEADER_SEARCH_ROWS = 20
"""Rows that are not empty in which the header is looked for."""

# A heading with its explanation in brackets; longer cells are not asked about.
_LONGEST_HEADING = 100
_LONGEST_GROUP_HEADING = 12
_NOT_A_HEADING = re.compile(r"[:：\d]")


@dataclass(frozen=True, slots=True)
class Grid:
    """Cells as they lie in the file, without empty rows; rows may differ in length."""

    path: Path
    sheet: str | None
    lines: tuple[Row, ...]
    encoding: str | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Header:
    first: int
    last: int
    texts: tuple[str, ...]


def known_count(cells: Sequence[str], is_heading: IsHeading) -> int:
    """Count the cells that are known headings."""
    return sum(1 for cell in cells if len(cell) <= _LONGEST_HEADING and cell.strip() and is_heading(cell))


def tabulate(grid: Grid, is_heading: IsHeading) -> Table | None:
    """Split a grid into headings and rows; None when no row holds a known heading."""
    header = _find_header(grid.lines[:HEADER_SEARCH_ROWS], is_heading)
    if header is None:
        return None
    below = grid.lines[header.last + 1 :]
    body = tuple(line for line in below if not _same_texts(line.cells, grid.lines[header.last].cells))
    width = max(len(header.texts), max((_extent(line) for line in body), default=0))
    named = [*header.texts, *[""] * (width - len(header.texts))]
    used = [i for i in range(width) if named[i] or any(_has(line, i) for line in body)]
    headings = unique_headings([named[i] or f"第{i + 1}列" for i in used])
    rows = tuple(_row(line, used) for line in body)
    notes = [*_header_notes(grid, header), *_column_notes(named, used, body), *grid.notes]
    if len(body) < len(below):
        kept = {line.number for line in body}
        repeats = [line.number for line in below if line.number not in kept]
        notes.append(f"第 {spans(repeats)} 行重复了列名，不作为数据。")
    number = grid.lines[header.last].number
    return Table(grid.path, grid.sheet, number, headings, rows, grid.encoding, tuple(notes))


def unique_headings(texts: Sequence[str]) -> tuple[str, ...]:
    """Number repeated headings: 名称, 名称（2）, 名称（3）."""
    taken = set(texts)
    seen: Counter[str] = Counter()
    result = []
    for text in texts:
        seen[text] += 1
        name = text
        while seen[text] > 1 and name in taken:
            name = f"{text}（{seen[text]}）"
            seen[text] += name in taken
        taken.add(name)
        result.append(name)
    return tuple(result)


def _find_header(lines: tuple[Row, ...], is_heading: IsHeading) -> _Header | None:
    counts = [known_count(line.cells, is_heading) for line in lines]
    best = max(range(len(lines)), key=counts.__getitem__, default=None)
    if best is None or counts[best] == 0 or (counts[best] == 1 and _is_form(lines, best, is_heading)):
        return None
    texts = [_one_line(cell) for cell in lines[best].cells]
    if best + 1 < len(lines):
        below = [_one_line(cell) for cell in lines[best + 1].cells]
        if _are_children(texts, below, is_heading):
            return _Header(best, best + 1, _combined(texts, below, is_heading))
    if best > 0:
        above = [_one_line(cell) for cell in lines[best - 1].cells]
        if _are_parents(above, texts, is_heading):
            return _Header(best - 1, best, _combined(above, texts, is_heading))
    return _Header(best, best, tuple(texts))


def _is_form(lines: tuple[Row, ...], best: int, is_heading: IsHeading) -> bool:
    # Headings one under another are a form or a list of explanations, not the header of a table.
    column = next(i for i, cell in enumerate(lines[best].cells) if known_count([cell], is_heading))
    below = lines[best + 1 :]
    same_column = sum(known_count(line.cells[column : column + 1], is_heading) for line in below)
    return same_column > 0 or sum(known_count(line.cells, is_heading) for line in below) > 1


def _are_children(parents: list[str], children: list[str], is_heading: IsHeading) -> bool:
    owners = _owners(parents, len(children))
    groups = {owners[i] for i, text in enumerate(children) if text and _at(parents, i) == "" and owners[i] is not None}
    if not groups or not all(_short(text) for text in children):
        return False
    inside = all(owners[i] in groups or text == _at(parents, i) for i, text in enumerate(children) if text)
    starts = all(_at(children, group) for group in groups if group is not None)
    known = any(
        is_heading(text) or is_heading(parents[owner] + text)
        for i, text in enumerate(children)
        if text and (owner := owners[i]) in groups and owner is not None
    )
    return inside and starts and known


def _are_parents(parents: list[str], children: list[str], is_heading: IsHeading) -> bool:
    filled = [i for i, text in enumerate(parents) if text]
    if not filled or not all(_short(parents[i]) for i in filled):
        return False
    spanning = any(_at(parents, i + 1) == "" and _at(children, i + 1) and _at(children, i) for i in filled)
    return spanning and (len(filled) > 1 or (filled[0] > 0 and is_heading(parents[filled[0]])))


def _combined(parents: list[str], children: list[str], is_heading: IsHeading) -> tuple[str, ...]:
    width = max(len(parents), len(children))
    owners = _owners(parents, width)
    return tuple(
        _joined("" if (owner := owners[i]) is None else parents[owner], _at(children, i), is_heading)
        if _at(children, i)
        else _at(parents, i)
        for i in range(width)
    )


def _joined(parent: str, child: str, is_heading: IsHeading) -> str:
    if parent in ("", child):
        return child
    if is_heading(parent + child):
        return parent + child
    if is_heading(child):
        return child
    return f"{parent}（{child}）"


def _owners(parents: list[str], width: int) -> list[int | None]:
    """For each column, the column of the nearest filled cell at or before it."""
    owner: int | None = None
    result = []
    for i in range(width):
        owner = i if _at(parents, i) else owner
        result.append(owner)
    return result


def _row(line: Row, used: list[int]) -> Row:
    failed = dict(line.errors)
    cells = []
    errors = []
    for position, column in enumerate(used):
        text = line.cells[column] if column < len(line.cells) else ""
        error = failed.get(column, "") or (text.strip() if is_error_text(text.strip()) else "")
        if error:
            errors.append((position, error))
        cells.append("" if error else text)
    return Row(line.number, tuple(cells), tuple(errors))


def _header_notes(grid: Grid, header: _Header) -> Iterator[str]:
    first, last = grid.lines[header.first].number, grid.lines[header.last].number
    if header.first:
        above = [line.number for line in grid.lines[: header.first]]
        yield f"列名在第 {first} 行，上方的第 {spans(above)} 行不作为数据。"
    if header.last > header.first:
        yield f"列名占两行（第 {first}、{last} 行），已上下合并。"


def _column_notes(named: list[str], used: list[int], body: Sequence[Row]) -> Iterator[str]:
    unnamed = [i for i in used if not named[i]]
    if unnamed:
        longer = [line.number for line in body if any(_has(line, i) for i in unnamed)]
        columns = "、".join(f"“第{i + 1}列”" for i in unnamed)
        yield f"第 {spans(longer)} 行在没有列名的位置有内容，已放进{columns}。"
    doubled = [text for text, count in Counter(filter(None, named)).items() if count > 1]
    if doubled:
        yield f"列名{'、'.join(f'“{text}”' for text in doubled)}重复，后面的列已加编号。"


def _one_line(cell: str) -> str:
    return " ".join(cell.split())


def _at(texts: Sequence[str], index: int) -> str:
    return texts[index] if index < len(texts) else ""


def _short(text: str) -> bool:
    return len(text) <= _LONGEST_GROUP_HEADING and _NOT_A_HEADING.search(text) is None


def _has(line: Row, column: int) -> bool:
    return bool(_at(line.cells, column).strip()) or any(index == column for index, _ in line.errors)


def _extent(line: Row) -> int:
    return max((i + 1 for i in range(len(line.cells)) if _has(line, i)), default=0)


def _same_texts(left: Sequence[str], right: Sequence[str]) -> bool:
    width = max(len(left), len(right))
    return all(_at(left, i).strip() == _at(right, i).strip() for i in range(width))
