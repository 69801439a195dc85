"""Those without a meeting and why, those who stand by, and what a replan moved."""

from dataclasses import dataclass

from xlsxwriter.workbook import Workbook

from matcher.fair.base import Move, PartyKind, StandBy, Unscheduled
from matcher.fair.books.base import SIDES, Books, Held, day_of, place_of
from matcher.report.columns import Column, Kind
from matcher.report.wording import level_label
from matcher.report.workbook.grid import write_grid
from matcher.report.workbook.style import Styles

__all__ = ["write_moves", "write_standby", "write_unscheduled"]


@dataclass(frozen=True, slots=True)
class _Left:
    """A party with too few meetings, or a 必见 that could not be kept."""

    kind: str
    number: str
    name: str
    said: str
    why: str
    contact: str


def _left(books: Books, one: Unscheduled) -> _Left:
    party = books.plan.problem.parties[one.party]
    return _Left(
        kind=SIDES[party.kind],
        number=books.numbers[one.party],
        name=books.names[one.party],
        said=one.reason.value + (f"（{one.got}/{one.wanted} 场）" if one.got else ""),
        why=one.text,
        contact=books.contacts[one.party],
    )


def write_unscheduled(book: Workbook, styles: Styles, books: Books) -> None:
    """One row for each 必见 that was not kept, then one for each party without a meeting or with too few."""
    missed = [
        _Left(
            kind="必见未排",
            number=f"{books.numbers[one.enterprise]} {books.numbers[one.team]}",
            name=f"{books.names[one.enterprise]} — {books.names[one.team]}",
            said="必见未排",
            why=one.text,
            contact=books.contacts[one.enterprise],
        )
        for one in books.plan.missed
    ]
    order = list(PartyKind)
    ordered = sorted(
        books.plan.unscheduled, key=lambda one: (order.index(books.plan.problem.parties[one.party].kind), one.party)
    )
    columns: tuple[Column[_Left], ...] = (
        Column(heading="类别", width=10, value=lambda row: row.kind, kind=Kind.NUMBER),
        Column(heading="编号", width=9, value=lambda row: row.number, kind=Kind.NUMBER),
        Column(heading="名称", width=36, value=lambda row: row.name, kind=Kind.NAME),
        Column(heading="原因", width=20, value=lambda row: row.said),
        Column(heading="说明", width=70, value=lambda row: row.why),
        Column(heading="联系方式", width=24, value=lambda row: row.contact),
    )
    write_grid(
        book.add_worksheet("未安排及原因"),
        styles,
        columns,
        [*missed, *(_left(books, one) for one in ordered)],
        frozen=3,
        empty="各方都有会面，必见都已安排",
        group=lambda row: row.kind,
    )


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
    """One row for each confirmed meeting that a replan moved or cancelled."""
    columns: tuple[Column[Move], ...] = (
        Column(heading="会面编号", width=10, value=lambda move: move.code, kind=Kind.NUMBER),
        Column(heading="原来", width=28, value=lambda move: move.before),
        Column(heading="现在", width=28, value=lambda move: move.to or "取消", kind=Kind.NAME),
        Column(heading="原因", width=70, value=lambda move: move.why),
    )
    write_grid(book.add_worksheet("变动"), styles, columns, books.plan.moves, frozen=1, empty="没有变动")
