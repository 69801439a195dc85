"""The printed pages as HTML: one file a kind, complete in itself, nothing loaded from anywhere."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from itertools import groupby

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup, escape
from rich.cells import cell_len

from matcher.fair.base import PartyKind, Slot, Table
from matcher.fair.books.base import SIDES, Booklet, Books, Held, day_of, place_of
from matcher.fair.books.grids import chart_pages, split_evenly
from matcher.fair.outcomes import CONTRACTS
from matcher.fair.settings import TableKind
from matcher.records import CheckState
from matcher.report.base import REFUSALS
from matcher.report.wording import level_label

__all__ = ["pages"]

_STATES = {CheckState.MET: "满足", CheckState.UNMET: "不满足", CheckState.UNKNOWN: "未说明"}
_SIGNS = {CheckState.MET: "✓", CheckState.UNMET: "✗", CheckState.UNKNOWN: "?"}
# What speaks against a pair is discussed first, then what nobody knows.
_ORDER = (CheckState.UNMET, CheckState.UNKNOWN, CheckState.MET)
_CHECKS_SHOWN = 6
_QUESTIONS = 3
_TOLD_ELSEWHERE = ("指标：", "待核实：")
_MARKED = re.compile("【([^【】]*)】")
_CARD_ROWS = 14
# In half-width characters: A1, 洽谈室, 洽谈室专用; longer names are broken.
_NAME_WIDTHS = (4, 7, 12)


def pages(books: Books) -> dict[str, str]:
    """Name of each page file without its suffix → HTML."""
    shared = {"books": books, "plan": books.plan, "sides": SIDES, "kinds": PartyKind}
    made = {
        SIDES[side] + "手册": _render("booklets.html", **shared, side=side, booklets=books.booklets(side))
        for side in PartyKind
    }
    made["桌牌"] = _render("cards.html", **shared, cards=_cards(books))
    made["总览"] = _render("overview.html", **shared, charts=list(chart_pages(books)), day=_days(books))
    return made


@dataclass(frozen=True, slots=True)
class _Card:
    """One table on one day: each slot with its meeting, None where it is free; `closed` slots stand among them."""

    table: Table
    day: str
    rows: tuple[tuple[Slot, Held | None], ...]
    closed: frozenset[int]
    part: str

    @property
    def size(self) -> int:
        """How large the name can be printed: 1 the largest, 4 over several lines."""
        width = cell_len(self.table.name)
        return next((size for size, widest in enumerate(_NAME_WIDTHS, 1) if width <= widest), len(_NAME_WIDTHS) + 1)


def _cards(books: Books) -> list[_Card]:
    problem = books.plan.problem
    at = {(held.meeting.table, held.meeting.slot): held for held in books.held}
    found = []
    for table in problem.tables:
        closed = frozenset(table.closed)
        for day, slots in groupby(problem.slots, day_of):
            rows = [(slot, at.get((table.index, slot.index))) for slot in slots]
            if all(slot.index in closed for slot, _ in rows):
                continue
            parts = split_evenly(rows, _CARD_ROWS)
            for number, part in enumerate(parts, 1):
                told = f"{number}/{len(parts)}" if len(parts) > 1 else ""
                found.append(_Card(table, day, tuple(part), closed, told))
    return found


def _days(books: Books) -> Mapping[str, list[str]]:
    """Day → its sessions with their times."""
    found: dict[str, list[str]] = {}
    for (day, session), slots in groupby(books.plan.problem.slots, lambda slot: (day_of(slot), slot.session)):
        theirs = list(slots)
        found.setdefault(day, []).append(
            f"{session} {theirs[0].start:%H:%M}–{theirs[-1].end:%H:%M}，{len(theirs)} 个时段"
        )
    return found


def _render(template: str, **values: object) -> str:
    return _environment().get_template(template).render(**values)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        autoescape=True,
        loader=FunctionLoader(_source),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"marked": _marked, "css_text": _css_text}
    environment.globals |= {
        "refusals": REFUSALS,
        "contracts": CONTRACTS,
        "day_of": day_of,
        "place_of": place_of,
        "level_label": level_label,
        "why": _why,
        "checks": _checks,
        "questions": _questions,
        "online": TableKind.ONLINE,
    }
    return environment


def _source(name: str) -> str:
    return resources.files("matcher.fair.books").joinpath("templates", name).read_text(encoding="utf-8")


def _marked(text: str) -> Markup:
    """A text with the words the explanation put into 【】 set in bold, everything escaped."""
    pieces = _MARKED.split(text)
    return Markup("").join(
        Markup("<b>{}</b>").format(piece) if at % 2 else escape(piece) for at, piece in enumerate(pieces)
    )


def _css_text(text: str) -> Markup:
    """A CSS string whose characters are all written as numbers: nothing in it can end the string or the style."""
    # Backslashes, hexadecimal digits and spaces: there is nothing to escape.
    return Markup('"' + "".join(f"\\{ord(char):x} " for char in text) + '"')  # noqa: S704


def _why(booklet: Booklet, held: Held) -> list[str]:
    """Why the two meet, a sentence each; indicators and questions have their own place on the page."""
    told = held.told.get(booklet.side)
    if told is None:
        return [f"{held.wishes}，没有经系统评级的配对。请双方先各用两分钟介绍需求和成果，再看能否对上。"]
    return [line for line in told.lines or (told.reason,) if not line.startswith(_TOLD_ELSEWHERE)]


@dataclass(frozen=True, slots=True)
class _Check:
    sign: str
    state: str
    need: str
    achievement: str
    must: bool


def _checks(booklet: Booklet, held: Held) -> tuple[list[_Check], int]:
    """The indicators to discuss, and how many more there are."""
    told = held.told.get(booklet.side)
    found = sorted(told.checks if told else (), key=lambda check: (not check.must, _ORDER.index(check.state)))
    shown = [
        _Check(
            sign=_SIGNS[check.state],
            state=_STATES[check.state],
            need=check.need.text,
            achievement=check.achievement.text if check.achievement else "",
            must=check.must,
        )
        for check in found[:_CHECKS_SHOWN]
    ]
    return shown, len(found) - len(shown)


def _questions(booklet: Booklet, held: Held) -> tuple[str, ...]:
    told = held.told.get(booklet.side)
    return told.questions[:_QUESTIONS] if told else ()
