"""The sheet 统计: what the plan reaches, and how near it is to the best there can be."""

from collections import Counter
from collections.abc import Iterator

from xlsxwriter.workbook import Workbook

from matcher.fair.base import POINTS, PartyKind, Status, Wish
from matcher.fair.books.base import Books, day_of
from matcher.fair.books.workbook.guide import Block, write_blocks
from matcher.records import LEVELS
from matcher.report.wording import level_label
from matcher.report.workbook.style import Styles

__all__ = ["figures", "write_figures"]

_Line = tuple[str, str]


def write_figures(book: Workbook, styles: Styles, books: Books) -> None:
    """Write the sheet."""
    write_blocks(book.add_worksheet("统计"), styles, figures(books))


def figures(books: Books) -> list[Block]:
    """Titles with their lines."""
    return [
        Block("会面", tuple(_meetings(books))),
        Block("等级", tuple(_levels(books)), by_level=True),
        Block("价值与上界", tuple(_value(books))),
        Block("意愿", tuple(_wishes(books))),
        Block("没有会面的", tuple(_reasons(books))),
        Block("各时段", tuple(_slots(books))),
        Block("各桌位", tuple(_tables(books))),
    ]


def _meetings(books: Books) -> Iterator[_Line]:
    problem, held = books.plan.problem, books.held
    places = sum(len(problem.slots) - len(table.closed) for table in problem.tables)
    yield "会面", f"{len(held)} 场" + (f"，用去 {places} 个桌次的 {len(held) / places:.0%}" if places else "")
    for side, word, unit in ((PartyKind.ENTERPRISE, "企业", "家"), (PartyKind.TEAM, "团队", "个")):
        total = sum(party.kind is side for party in problem.parties)
        counts = [len(booklet.held) for booklet in books.booklets(side)]
        told = f"{len(counts)} / {total} {unit}"
        yield (
            f"有会面的{word}",
            told + (f"；平均 {sum(counts) / len(counts):.1f} 场，最多 {max(counts)} 场" if counts else ""),
        )
    short = sum(one.party in problem.promised for one in books.plan.unscheduled)
    yield "保底", f"应有保底 {problem.floor} 场的企业 {len(problem.promised)} 家，未达到 {short} 家"


def _levels(books: Books) -> Iterator[_Line]:
    counts = Counter(held.level for held in books.held)
    for info in reversed(LEVELS):
        yield level_label(info.level), f"{counts[info.level]} 场"
    if counts[0]:
        yield "未评级（互相点名）", f"{counts[0]} 场"


def _value(books: Books) -> Iterator[_Line]:
    goal = books.plan.objective
    yield "总分", f"{goal.total / POINTS:.1f}（会面价值 + 意愿 + 保底）"
    yield "会面价值", f"{goal.worth / POINTS:.1f}（每场：达到 3 级的概率 + 达到 4 级的概率，最高 2）"
    yield "意愿加分", f"{goal.wishes / POINTS:.1f}"
    yield "保底加分", f"{goal.fairness / POINTS:.1f}"
    yield "上界", f"{goal.bound / POINTS:.1f}（任何排法都不会超过）"
    ended = {
        Status.OPTIMAL: "已证明最优",
        Status.WITHIN_GAP: "已足够接近上界",
        Status.CLOCK: "到时间为止，再运行一次结果可能不同",
    }[goal.status]
    yield "与上界的差距", f"{goal.gap:.2%}，{ended}"
    better = f"，本排期高 {goal.total / goal.greedy_total - 1:.1%}" if goal.greedy_total else ""
    yield "逐对安排的方案", f"{goal.greedy_total / POINTS:.1f}{better}"


def _wishes(books: Books) -> Iterator[_Line]:
    problem = books.plan.problem
    held = {held.candidate.index for held in books.held}
    musts = [candidate for candidate in problem.candidates if candidate.is_must]
    asked = len(musts) + sum(one.was_must for one in problem.excluded)
    yield "必见", f"{asked} 项，已安排 {sum(one.index in held for one in musts)} 项"
    wants = [one for one in problem.candidates if Wish.WANT in {one.enterprise_wish, one.team_wish}]
    yield "想见", f"{len(wants)} 对，已安排 {sum(one.index in held for one in wants)} 对"
    yield "不能安排的", f"{len(problem.excluded)} 对（不见、回避、已见过），都没有安排"


def _reasons(books: Books) -> Iterator[_Line]:
    parties = books.plan.problem.parties
    reasons = Counter((parties[one.party].kind, one.reason) for one in books.plan.unscheduled if not one.got)
    for side, word in ((PartyKind.ENTERPRISE, "企业"), (PartyKind.TEAM, "团队")):
        told = "，".join(f"{reason.value} {count}" for (kind, reason), count in sorted(reasons.items()) if kind is side)
        yield word, told or "都有会面"


def _slots(books: Books) -> Iterator[_Line]:
    counts = Counter(held.slot.index for held in books.held)
    tables = books.plan.problem.tables
    for slot in books.plan.problem.slots:
        usable = sum(slot.index not in table.closed for table in tables)
        yield f"{day_of(slot)} {slot.start:%H:%M}", f"{counts[slot.index]} 场 / {usable} 桌"


def _tables(books: Books) -> Iterator[_Line]:
    counts = Counter(held.table.index for held in books.held)
    for table in books.plan.problem.tables:
        usable = len(books.plan.problem.slots) - len(table.closed)
        yield table.name, f"{counts[table.index]} 场 / {usable} 个时段" if usable else "不使用"
