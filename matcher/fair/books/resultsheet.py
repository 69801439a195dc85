"""结果登记.xlsx: one row a meeting, with lists to pick from; read back by `matcher.fair.results`."""

from pathlib import Path

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from matcher.fair.base import PartyKind
from matcher.fair.books.base import Books, Held, day_of
from matcher.fair.books.workbook.guide import Block, write_blocks
from matcher.fair.outcomes import CONTRACTS, HEADINGS, Outcome
from matcher.report.base import REFUSALS
from matcher.report.columns import Column, Kind
from matcher.report.workbook.grid import write_grid
from matcher.report.workbook.style import BOOK_OPTIONS, Styles

__all__ = ["write_resultsheet"]


def write_resultsheet(path: Path, books: Books) -> None:
    """Write the sheets 结果登记 and 填写说明; the same plan gives the same bytes.

    Raises:
        OSError: the file cannot be written.
    """
    columns = _columns()
    try:
        with xlsxwriter.Workbook(str(path), dict(BOOK_OPTIONS)) as book:
            book.set_properties({"title": f"{books.title} 结果登记", "created": books.created.replace(tzinfo=None)})
            styles = Styles(book)
            sheet = book.add_worksheet("结果登记")
            rows = sorted(books.held, key=lambda held: (held.slot.index, held.table.index))
            count = write_grid(
                sheet,
                styles,
                columns,
                rows,
                frozen=4,
                empty="没有安排会面",
                group=lambda held: str(held.slot.index),
            )
            _only_amounts(sheet, [column.heading for column in columns].index(HEADINGS["amount"]), count)
            write_blocks(book.add_worksheet("填写说明"), styles, _GUIDE)
    except xlsxwriter.exceptions.FileCreateError as error:
        raise OSError(str(error)) from error


def _only_amounts(sheet: Worksheet, column: int, count: int) -> None:
    if count:
        sheet.data_validation(
            1, column, count, column,
            {"validate": "decimal", "criteria": ">=", "value": 0, "error_title": HEADINGS["amount"],
             "error_message": "请填数，单位万元，例如 120 或 35.5"},
        )  # fmt: skip


def _answer(field: str, width: float, choices: tuple[str, ...] = ()) -> Column[Held]:
    return Column(heading=HEADINGS[field], width=width, value=lambda _: "", kind=Kind.ANSWER, choices=choices)


def _columns() -> tuple[Column[Held], ...]:
    return (
        Column(heading=HEADINGS["code"], width=9, value=lambda held: held.meeting.code, kind=Kind.NUMBER),
        Column(heading="日期", width=13, value=lambda held: day_of(held.slot)),
        Column(heading="时间", width=12, value=lambda held: held.time, kind=Kind.NUMBER),
        Column(heading="桌位", width=9, value=lambda held: held.table.name, kind=Kind.NUMBER),
        Column(heading="企业", width=25, value=lambda held: held.names[PartyKind.ENTERPRISE], kind=Kind.NAME),
        Column(heading="团队", width=25, value=lambda held: held.names[PartyKind.TEAM], kind=Kind.NAME),
        _answer("outcome", 17, tuple(Outcome)),
        _answer("reason", 13, REFUSALS),
        _answer("contract", 11, CONTRACTS),
        _answer("amount", 15),
        _answer("remark", 24),
    )


_GUIDE = (
    Block(
        "怎么填",
        (
            (HEADINGS["outcome"], f"每场会面从下拉列表选一项：{'、'.join(Outcome)}。没有填的行按“未登记”统计。"),
            (HEADINGS["reason"], f"只在“{Outcome.NO_INTENT}”时选：{'、'.join(REFUSALS)}。"),
            (HEADINGS["contract"], f"只在“{Outcome.SIGNED}”时选：{'、'.join(CONTRACTS)}。"),
            (HEADINGS["amount"], "只在签约时填，单位万元，只写数。"),
            (HEADINGS["code"], "请勿改动会面编号。几个人分头填写时各用一份副本，读回时一起给出即可。"),
            ("读回", "matcher fair results 结果登记.xlsx --plan 排期文件夹 --out 结果文件夹"),
        ),
    ),
)
