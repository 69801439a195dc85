"""The meetings four times: by enterprise, by team, by table, by time."""

from collections.abc import Callable, Sequence

from xlsxwriter.workbook import Workbook

from matcher.fair.base import PartyKind
from matcher.fair.books.base import SIDES, Books, Held, day_of, place_of
from matcher.report.columns import Column, Kind
from matcher.report.wording import level_label
from matcher.report.workbook.grid import write_grid
from matcher.report.workbook.style import Styles

__all__ = ["write_meetings"]

_NOTHING = "没有安排会面"

_DAY: Column[Held] = Column(heading="日期", width=14, value=lambda held: day_of(held.slot))
_TIME: Column[Held] = Column(heading="时间", width=12, value=lambda held: held.time, kind=Kind.NUMBER)
_TABLE: Column[Held] = Column(heading="桌位", width=17, value=lambda held: place_of(held.table))
_NEED: Column[Held] = Column(
    heading="需求", width=34, value=lambda held: held.need.title if held.need else "", printed=False
)
_ACHIEVEMENT: Column[Held] = Column(
    heading="成果", width=34, value=lambda held: held.achievement.title if held.achievement else "", printed=False
)
_LEVEL: Column[Held] = Column(
    heading="等级",
    width=11,
    value=lambda held: level_label(held.level) if held.level else "—",
    kind=Kind.LEVEL,
    level=lambda held: held.level,
)
_FIT: Column[Held] = Column(
    heading="把握",
    width=8,
    value=lambda held: held.fit if held.fit is not None else "—",
    kind=Kind.PERCENT,
    printed=False,
)
_WISHES: Column[Held] = Column(heading="意愿", width=13, value=lambda held: held.wishes)
_CODE: Column[Held] = Column(heading="会面编号", width=10, value=lambda held: held.meeting.code, kind=Kind.NUMBER)
_CONFIRMED: Column[Held] = Column(
    heading="已确认",
    width=8,
    value=lambda held: "是" if held.meeting.confirmed else "",
    kind=Kind.NUMBER,
    printed=False,
)


def _named(books: Books, side: PartyKind) -> tuple[Column[Held], ...]:
    """The number and the name of one side."""
    name = SIDES[side]
    return (
        Column(
            heading=f"{name}编号",
            width=9,
            value=lambda held: books.numbers[held.parties[side].index],
            kind=Kind.NUMBER,
        ),
        Column(heading=name, width=30, value=lambda held: held.names[side], kind=Kind.NAME),
    )


def _contact(side: PartyKind, *, printed: bool) -> Column[Held]:
    return Column(heading=f"{SIDES[side]}联系方式", width=19, value=lambda held: held.contacts[side], printed=printed)


def write_meetings(book: Workbook, styles: Styles, books: Books) -> None:
    """Write the four sheets; what does not fit on a printed page stays at the right."""
    printed = (_LEVEL, _WISHES, _CODE)
    on_screen = (_NEED, _ACHIEVEMENT, _FIT, _CONFIRMED)

    def write(
        name: str, columns: Sequence[Column[Held]], rows: Sequence[Held], frozen: int, group: Callable[[Held], str]
    ) -> None:
        sheet = book.add_worksheet(name)
        write_grid(sheet, styles, columns, rows, frozen=frozen, empty=_NOTHING, group=group)

    for side, other in zip(PartyKind, reversed(PartyKind), strict=True):
        columns = (
            *_named(books, side),
            *(_DAY, _TIME, _TABLE),
            *_named(books, other),
            _contact(other, printed=True),
            *printed,
            *on_screen,
        )
        rows = [held for booklet in books.booklets(side) for held in booklet.held]
        write(f"按{SIDES[side]}", columns, rows, 2, _of(side))
    both = (*_named(books, PartyKind.ENTERPRISE), *_named(books, PartyKind.TEAM))
    rest = (*both, *printed, *(_contact(side, printed=False) for side in PartyKind), *on_screen)
    by_table = sorted(books.held, key=lambda held: (held.table.index, held.slot.index))
    by_time = sorted(books.held, key=lambda held: (held.slot.index, held.table.index))
    write("按桌位", (_TABLE, _DAY, _TIME, *rest), by_table, 3, lambda held: held.table.name)
    write("按时间", (_DAY, _TIME, _TABLE, *rest), by_time, 3, lambda held: str(held.slot.index))


def _of(side: PartyKind) -> Callable[[Held], str]:
    return lambda held: held.parties[side].key
