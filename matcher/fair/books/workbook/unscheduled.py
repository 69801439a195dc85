"""未安排及原因: who has no meeting or too few, which wishes were not kept, what to tell them and what not."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from xlsxwriter.workbook import Workbook

from matcher.fair.base import Candidate, PartyKind, Reason, Unscheduled
from matcher.fair.books.base import SIDES, Books
from matcher.report.columns import Column, Kind
from matcher.report.workbook.grid import write_grid
from matcher.report.workbook.style import Styles

__all__ = ["unkept_wants", "write_unscheduled"]

# A refusal is answered exactly as a lack of room is, so that nobody can tell one from the other.
_FULL = "本次名额有限，未能安排"
_ANSWERS: Mapping[Reason, str] = {
    Reason.NO_MATCH: "本次没有找到合适的对接对象，未能安排",
    Reason.CAPACITY: _FULL,
    Reason.TIME: "本次时间未能协调，未能安排",
    Reason.REFUSED: _FULL,
    Reason.LOWER_VALUE: _FULL,
    Reason.WITHDRAWN: "已登记为不参加，未安排会面",
    Reason.EXPIRED: "登记的需求或成果已过有效期，未能安排",
}
_MORE = "已安排 {got} 场，本次名额有限，未能安排更多"


@dataclass(frozen=True, slots=True)
class _Left:
    """A party with too few meetings, or a wish that could not be kept; `why` is for the organiser alone."""

    kind: str
    number: str
    name: str
    answer: str
    contact: str
    why: str


def write_unscheduled(book: Workbook, styles: Styles, books: Books) -> None:
    """One row for each 必见 and 想见 that was not kept, then one for each party without a meeting or with too few."""
    missed = [_pair(books, "必见未排", one.enterprise, one.team, one.text) for one in books.plan.missed]
    wants = [_pair(books, "想见未排", one.enterprise, one.team, why) for one, why in unkept_wants(books)]
    order = list(PartyKind)
    ordered = sorted(
        books.plan.unscheduled, key=lambda one: (order.index(books.plan.problem.parties[one.party].kind), one.party)
    )
    columns: tuple[Column[_Left], ...] = (
        Column(heading="类别", width=10, value=lambda row: row.kind, kind=Kind.NUMBER),
        Column(heading="编号", width=9, value=lambda row: row.number, kind=Kind.NUMBER),
        Column(heading="名称", width=36, value=lambda row: row.name, kind=Kind.NAME),
        Column(heading="答复用语", width=36, value=lambda row: row.answer),
        Column(heading="联系方式", width=24, value=lambda row: row.contact),
        Column(heading="内部原因（勿外传）", width=70, value=lambda row: row.why, printed=False),
    )
    write_grid(
        book.add_worksheet("未安排及原因"),
        styles,
        columns,
        [*missed, *wants, *(_left(books, one) for one in ordered)],
        frozen=3,
        empty="各方都有会面，必见、想见都已安排",
        group=lambda row: row.kind,
    )


def _pair(books: Books, kind: str, enterprise: int, team: int, why: str) -> _Left:
    contacts = [
        f"{SIDES[side]}：{said}" for side, at in _askers(books, enterprise, team) if (said := books.contacts[at])
    ]
    return _Left(
        kind=kind,
        number=f"{books.numbers[enterprise]} {books.numbers[team]}",
        name=f"{books.names[enterprise]} — {books.names[team]}",
        answer=_FULL,
        contact="；".join(contacts),
        why=why,
    )


def _askers(books: Books, enterprise: int, team: int) -> list[tuple[PartyKind, int]]:
    """Who is to be answered: those who asked, or either where the plan does not say who did."""
    for one in books.plan.problem.candidates:
        if (one.enterprise, one.team) == (enterprise, team):
            wishes = (one.enterprise_wish, one.team_wish)
            return [
                who for who, wish in zip(zip(PartyKind, (enterprise, team), strict=True), wishes, strict=True) if wish
            ]
    return list(zip(PartyKind, (enterprise, team), strict=True))


def _left(books: Books, one: Unscheduled) -> _Left:
    party = books.plan.problem.parties[one.party]
    count = f"（{one.got}/{one.wanted} 场）" if one.got else ""
    return _Left(
        kind=SIDES[party.kind],
        number=books.numbers[one.party],
        name=books.names[one.party],
        answer=_answer(one),
        contact=books.contacts[one.party],
        why=f"{one.reason.value}{count}：{one.text}",
    )


def _answer(one: Unscheduled) -> str:
    if one.got:
        return _MORE.format(got=one.got)
    return _ANSWERS[one.reason]


def unkept_wants(books: Books) -> Iterator[tuple[Candidate, str]]:
    """Every 想见 that could have been held and is not in the plan, with what the plan shows to stand in its way."""
    held = {one.candidate.index for one in books.held}
    for candidate in books.plan.problem.candidates:
        if candidate.is_wished and not candidate.is_must and candidate.index not in held:
            yield candidate, _in_the_way(books, candidate)


def _in_the_way(books: Books, candidate: Candidate) -> str:
    plan, parties = books.plan, books.plan.problem.parties
    both = (candidate.enterprise, candidate.team)
    absent = {slot for party in both for slot in parties[party].absent}
    absent |= {slot for person in candidate.people for slot in plan.problem.people[person].absent}
    common = [slot.index for slot in plan.problem.slots if slot.index not in absent]
    if not common:
        return "双方没有共同在场的时段。"
    for party in both:
        if len(plan.meetings_of(party)) >= parties[party].limit:
            return f"{books.names[party]} 的 {parties[party].limit} 次会面已满。"
    busy = {meeting.slot for party in both for meeting in plan.meetings_of(party)}
    if busy.issuperset(common):
        return f"共同在场的 {len(common)} 个时段都已排了别的会面。"
    return "双方都空的时段里没有合适的桌位或人手，或别的会面价值更高。"
