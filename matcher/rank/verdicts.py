"""Spreadsheets in which somebody wrote what came of a lead → rows. Nothing is judged here, and no row is dropped."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path

from matcher.corpus.read import Row, Table, read_tables
from matcher.corpus.values.date import parse_period
from matcher.errors import ColumnError
from matcher.text.normalize import fold_heading

__all__ = ["RejectedRow", "Verdict", "read_verdicts"]

_NEEDED = {"need": "需求编号", "achievement": "成果编号", "verdict": "反馈（或人工等级、结论）"}
_SEEN = {"": True, "是": True, "已看": True, "yes": True, "true": True, "1": True}
_UNSEEN = {"否": False, "未看": False, "no": False, "false": False, "0": False}


@dataclass(frozen=True, slots=True)
class Verdict:
    """One row that was shown or could have been; `verdict` and `reason` are verbatim, empty where nobody wrote any.

    `shown_in` names the list it was a row of (file, sheet, the query's id); `rank` is its place there, 1 the first.
    """

    need_id: str
    achievement_id: str
    verdict: str
    reason: str
    rank: int | None
    seen: bool
    day: dt.date | None
    shown_in: tuple[str, str, str]
    place: str

    @property
    def decided(self) -> bool:
        """Whether somebody wrote anything."""
        return bool(self.verdict or self.reason)


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row that cannot be used: where it stands and why, in Chinese."""

    place: str
    reason: str


def read_verdicts(path: Path, *, max_bytes: int) -> tuple[tuple[Verdict, ...], tuple[RejectedRow, ...]]:
    """Read every sheet that has columns for the need, the achievement and the verdict.

    The id column that stands first says whose list it is: 需求编号 first is a list of achievements for needs.

    Raises:
        FileFormatError: the file cannot be read as a table.
        ColumnError: no sheet has the three columns.
    """
    try:
        tables = read_tables(path, is_heading=lambda text: fold_heading(text) in _headings(), max_bytes=max_bytes)
    except ColumnError as error:
        raise _no_columns(path) from error
    rows: list[Verdict] = []
    rejected: list[RejectedRow] = []
    usable = False
    for table in tables:
        columns = _columns(table)
        if not all(name in columns for name in _NEEDED):
            continue
        usable = True
        for row in table.rows:
            try:
                rows.extend(_verdict(path, table, row, columns))
            except ValueError as error:
                rejected.append(RejectedRow(_place(path, table, row), str(error)))
    if not usable:
        raise _no_columns(path)
    return tuple(rows), tuple(rejected)


def _no_columns(path: Path) -> ColumnError:
    return ColumnError(
        f"反馈文件 {path} 里没有一张表同时有{'、'.join(_NEEDED.values())}三列；"
        "请给出填好反馈的匹配清单或待评表，或照 docs/feedback.md 补上列名。"
    )


@lru_cache(maxsize=1)
def _headings() -> Mapping[str, tuple[str, int]]:
    """Folded heading → field and place in the list of its headings."""
    text = resources.files("matcher.rank").joinpath("model", "feedback_columns.tsv").read_text(encoding="utf-8")
    found: dict[str, tuple[str, int]] = {}
    for line in text.splitlines():
        if line.startswith(("#", "field\t")):
            continue
        field, headings = line.split("\t")
        for order, heading in enumerate(headings.split("|")):
            found[fold_heading(heading)] = field, order
    return found


def _columns(table: Table) -> dict[str, int]:
    """Field → column; of two columns for one field the heading listed first counts."""
    found: dict[str, tuple[int, int]] = {}
    for at, heading in enumerate(table.headings):
        field, order = _headings().get(fold_heading(heading), ("", 0))
        if field and (field not in found or order < found[field][0]):
            found[field] = order, at
    return {field: at for field, (_, at) in found.items()}


def _place(path: Path, table: Table, row: Row) -> str:
    sheet = f"的工作表“{table.sheet}”" if table.sheet else ""
    return f"{path.name}{sheet}第 {row.number} 行"


def _verdict(path: Path, table: Table, row: Row, columns: Mapping[str, int]) -> Iterator[Verdict]:
    """The row, or nothing where both ids and the verdict are empty.

    Raises:
        ValueError: a cell cannot be used; the message is for the reader.
    """
    cells = {field: row.cells[at].strip() for field, at in columns.items()}
    need, achievement = cells["need"], cells["achievement"]
    verdict, reason = cells["verdict"], cells.get("reason", "")
    if not need or not achievement:
        if verdict or reason:
            raise ValueError("缺少需求编号或成果编号，请补全")
        return
    query = need if columns["need"] < columns["achievement"] else achievement
    yield Verdict(
        need_id=need,
        achievement_id=achievement,
        verdict=verdict,
        reason=reason,
        rank=_rank(cells.get("rank", "")),
        seen=_seen(cells.get("seen", "")),
        day=_day(cells.get("day", "")),
        shown_in=(str(path), table.sheet or "", query),
        place=_place(path, table, row),
    )


def _rank(text: str) -> int | None:
    if text and not (text.isdecimal() and int(text) >= 1):
        raise ValueError(f"展示名次是“{text}”，应为 1、2、3 等")
    return int(text) if text else None


def _seen(text: str) -> bool:
    known = _SEEN | _UNSEEN
    if text.lower() not in known:
        raise ValueError(f"是否看到写作“{text}”，应为“是”或“否”")
    return known[text.lower()]


def _day(text: str) -> dt.date | None:
    if not text:
        return None
    period = parse_period(text)
    if period is None or period.last is None:
        raise ValueError(f"日期“{text}”看不懂，请写成 2025-06-30 这样的形式")
    return period.last
