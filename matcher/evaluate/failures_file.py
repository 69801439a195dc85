"""The error analysis as a file: a workbook to filter and sort, or Markdown to read and diff."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TypeVar

from matcher.errors import ConfigError
from matcher.evaluate.answers import DEPTH
from matcher.evaluate.failures import Failure, Failures, Stage
from matcher.evaluate.findings import STAGES, shown_title
from matcher.report.columns import Column, Kind

__all__ = ["check_failures_target", "write_failures"]

T = TypeVar("T")

_SUFFIXES = (".xlsx", ".md")
_PIPELINE = "综合"


def check_failures_target(path: Path) -> None:
    """Refuse a place that cannot be written before any work is done.

    Raises:
        ConfigError: another suffix, a folder, or a folder that does not exist.
    """
    if path.suffix.lower() not in _SUFFIXES:
        raise ConfigError(f"不认识失败分析文件 {path.name} 的后缀；请用 {' 或 '.join(_SUFFIXES)}，例如 失败分析.xlsx。")
    if path.is_dir() or not path.absolute().parent.is_dir():
        raise ConfigError(f"无法写入 {path}：文件夹不存在，或这个名字是文件夹；请先建好文件夹，或换一个文件名。")


def write_failures(path: Path, found: Failures, *, about: str) -> None:
    """Write counts by stage and one row a failure; titles that not everybody may read are left out.

    Args:
        path: ends in .xlsx or .md. It is written beside and renamed, so nobody reads half of one.
        found: the failures.
        about: a sentence on the system and the mode.

    Raises:
        ConfigError: as `check_failures_target` says, or the file cannot be written.
    """
    check_failures_target(path)
    # Only who wants the file waits for the workbook's library.
    from matcher.report.write import write_beside  # noqa: PLC0415

    write_beside(path, lambda beside: _write(beside, path.suffix.lower(), found, about))


def _write(place: Path, suffix: str, found: Failures, about: str) -> None:
    if suffix == ".md":
        place.write_text(_markdown(found, about), encoding="utf-8")
    else:
        _workbook(place, found, about)


def _rank(rank: int | None) -> str | int:
    return f"未进前 {DEPTH}" if rank is None else rank


def _columns(found: Failures) -> tuple[Column[Failure], ...]:
    parts = tuple(found.rows[0].part_ranks) if found.rows else ()

    def part(name: str) -> Column[Failure]:
        return Column(heading=f"{name}名次", width=9, kind=Kind.NUMBER, value=lambda row: _rank(row.part_ranks[name]))

    return (
        Column(heading="阶段", width=10, value=lambda row: STAGES[row.stage][0]),
        Column(heading="为什么", width=34, value=lambda row: row.why),
        Column(heading="需求名称", width=28, value=lambda row: shown_title(row.need), kind=Kind.NAME),
        Column(heading="成果名称", width=28, value=lambda row: shown_title(row.achievement), kind=Kind.NAME),
        Column(heading="人工等级", width=6, value=lambda row: row.label, kind=Kind.LEVEL, level=lambda row: row.label),
        Column(heading="系统等级", width=6, value=lambda row: row.level, kind=Kind.LEVEL, level=lambda row: row.level),
        Column(heading="把握", width=8, value=lambda row: row.fit, kind=Kind.PERCENT),
        Column(heading=f"{_PIPELINE}名次", width=9, kind=Kind.NUMBER, value=lambda row: _rank(row.rank)),
        *map(part, parts),
        Column(heading="需求编号", width=14, value=lambda row: row.need.id, kind=Kind.ID),
        Column(heading="成果编号", width=14, value=lambda row: row.achievement.id, kind=Kind.ID),
    )


def _stage_columns(found: Failures) -> tuple[Column[Stage], ...]:
    counts = found.counts()

    def example(stage: Stage) -> str:
        first = next((row for row in found.rows if row.stage is stage), None)
        return f"{shown_title(first.need)} × {shown_title(first.achievement)}：{first.why}" if first else ""

    return (
        Column(heading="阶段", width=12, value=lambda stage: STAGES[stage][0], kind=Kind.NAME),
        Column(heading="处数", width=8, value=lambda stage: counts[stage], kind=Kind.NUMBER),
        Column(
            heading="占失败",
            width=10,
            value=lambda stage: counts[stage] / len(found.rows) if found.rows else 0.0,
            kind=Kind.PERCENT,
        ),
        Column(heading="占标注", width=10, value=lambda stage: counts[stage] / found.pairs, kind=Kind.PERCENT),
        Column(heading="怎么办", width=40, value=lambda stage: STAGES[stage][1]),
        Column(heading="例子", width=60, value=example),
    )


def _workbook(path: Path, found: Failures, about: str) -> None:
    import xlsxwriter  # noqa: PLC0415

    from matcher.report.workbook.grid import write_grid, write_text  # noqa: PLC0415
    from matcher.report.workbook.style import Styles  # noqa: PLC0415

    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    try:
        with xlsxwriter.Workbook(str(path), options) as book:
            styles = Styles(book)
            summary = book.add_worksheet("按阶段")
            count = write_grid(summary, styles, _stage_columns(found), Stage, frozen=1, empty="")
            write_text(summary, count + 2, 0, about, styles.make())
            rows = book.add_worksheet("失败明细")
            write_grid(
                rows, styles, _columns(found), found.rows, frozen=4, empty="没有失败。", group=lambda row: row.stage
            )
    except xlsxwriter.exceptions.FileCreateError as error:
        raise OSError(str(error)) from error


def _markdown(found: Failures, about: str) -> str:
    lines = ["# 失败分析", "", about, ""]
    lines += _table(_stage_columns(found), list(Stage))
    lines += ["", "## 失败明细", "", *(_table(_columns(found), found.rows) if found.rows else ["没有失败。"])]
    return "\n".join(lines) + "\n"


def _table(columns: Sequence[Column[T]], rows: Iterable[T]) -> list[str]:
    lines = [f"| {' | '.join(column.heading for column in columns)} |", "|" + " --- |" * len(columns)]
    lines += [f"| {' | '.join(_cell(column, row) for column in columns)} |" for row in rows]
    return lines


def _cell(column: Column[T], row: T) -> str:
    value = column.value(row)
    if column.kind is Kind.PERCENT and isinstance(value, float):
        return f"{value:.1%}"
    return " ".join(str(value).split()).replace("|", "\\|")
