"""All changes between two runs as a spreadsheet: .xlsx for people, .csv for programs and them."""

import csv
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from matcher.batch.base import RunPair
from matcher.batch.diff import Change
from matcher.errors import ConfigError
from matcher.report.cells import clean, looks_like_formula
from matcher.report.columns import Column, Kind, Value
from matcher.report.public import public_record
from matcher.report.wording import level_label
from matcher.report.write import write_beside

__all__ = ["check_diff_target", "write_diff"]

_KINDS = (".xlsx", ".csv")


def check_diff_target(path: Path) -> None:
    """Refuse a place that cannot be written before any work is done.

    Raises:
        ConfigError: a suffix of another kind, a folder, or a folder that does not exist.
    """
    if path.suffix.lower() not in _KINDS:
        raise ConfigError(f"不认识输出文件 {path.name} 的后缀；请用 {' 或 '.join(_KINDS)}，例如 diff.xlsx。")
    if path.is_dir() or not path.absolute().parent.is_dir():
        raise ConfigError(f"无法写入 {path}：文件夹不存在，或这个名字是文件夹；请先建好文件夹，或换一个文件名。")


def write_diff(path: Path, changes: Sequence[Change]) -> None:
    """Write one row a change, in the order given; of records that are not public only the id.

    Raises:
        ConfigError: a suffix of another kind, or a place that cannot be written.
    """
    check_diff_target(path)
    write = _write_workbook if path.suffix.lower() == ".xlsx" else _write_table
    write_beside(path, lambda beside: write(beside, changes))


def _write_table(path: Path, changes: Sequence[Change]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        rows = csv.writer(file)
        rows.writerow([column.heading for column in _COLUMNS])
        for change in changes:
            texts = [clean(str(column.value(change))) for column in _COLUMNS]
            rows.writerow([f"'{text}" if looks_like_formula(text) else text for text in texts])


def _write_workbook(path: Path, changes: Sequence[Change]) -> None:
    import xlsxwriter  # noqa: PLC0415

    from matcher.report.workbook.grid import write_grid  # noqa: PLC0415
    from matcher.report.workbook.style import BOOK_OPTIONS, Styles  # noqa: PLC0415

    try:
        with xlsxwriter.Workbook(str(path), dict(BOOK_OPTIONS)) as book:
            write_grid(book.add_worksheet("变化"), Styles(book), _COLUMNS, changes, frozen=2, empty="两次结果没有差别")
    except xlsxwriter.exceptions.FileCreateError as error:
        raise OSError(str(error)) from error


def _both(
    heading: str, width: float, read: Callable[[RunPair], Value], *, levels: bool = False
) -> Iterator[Column[Change]]:
    """Two columns: what the older run says of a pair, and what the newer one says; empty where it is not listed."""

    def column(said: str, pair_of: Callable[[Change], RunPair | None]) -> Column[Change]:
        def value(change: Change) -> Value:
            pair = pair_of(change)
            return "" if pair is None else read(pair)

        def level(change: Change) -> int:
            pair = pair_of(change)
            return 0 if pair is None else pair.level

        kind = Kind.LEVEL if levels else Kind.NUMBER
        return Column(heading=f"{said}{heading}", width=width, value=value, kind=kind, level=level if levels else None)

    yield column("原", lambda change: change.before)
    yield column("现", lambda change: change.after)


def _causes(change: Change) -> str:
    return "、".join(dict.fromkeys(why.cause.value for why in change.why))


_COLUMNS: tuple[Column[Change], ...] = (
    Column(heading="变化", width=8, value=lambda change: change.kind.value, kind=Kind.NUMBER),
    Column(heading="需求", width=26, value=lambda change: public_record(change.need).title, kind=Kind.NAME),
    Column(heading="企业", width=18, value=lambda change: public_record(change.need).org),
    Column(heading="成果", width=26, value=lambda change: public_record(change.achievement).title, kind=Kind.NAME),
    Column(heading="完成单位", width=18, value=lambda change: public_record(change.achievement).org),
    *_both("等级", 11, lambda pair: level_label(pair.level), levels=True),
    *_both("把握", 8, lambda pair: f"{pair.fit:.1%}"),
    *_both("需求方名次", 8, lambda pair: pair.need_rank or ""),
    *_both("成果方名次", 8, lambda pair: pair.achievement_rank or ""),
    Column(heading="原因", width=14, value=_causes),
    Column(heading="说明", width=50, value=lambda change: "\n".join(why.detail for why in change.why)),
    Column(heading="需求编号", width=14, value=lambda change: change.need.id, kind=Kind.ID, printed=False),
    Column(heading="成果编号", width=14, value=lambda change: change.achievement.id, kind=Kind.ID, printed=False),
)
