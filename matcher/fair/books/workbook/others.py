"""Those who stand by, and what a replan changed."""

from dataclasses import dataclass

from xlsxwriter.workbook import Workbook

from matcher.fair.base import PartyKind, StandBy
from matcher.fair.books.base import SIDES, Books, Change, Held, day_of, place_of
from matcher.report.columns import Column, Kind
from matcher.report.wording import level_label
from matcher.report.workbook.grid import write_grid
from matcher.report.workbook.style import Styles

__all__ = ["write_moves", "write_standby"]


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A stand-in for one side of a meeting."""

    held: Held
    order: int
    absent: str
    stays: str
    stand_in: str
    number: str
    level: int
    contact: str


def _waiting(books: Books, held: Held, one: StandBy) -> _Waiting:
    candidate = books.plan.problem.candidates[one.candidate]
    partner = candidate.team if candidate.enterprise == one.party else candidate.enterprise
    missing = next(party.index for party in held.parties.values() if party.index != one.party)
    return _Waiting(
        held=held,
        order=one.order,
        absent=books.names[missing],
        stays=books.names[one.party],
        stand_in=books.names[partner],
        number=books.numbers[partner],
        level=candidate.best.level if candidate.best else 0,
        contact=books.contacts[partner],
    )


def write_standby(book: Workbook, styles: Styles, books: Books) -> None:
    """One row for each stand-in of each side of each meeting, in the order in which they are asked."""
    by_code = {held.meeting.code: held for held in books.held}
    rows = [_waiting(books, by_code[one.meeting], one) for one in books.plan.standby if one.meeting in by_code]
    columns: tuple[Column[_Waiting], ...] = (
        Column(heading="日期", width=14, value=lambda row: day_of(row.held.slot)),
        Column(heading="时间", width=12, value=lambda row: row.held.time, kind=Kind.NUMBER),
        Column(heading="桌位", width=17, value=lambda row: place_of(row.held.table)),
        Column(heading="如果没来", width=28, value=lambda row: row.absent),
        Column(heading="留下的一方", width=28, value=lambda row: row.stays, kind=Kind.NAME),
        Column(heading="顺序", width=6, value=lambda row: row.order, kind=Kind.NUMBER),
        Column(heading="候补编号", width=9, value=lambda row: row.number, kind=Kind.NUMBER),
        Column(heading="改见（候补）", width=28, value=lambda row: row.stand_in, kind=Kind.NAME),
        Column(heading="候补联系方式", width=20, value=lambda row: row.contact),
        Column(
            heading="等级",
            width=11,
            value=lambda row: level_label(row.level) if row.level else "—",
            kind=Kind.LEVEL,
            level=lambda row: row.level,
        ),
        Column(heading="会面编号", width=10, value=lambda row: row.held.meeting.code, kind=Kind.NUMBER),
    )
    rows.sort(key=lambda row: (row.held.slot.index, row.held.table.index, row.absent, row.order))
    write_grid(
        book.add_worksheet("候补"),
        styles,
        columns,
        rows,
        frozen=3,
        empty="没有此时空闲又匹配的候补",
        group=lambda row: row.held.meeting.code,
    )


def write_moves(book: Workbook, styles: Styles, books: Books) -> None:
    """One row for each meeting that a replan cancelled, moved or added."""
    columns: tuple[Column[Change], ...] = (
        Column(heading="变动", width=8, value=lambda one: one.kind.value, kind=Kind.NUMBER),
        Column(heading="会面编号", width=10, value=lambda one: one.code, kind=Kind.NUMBER),
        *_to_phone(PartyKind.ENTERPRISE),
        *_to_phone(PartyKind.TEAM),
        Column(heading="原来", width=30, value=lambda one: one.before),
        Column(heading="现在", width=30, value=lambda one: one.now, kind=Kind.NAME),
        Column(heading="答复用语", width=34, value=lambda one: one.answer),
        Column(heading="内部原因（勿外传）", width=60, value=lambda one: one.why, printed=False),
    )
    write_grid(
        book.add_worksheet("变动"),
        styles,
        columns,
        books.changes or (),
        frozen=2,
        empty="没有变动",
        group=lambda one: one.kind.value,
    )


def _to_phone(side: PartyKind) -> tuple[Column[Change], ...]:
    name = SIDES[side]
    return (
        Column(heading=f"{name}编号", width=9, value=lambda one: one.parties[side].number, kind=Kind.NUMBER),
        Column(heading=name, width=28, value=lambda one: one.parties[side].name, kind=Kind.NAME),
        Column(heading=f"{name}联系方式", width=19, value=lambda one: one.parties[side].contact),
    )
