"""What is printed: a plan with its records and reasons, every text in it open to all.

::

    plan/
      plan.json          the plan itself (`matcher.fair.save`)
      对接安排.xlsx       for the organiser: everything in tables
      结果登记.xlsx       to be filled in at the fair (`matcher.fair.results`)
      企业手册.pdf        a booklet for each enterprise        ┐
      团队手册.pdf        a booklet for each team              │ printed from 网页/*.html by a browser,
      桌牌.pdf            a card for each table and day        │ where there is one
      总览.pdf            cover, chart, list of participants   ┘
      网页/              the pages themselves
      日历/              one .ics a participant
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from matcher.explain import Explanation
from matcher.fair.base import Candidate, Meeting, Party, PartyKind, Plan, Slot, Table, Wish
from matcher.fair.settings import TableKind
from matcher.records import Achievement, Need, Record

__all__ = [
    "BOOK",
    "CALENDARS",
    "PAGES",
    "RESULTS",
    "SIDES",
    "Booklet",
    "Books",
    "Change",
    "ChangeKind",
    "Contact",
    "Gone",
    "Held",
    "day_of",
    "place_of",
]

BOOK = "对接安排.xlsx"
RESULTS = "结果登记.xlsx"
PAGES = "网页"
CALENDARS = "日历"

SIDES: Mapping[PartyKind, str] = {PartyKind.ENTERPRISE: "企业", PartyKind.TEAM: "团队"}

_WEEKDAYS = "一二三四五六日"


def day_of(slot: Slot) -> str:
    """`11月18日 周二`."""
    return f"{slot.start.month}月{slot.start.day}日 周{_WEEKDAYS[slot.start.weekday()]}"


def place_of(table: Table) -> str:
    """A table with its hall, or with its link."""
    if table.kind is TableKind.ONLINE:
        return f"{table.name}（{table.link}）" if table.link else table.name
    return f"{table.name}（{table.hall}）" if table.hall else table.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """One meeting with everything that is told of it.

    `names` and `contacts` are by side, contacts "" where no public record holds any. `need` and `achievement` are None
    where the two asked to meet, no pair of theirs was graded and no wish in the plan names one; `more` are titles of
    further things to talk about.
    `told` is the explanation for a reader on each side.
    """

    meeting: Meeting
    slot: Slot
    table: Table
    parties: Mapping[PartyKind, Party]
    names: Mapping[PartyKind, str]
    contacts: Mapping[PartyKind, str]
    need: Need | None
    achievement: Achievement | None
    candidate: Candidate
    more: tuple[tuple[str, str], ...]
    told: Mapping[PartyKind, Explanation]

    @property
    def time(self) -> str:
        """`09:30–09:50`."""
        return f"{self.slot.start:%H:%M}–{self.slot.end:%H:%M}"

    @property
    def level(self) -> int:
        """1–4, 0 where nothing was graded."""
        return self.candidate.best.level if self.candidate.best else 0

    @property
    def fit(self) -> float | None:
        """P(level ≥ 3)."""
        return self.candidate.best.fit if self.candidate.best else None

    @property
    def wishes(self) -> str:
        """Who asked for it: `企业必见、团队想见`."""
        said = {PartyKind.ENTERPRISE: self.candidate.enterprise_wish, PartyKind.TEAM: self.candidate.team_wish}
        return "、".join(f"{SIDES[side]}{wish}" for side, wish in said.items() if wish and wish is not Wish.NO)

    def record(self, side: PartyKind) -> Record | None:
        """The need or the achievement."""
        return self.need if side is PartyKind.ENTERPRISE else self.achievement


@dataclass(frozen=True, slots=True, kw_only=True)
class Booklet:
    """One participant and its meetings in order of time; `number` is printed on everything of theirs."""

    number: str
    side: PartyKind
    other: PartyKind
    party: Party
    name: str
    held: tuple[Held, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """A meeting of the plan before that is no more, for the calendars of those two, by key."""

    code: str
    slot: Slot
    table: Table
    keys: Mapping[PartyKind, str]


class ChangeKind(StrEnum):
    """What a replan did to a meeting."""

    CANCELLED = "取消"
    MOVED = "改动"
    NEW = "新增"


@dataclass(frozen=True, slots=True)
class Contact:
    """How to call a party; `number` is "" for one that is no longer in the fair."""

    number: str
    name: str
    contact: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A meeting that a replan changed: `answer` may be told to both, `why` is for the organiser alone."""

    kind: ChangeKind
    code: str
    parties: Mapping[PartyKind, Contact]
    before: str
    now: str
    answer: str
    why: str


@dataclass(frozen=True, kw_only=True)
class Books:
    """Everything to be written. `names`, `contacts` and `numbers` are of all parties, by position.

    `changes` is None where there is no plan before this one.
    """

    plan: Plan
    held: tuple[Held, ...]
    gone: tuple[Gone, ...]
    names: tuple[str, ...]
    contacts: tuple[str, ...]
    numbers: tuple[str, ...]
    created: dt.datetime
    changes: tuple[Change, ...] | None = None

    @property
    def title(self) -> str:
        """The fair's name."""
        return self.plan.settings.name

    @cached_property
    def dates(self) -> str:
        """`2025年11月18日–11月19日`."""
        days = sorted({slot.start.date() for slot in self.plan.problem.slots})
        if not days:
            return ""
        first, last = days[0], days[-1]
        told = f"{first.year}年{first.month}月{first.day}日"
        if last == first:
            return told
        year = f"{last.year}年" if last.year != first.year else ""
        return f"{told}–{year}{last.month}月{last.day}日"

    @cached_property
    def open_tables(self) -> tuple[Table, ...]:
        """Tables that can be used in some slot."""
        problem = self.plan.problem
        return tuple(t for t in problem.tables if any(slot.index not in t.closed for slot in problem.slots))

    def booklets(self, side: PartyKind) -> tuple[Booklet, ...]:
        """Participants of one side that have a meeting."""
        other = PartyKind.TEAM if side is PartyKind.ENTERPRISE else PartyKind.ENTERPRISE
        return tuple(
            Booklet(
                number=self.numbers[party.index],
                side=side,
                other=other,
                party=party,
                name=self.names[party.index],
                held=self._by_party[party.index],
            )
            for party in self.plan.problem.parties
            if party.kind is side and party.index in self._by_party
        )

    @cached_property
    def _by_party(self) -> Mapping[int, tuple[Held, ...]]:
        found: dict[int, tuple[Held, ...]] = {}
        for held in sorted(self.held, key=lambda held: (held.slot.start, held.meeting.table)):
            for party in held.parties.values():
                found[party.index] = (*found.get(party.index, ()), held)
        return found
