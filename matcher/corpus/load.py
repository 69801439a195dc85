"""Files → needs, achievements, and the rows that could be neither."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from matcher.corpus.assemble import FIELDS_OF, MASK, Assembled, Refusal, RowAssembler
from matcher.corpus.columns import Column, Found, is_heading, recognise
from matcher.corpus.mapping import check_fields, check_headings
from matcher.corpus.read import IsHeading, Row, Table, read_tables
from matcher.corpus.read.cells import UNCALCULATED
from matcher.corpus.rejected import RejectedRow
from matcher.corpus.rowview import Layout, Unread, failed_cells
from matcher.corpus.side import decide_side
from matcher.errors import ColumnError
from matcher.records import Achievement, Need, Provenance, Record, Side
from matcher.text.normalize import fold_heading

__all__ = ["ColumnReport", "LoadResult", "TableReport", "load"]

_SHOWN_ROWS = 10
_SHOWN_HEADINGS = 12
_EXPONENT = re.compile(r"\d(?:\.\d+)?[eE]\+\d+")


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnReport:
    """What one column was taken for, how many rows fill it, and how many of its texts were not understood."""

    heading: str
    field: str
    found: Found
    filled: int
    unread: int = 0
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TableReport:
    """What was recognised in one table. rows = loaded + merged (repeats of the same row) + rejected.

    `formula_errors` counts cells outside the title column that held a spreadsheet error instead of a value.
    """

    file: str
    sheet: str | None
    header_row: int | None
    encoding: str | None
    side: Side
    side_reason: str
    columns: tuple[ColumnReport, ...]
    rows: int
    loaded: int
    merged: int
    rejected: int
    formula_errors: int = 0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadResult:
    """Everything the files held, in the order of the files and rows."""

    needs: tuple[Need, ...]
    achievements: tuple[Achievement, ...]
    rejected: tuple[RejectedRow, ...]
    tables: tuple[TableReport, ...]
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class _Ledger:
    """Records by side and id, as they come in; sees to it that an id stands for one content."""

    records: dict[Side, dict[str, Record]] = field(default_factory=lambda: {Side.NEED: {}, Side.ACHIEVEMENT: {}})

    def enter(self, side: Side, item: Assembled) -> Record | None:
        """Enter a record; returns the record that holds its id already, if any."""
        known = self.records[side]
        record: Record = item.record
        number = 2
        while (other := known.get(record.id)) is not None:
            if not item.id_derived or _same(other, record):
                return other
            # Rows with the same title and text but, say, another contact: both are kept.
            record = replace(item.record, id=f"{item.record.id}-{number}")
            number += 1
        known[record.id] = record
        return None


@dataclass(slots=True)
class _Outcome:
    """What happened to the rows of one table."""

    layout: Layout
    loaded: int = 0
    merged: list[tuple[int, str]] = field(default_factory=list)
    titled: list[int] = field(default_factory=list)
    rejected: list[RejectedRow] = field(default_factory=list)


def load(
    paths: Sequence[Path],
    *,
    side: Side | None = None,
    expected: Side | None = None,
    mapping: Mapping[str, str] | None = None,
    max_bytes: int,
) -> LoadResult:
    """Read files into typed records.

    Args:
        paths: files of any readable kind; each may hold several tables, of either side.
        side: what all tables list, whatever their headings and names say.
        expected: what a table lists whose headings and names do not tell.
        mapping: heading → field, see docs/data-format.md; it wins over what would be recognised.
        max_bytes: largest file that is read.

    Raises:
        FileFormatError: a file cannot be read as a table.
        ColumnError: a file has no table with a title column, a table's side cannot be told, or the mapping names a
            field or heading that does not exist.
    """
    chosen = dict(mapping or {})
    check_fields(chosen)
    known = _heading_test(chosen)
    files = [(path, read_tables(path, is_heading=known, max_bytes=max_bytes)) for path in dict.fromkeys(paths)]
    check_headings(chosen, [heading for _, tables in files for table in tables for heading in table.headings])
    ledger = _Ledger()
    reports: list[TableReport] = []
    rejected: list[RejectedRow] = []
    notes: list[str] = []
    for path, tables in files:
        usable, passed_over = _with_titles(tables, chosen)
        notes += passed_over
        for table, columns in usable:
            decided, reason = decide_side(columns, path=path, sheet=table.sheet, side=side, expected=expected)
            report, refused = _read_table(table, _for_side(columns, decided), decided, reason, ledger)
            reports.append(report)
            rejected += refused
    return LoadResult(
        needs=tuple(record for record in ledger.records[Side.NEED].values() if isinstance(record, Need)),
        achievements=tuple(r for r in ledger.records[Side.ACHIEVEMENT].values() if isinstance(r, Achievement)),
        rejected=tuple(rejected),
        tables=tuple(reports),
        notes=tuple(notes),
    )


def _heading_test(mapping: Mapping[str, str]) -> IsHeading:
    """Tells headings from data: those of the alias table, and those the mapping names."""
    mapped = {fold_heading(heading) for heading in mapping}
    return lambda text: is_heading(text) or (bool(mapped) and fold_heading(text) in mapped)


def _with_titles(
    tables: Iterable[Table], mapping: Mapping[str, str]
) -> tuple[list[tuple[Table, tuple[Column, ...]]], list[str]]:
    """Tables that have a title column, and sentences on those that have not.

    Raises:
        ColumnError: none has.
    """
    recognised = [(table, recognise(table.headings, mapping)) for table in tables]
    usable = [pair for pair in recognised if any(column.field == "title" for column in pair[1])]
    if not usable:
        table, _ = max(recognised, key=lambda pair: len(pair[0].rows))
        shown = "、".join(table.headings[:_SHOWN_HEADINGS])
        raise ColumnError(
            f"{_table_name(table)}：没有名称列（现有的列：{shown}）；请把名称所在的列改名为“成果名称”或“需求名称”，"
            "或用映射文件把它对应到 title。"
        )
    skipped = [
        f"{_table_name(table)}没有名称列，其中 {len(table.rows)} 行没有读取。"
        for table, columns in recognised
        if all(column.field != "title" for column in columns)
    ]
    return usable, skipped


def _table_name(table: Table) -> str:
    return f"文件 {table.path}" + (f" 的工作表“{table.sheet}”" if table.sheet else "")


def _for_side(columns: tuple[Column, ...], side: Side) -> tuple[Column, ...]:
    """In a list of needs, a price is the budget."""
    if side is not Side.NEED or any(column.field == "budget" for column in columns):
        return columns
    return tuple(replace(column, field="budget") if column.field == "price" else column for column in columns)


def _read_table(
    table: Table, columns: tuple[Column, ...], side: Side, reason: str, ledger: _Ledger
) -> tuple[TableReport, list[RejectedRow]]:
    assembler = RowAssembler(side=side, columns=columns, file=table.path.name, sheet=table.sheet)
    outcome = _Outcome(assembler.layout)
    for row in table.rows:
        result = assembler.assemble(row)
        if isinstance(result, Refusal):
            outcome.rejected.append(_rejected(table, columns, row, result))
            continue
        other = ledger.enter(side, result)
        if other is None:
            outcome.loaded += 1
            outcome.titled += [row.number] if result.title_derived else []
        elif _same(other, result.record):
            outcome.merged.append((row.number, _place(other.provenance)))
        else:
            refusal = Refusal(
                next((column.heading for column in columns if column.field == "id"), "编号"),
                result.record.id,
                f"编号“{result.record.id}”与{_place(other.provenance)}重复，但内容不同，请改用不同的编号",
            )
            outcome.rejected.append(_rejected(table, columns, row, refusal))
    return _report(table, columns, side, reason, outcome), outcome.rejected


def _report(table: Table, columns: tuple[Column, ...], side: Side, reason: str, outcome: _Outcome) -> TableReport:
    unread = outcome.layout.unread
    return TableReport(
        file=str(table.path),
        sheet=table.sheet,
        header_row=table.header_row,
        encoding=table.encoding,
        side=side,
        side_reason=reason,
        columns=tuple(
            ColumnReport(
                heading=column.heading,
                field=column.field if column.field in FIELDS_OF[side] or column.found is Found.RETURNED else "extra",
                found=column.found,
                filled=filled,
                unread=unread.get(column.heading, Unread()).count,
                examples=tuple(unread.get(column.heading, Unread()).examples),
            )
            for column, filled in zip(columns, outcome.layout.filled, strict=True)
        ),
        rows=len(table.rows),
        loaded=outcome.loaded,
        merged=len(outcome.merged),
        rejected=len(outcome.rejected),
        formula_errors=sum(map(len, _formula_errors(table, columns).values())),
        notes=(*table.notes, *_sentences(table, columns, outcome)),
    )


def _formula_errors(table: Table, columns: tuple[Column, ...]) -> dict[tuple[str, str], list[int]]:
    """Rows by heading and error; a title that is an error is the reason why its row is rejected."""
    counted = {c.index: c.heading for c in columns if c.field != "title" and c.found is not Found.RETURNED}
    found: dict[tuple[str, str], list[int]] = {}
    for row in table.rows:
        for at, error in failed_cells(row).items():
            if at in counted:
                found.setdefault((counted[at], error), []).append(row.number)
    return found


def _sentences(table: Table, columns: tuple[Column, ...], outcome: _Outcome) -> Iterator[str]:
    """What a person should know about the rows of a table."""
    if outcome.titled:
        yield f"{_rows(outcome.titled)}没有（可用的）名称，已取正文首句作名称。"
    if outcome.merged:
        first, where = outcome.merged[0]
        yield f"{_rows([row for row, _ in outcome.merged])}与已读的行完全相同，只保留一份（如第 {first} 行与{where}）。"
    guessed = [column for column in columns if column.found is Found.TAIL]
    if guessed:
        yield "按相近的列名推断：" + "、".join(f"“{column.heading}”" for column in guessed) + "，请核对。"
    for (heading, error), rows in _formula_errors(table, columns).items():
        what = "没有计算结果的公式" if error == UNCALCULATED else f"公式错误 {error}"
        yield f"{_rows(rows)}的“{heading}”是{what}，该格未读入。"
    ids = [column.index for column in columns if column.field == "id"]
    rounded = [row.number for row in table.rows if any(_EXPONENT.fullmatch(row.cells[at]) for at in ids)]
    if rounded:
        yield f"{_rows(rounded)}的编号已被表格软件改成科学计数法，末几位可能丢失；请把编号列设为“文本”格式后重新导出。"


def _rejected(table: Table, columns: tuple[Column, ...], row: Row, refusal: Refusal) -> RejectedRow:
    errors = dict(row.errors)
    cells = tuple(errors.get(at, cell) for at, cell in enumerate(row.cells))
    if refusal.secret:
        shown = {column.index: MASK for column in columns if column.field in {"title", "secrecy"}}
        shown |= {column.index: refusal.value for column in columns if column.heading == refusal.heading}
        cells = tuple(shown.get(at, "") for at in range(len(cells)))
    kept = [column.index for column in columns if column.found is not Found.RETURNED]
    return RejectedRow(
        file=str(table.path),
        sheet=table.sheet,
        row=row.number,
        field=refusal.heading,
        value=refusal.value,
        reason=refusal.reason,
        headings=tuple(table.headings[at] for at in kept),
        cells=tuple(cells[at] for at in kept),
    )


def _same(left: Record, right: Record) -> bool:
    """Whether two records say the same, wherever they stand."""
    return replace(left, provenance=None, id="") == replace(right, provenance=None, id="")


def _rows(numbers: Sequence[int]) -> str:
    shown = "、".join(str(number) for number in numbers[:_SHOWN_ROWS])
    return f"第 {shown} 行" if len(numbers) <= _SHOWN_ROWS else f"第 {shown} 等 {len(numbers)} 行"


def _place(provenance: Provenance | None) -> str:
    if provenance is None:
        return "前面的记录"
    sheet = f"工作表“{provenance.sheet}”" if provenance.sheet else ""
    return f"文件 {provenance.file} {sheet}第 {provenance.row} 行".replace("  ", " ")
