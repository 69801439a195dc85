"""The folder of results: a summary for people, feedback and attendance for the next round.

Feedback and attendance are workbooks too: in a CSV file a name that begins with = would have to be changed.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import xlsxwriter
from xlsxwriter.workbook import Workbook

from matcher.errors import PlanError
from matcher.fair.base import Meeting, PartyKind, Plan
from matcher.fair.books.base import SIDES, day_of
from matcher.fair.books.workbook.guide import Block, write_blocks
from matcher.fair.outcomes import HEADINGS
from matcher.fair.results.base import Fault, Result, Results
from matcher.fair.results.summary import summary
from matcher.fair.results.tables import Attended, Lesson, attendance, lessons
from matcher.report.columns import Column, Kind
from matcher.report.workbook.grid import write_grid
from matcher.report.workbook.style import BOOK_OPTIONS, Styles
from matcher.report.write import write_beside

__all__ = ["ATTENDANCE", "FEEDBACK", "SUMMARY", "write_results"]

SUMMARY = "结果汇总.xlsx"
FEEDBACK = "反馈.xlsx"
ATTENDANCE = "到场记录.xlsx"

T = TypeVar("T")


def write_results(folder: Path, plan: Plan, read: Results) -> tuple[Path, ...]:
    """Write summary, feedback and attendance; the same results give the same bytes.

    Raises:
        PlanError: the folder cannot be made.
        ConfigError: a file cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise PlanError(f"建不了文件夹 {folder}（{error.strerror}）；请换一个 --out。") from error
    paths = tuple(folder / name for name in (SUMMARY, FEEDBACK, ATTENDANCE))
    write_beside(paths[0], lambda path: _write_summary(path, plan, read))
    write_beside(paths[1], lambda path: _write_table(path, plan, "反馈", _LESSON, lessons(plan, read)))
    write_beside(paths[2], lambda path: _write_table(path, plan, "到场记录", _ATTENDED, attendance(plan, read)))
    return paths


def _write_summary(path: Path, plan: Plan, read: Results) -> None:
    meetings = {meeting.code: meeting for meeting in plan.meetings}
    with _book(path, plan, "结果汇总") as book:
        styles = Styles(book)
        write_blocks(book.add_worksheet("汇总"), styles, [Block(plan.settings.name, tuple(summary(plan, read)))])
        columns = (*_about(plan, lambda result: meetings[result.code]), *_RESULT)
        write_grid(book.add_worksheet("明细"), styles, columns, read.results, frozen=1, empty="没有登记")
        write_grid(book.add_worksheet("需改正"), styles, _FAULT, read.faults, frozen=1, empty="没有要改正的行")
        missing: tuple[Column[Meeting], ...] = _about(plan, lambda meeting: meeting)
        rows = [meetings[code] for code in read.missing]
        write_grid(book.add_worksheet("未登记"), styles, missing, rows, frozen=1, empty="都已登记")


def _write_table(path: Path, plan: Plan, name: str, columns: Sequence[Column[T]], rows: Iterable[T]) -> None:
    with _book(path, plan, name) as book:
        write_grid(book.add_worksheet(name), Styles(book), columns, rows, frozen=1, empty="")


@contextmanager
def _book(path: Path, plan: Plan, name: str) -> Iterator[Workbook]:
    """A workbook dated with the end of the fair: no clock, so that the same results give the same bytes.

    Raises:
        OSError: it cannot be written.
    """
    try:
        with xlsxwriter.Workbook(str(path), dict(BOOK_OPTIONS)) as book:
            book.set_properties({"title": f"{plan.settings.name} {name}", "created": plan.problem.slots[-1].end})
            yield book
    except xlsxwriter.exceptions.FileCreateError as error:
        raise OSError(str(error)) from error


def _about(plan: Plan, meeting: Callable[[T], Meeting]) -> tuple[Column[T], ...]:
    """Columns that say which meeting a row is about."""

    def when(row: T) -> str:
        slot = plan.slot(meeting(row))
        return f"{day_of(slot)} {slot.start:%H:%M}"

    return (
        Column(heading=HEADINGS["code"], width=10, value=lambda row: meeting(row).code, kind=Kind.NUMBER),
        Column(heading="时间", width=20, value=when),
        Column(heading="桌位", width=10, value=lambda row: plan.table(meeting(row)).name, kind=Kind.NUMBER),
        Column(heading=SIDES[PartyKind.ENTERPRISE], width=28, value=lambda row: plan.enterprise(meeting(row)).name),
        Column(heading=SIDES[PartyKind.TEAM], width=28, value=lambda row: plan.team(meeting(row)).name),
    )


def _as_written(field: str) -> Column[Fault]:
    return Column(heading=HEADINGS[field], width=16, value=lambda fault: fault.cells[field])


_RESULT: tuple[Column[Result], ...] = (
    Column(heading=HEADINGS["outcome"], width=16, value=lambda result: result.outcome.value, kind=Kind.NAME),
    Column(heading=HEADINGS["reason"], width=14, value=lambda result: result.reason),
    Column(heading=HEADINGS["contract"], width=12, value=lambda result: result.contract),
    Column(
        heading=HEADINGS["amount"],
        width=15,
        value=lambda result: "" if result.amount is None else result.amount,
        kind=Kind.NUMBER,
    ),
    Column(heading=HEADINGS["remark"], width=30, value=lambda result: result.remark),
)
_FAULT: tuple[Column[Fault], ...] = (
    Column(heading="位置", width=34, value=lambda fault: fault.place),
    Column(heading="要改正什么", width=60, value=lambda fault: fault.reason, kind=Kind.NAME),
    *(_as_written(field) for field in HEADINGS),
)
_LESSON: tuple[Column[Lesson], ...] = (
    Column(heading="需求编号", width=18, value=lambda lesson: lesson.need_id),
    Column(heading="成果编号", width=18, value=lambda lesson: lesson.achievement_id),
    Column(heading="反馈", width=12, value=lambda lesson: lesson.verdict),
    Column(heading="原因", width=14, value=lambda lesson: lesson.reason),
    Column(heading="日期", width=12, value=lambda lesson: lesson.day),
    Column(heading=HEADINGS["code"], width=10, value=lambda lesson: lesson.code),
)
_ATTENDED: tuple[Column[Attended], ...] = (
    Column(heading="单位", width=40, value=lambda row: row.org),
    Column(heading="邀请次数", width=10, value=lambda row: row.invited, kind=Kind.NUMBER),
    Column(heading="到场次数", width=10, value=lambda row: row.came, kind=Kind.NUMBER),
)
