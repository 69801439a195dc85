"""Filled result sheets → results; a row that cannot be used is a fault with its cells, never dropped."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from matcher.corpus.read import Row, Table, read_tables
from matcher.corpus.values.plain import plain
from matcher.errors import ColumnError
from matcher.fair.base import Plan
from matcher.fair.outcomes import CONTRACTS, HEADINGS, Outcome
from matcher.fair.results.base import Fault, Result, Results
from matcher.report.base import REFUSALS
from matcher.text.normalize import fold_heading

__all__ = ["read_results"]

_NEEDED = ("code", "outcome")
_FIELDS: Mapping[str, str] = {fold_heading(heading): field for field, heading in HEADINGS.items()} | {
    fold_heading("编号"): "code",
    fold_heading("成交额"): "amount",
}
_UNITS = ("万元", "万")


def read_results(paths: Iterable[Path], plan: Plan, *, max_bytes: int) -> Results:
    """Read every sheet that has columns for code and result; several copies of one sheet are read as one.

    A meeting without any entry is missing. The same entry twice counts once; two that differ are a fault.

    Raises:
        FileFormatError: a file cannot be read as a table.
        ColumnError: a file has no sheet with the two columns.
    """
    order = {meeting.code: at for at, meeting in enumerate(plan.meetings)}
    found: dict[str, Result] = {}
    faults: list[Fault] = []
    for path in paths:
        for place, cells in _rows(path, max_bytes):
            try:
                result = _result(place, cells, order)
                _add(found, result)
            except ValueError as error:
                faults.append(Fault(place=place, reason=str(error), cells=cells))
    return Results(
        results=tuple(found[code] for code in sorted(found, key=order.__getitem__)),
        faults=tuple(faults),
        missing=tuple(code for code in order if code not in found),
    )


def _add(found: dict[str, Result], result: Result) -> None:
    """Raises ValueError where another row says otherwise of the same meeting."""
    before = found.setdefault(result.code, result)
    if _said(before) != _said(result):
        raise ValueError(
            f"会面 {result.code} 在{before.place}已登记为“{before.outcome}”，与这一行不同；请核对后只留一行"
        )


def _said(result: Result) -> tuple[object, ...]:
    return result.outcome, result.reason, result.contract, result.amount, result.remark


def _rows(path: Path, max_bytes: int) -> Iterator[tuple[str, dict[str, str]]]:
    """Rows in which something was filled in: where each stands, and its cells by field."""
    try:
        tables = read_tables(path, is_heading=lambda text: fold_heading(text) in _FIELDS, max_bytes=max_bytes)
    except ColumnError as error:
        raise _no_columns(path) from error
    usable = False
    for table in tables:
        fields = [_FIELDS.get(fold_heading(heading), "") for heading in table.headings]
        if not all(field in fields for field in _NEEDED):
            continue
        usable = True
        for row in table.rows:
            cells = dict.fromkeys(HEADINGS, "")
            cells |= {field: cell.strip() for field, cell in zip(fields, row.cells, strict=True) if field}
            if any(text for field, text in cells.items() if field != "code"):
                yield _place(path, table, row), cells
    if not usable:
        raise _no_columns(path)


def _no_columns(path: Path) -> ColumnError:
    wanted = "、".join(HEADINGS[field] for field in _NEEDED)
    return ColumnError(
        f"{path} 里没有一张表同时有 {wanted} 两列；请给出填好的 结果登记.xlsx（由 matcher fair plan 写出）。"
    )


def _place(path: Path, table: Table, row: Row) -> str:
    sheet = f"的工作表“{table.sheet}”" if table.sheet else ""
    return f"{path.name}{sheet}第 {row.number} 行"


def _result(place: str, cells: Mapping[str, str], codes: Mapping[str, int]) -> Result:
    """Raises ValueError, with the column in a Chinese sentence, where the row cannot be used."""
    code = cells["code"].upper()
    if code not in codes:
        said = f"“{cells['code']}”不在这份排期里" if code else "是空的"
        raise ValueError(f"“{HEADINGS['code']}”列{said}；请照 结果登记.xlsx 原来的编号填写，并用 --plan 给出那份排期")
    outcome = _outcome(cells["outcome"])
    reason = _one_of(cells, "reason", REFUSALS)
    if reason and outcome is not Outcome.NO_INTENT:
        raise ValueError(
            f"“{HEADINGS['reason']}”列写了“{reason}”，但结果是“{outcome}”；请改结果为“{Outcome.NO_INTENT}”，或删去原因"
        )
    contract, amount = _one_of(cells, "contract", CONTRACTS), _amount(cells["amount"])
    for field, given in (("contract", contract), ("amount", amount)):
        if given not in {"", None} and outcome is not Outcome.SIGNED:
            raise ValueError(
                f"“{HEADINGS[field]}”列写了“{cells[field]}”，但结果是“{outcome}”；"
                f"请改结果为“{Outcome.SIGNED}”，或删去这一格"
            )
    return Result(
        code=code,
        outcome=outcome,
        reason=reason,
        contract=contract,
        amount=amount,
        remark=cells["remark"],
        place=place,
    )


def _outcome(text: str) -> Outcome:
    if not text:
        raise ValueError(f"“{HEADINGS['outcome']}”列是空的，而这一行别的列有内容；请从下拉列表中选择结果")
    known = {_folded(outcome): outcome for outcome in Outcome}
    if _folded(text) not in known:
        raise ValueError(f"“{HEADINGS['outcome']}”列的“{text}”不认识；请填 {'、'.join(Outcome)} 之一")
    return known[_folded(text)]


def _folded(text: str) -> str:
    """Dashes and brackets differ between keyboards."""
    return "".join(char for char in plain(text) if char.isalnum())


def _one_of(cells: Mapping[str, str], field: str, known: Sequence[str]) -> str:
    text = cells[field]
    if not text:
        return ""
    found = {plain(word): word for word in known} | {plain(word).removeprefix("技术"): word for word in known}
    if plain(text) not in found:
        raise ValueError(f"“{HEADINGS[field]}”列的“{text}”不认识；请填 {'、'.join(known)} 之一")
    return found[plain(text)]


def _amount(text: str) -> float | None:
    if not text:
        return None
    bare = plain(text).replace(",", "")
    for unit in _UNITS:
        bare = bare.removesuffix(unit)
    negative = bare.startswith(("-", "−"))
    digits = bare[negative:].replace(".", "", 1)
    if negative and digits.isascii() and digits.isdigit():
        raise ValueError(f"“{HEADINGS['amount']}”列的“{text}”不能为负；请只写以万元为单位的数，例如 120 或 35.5")
    if negative or not (digits.isascii() and digits.isdigit()):
        raise ValueError(f"“{HEADINGS['amount']}”列的“{text}”不是数；请只写以万元为单位的数，例如 120 或 35.5")
    return float(bare)
